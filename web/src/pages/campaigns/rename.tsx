import type { Schemas } from '../../api/schema.gen.d.ts';
import { useAction } from '../../api/use.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ActionForm, Field, type FormValues } from '../../ui/field.tsx';

type Props = { campaign: Schemas['Campaign']; onClose: () => void };

export function Rename({ campaign, onClose }: Props) {
  const action = useAction('PATCH /api/campaigns/{id}');
  const submit = async (values: FormValues) => {
    const done = await action.run({
      id: campaign.id,
      name: values.text('name'),
      description: values.orNull('description'),
    });
    if (done) onClose();
  };
  return (
    <Dialog title="Rename" onClose={onClose}>
      <ActionForm action={action} onSubmit={(values) => void submit(values)}>
        <Field label="Name" name="name" defaultValue={campaign.name} autoFocus />
        <Field
          label="Description"
          name="description"
          rows={3}
          defaultValue={campaign.description ?? ''}
        />
        <div className="actions">
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" look="primary" isDisabled={action.pending}>
            Save
          </Button>
        </div>
      </ActionForm>
    </Dialog>
  );
}
