import { useState } from 'react';
import { useAction } from '../../api/use.ts';
import type { EditedNode } from '../../model/sequence.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ActionForm, Field, type FormValues } from '../../ui/field.tsx';
import { useMay } from '../../ui/session.tsx';

type Props = { campaign: string; node: EditedNode };

/** Sends the touch to an address of one's own, outside roster and figures. */
export function TestMail({ campaign, node }: Props) {
  const [open, setOpen] = useState(false);
  const may = useMay();
  if (node.type !== 'email' || node.id === null) return null;
  return (
    <>
      <Button size="small" icon="mail" isDisabled={!may('send')} onPress={() => setOpen(true)}>
        Send me a test
      </Button>
      {open && <TestDialog campaign={campaign} node={node} onClose={() => setOpen(false)} />}
    </>
  );
}

function TestDialog({ campaign, node, onClose }: Props & { onClose: () => void }) {
  const action = useAction('POST /api/campaigns/{id}/test-mail');
  const [said, setSaid] = useState<string | null>(null);
  const submit = async (values: FormValues) => {
    const { subject, body } = node;
    const done = await action.run({
      id: campaign,
      to: values.text('to'),
      ...(node.id ? { node_id: node.id } : {}),
      texts: { subject, body },
    });
    if (done) setSaid(done.detail);
  };
  return (
    <Dialog title="Send a test" onClose={onClose}>
      <ActionForm action={action} onSubmit={(values) => void submit(values)}>
        <Field label="To" name="to" type="email" autoFocus note="An address of your own." />
        {said && (
          <p className="notice" role="status">
            {said}
          </p>
        )}
        <div className="actions">
          <Button onPress={onClose}>Close</Button>
          <Button type="submit" look="primary" isDisabled={action.pending}>
            Send
          </Button>
        </div>
      </ActionForm>
    </Dialog>
  );
}
