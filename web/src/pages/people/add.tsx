import { useState } from 'react';
import { useAction } from '../../api/use.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ActionForm, Field, type FormValues } from '../../ui/field.tsx';
import { useMay } from '../../ui/session.tsx';

/** One person by hand. */
export function AddPerson({ campaign }: { campaign: string }) {
  const [open, setOpen] = useState(false);
  const may = useMay();
  return (
    <>
      <Button icon="plus" isDisabled={!may('write')} onPress={() => setOpen(true)}>
        Add a person
      </Button>
      {open && <AddDialog campaign={campaign} onClose={() => setOpen(false)} />}
    </>
  );
}

const first = 'prospects.0.';

function AddDialog({ campaign, onClose }: { campaign: string; onClose: () => void }) {
  const action = useAction('POST /api/campaigns/{id}/leads');
  const submit = async (values: FormValues) => {
    const field = (name: string) => values.orNull(`${first}${name}`);
    const done = await action.run({
      id: campaign,
      prospects: [
        {
          email: field('email'),
          first_name: field('first_name'),
          last_name: field('last_name'),
          company: field('company'),
          position: field('position'),
        },
      ],
    });
    if (done) onClose();
  };
  return (
    <Dialog title="Add a person" onClose={onClose}>
      <ActionForm action={action} onSubmit={(values) => void submit(values)}>
        <Field label="Address" name={`${first}email`} autoFocus />
        <div className="group">
          <Field label="First name" name={`${first}first_name`} />
          <Field label="Last name" name={`${first}last_name`} />
        </div>
        <div className="group">
          <Field label="Company" name={`${first}company`} />
          <Field label="Position" name={`${first}position`} />
        </div>
        <div className="actions">
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" look="primary" isDisabled={action.pending}>
            Add
          </Button>
        </div>
      </ActionForm>
    </Dialog>
  );
}
