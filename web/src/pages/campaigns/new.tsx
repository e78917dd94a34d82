import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useAction, useAnswer } from '../../api/use.ts';
import { senderName } from '../../model/senders.ts';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ActionForm, Checkbox, Choice, Field, type FormValues } from '../../ui/field.tsx';
import { Answered } from '../../ui/states.tsx';

type Channel = 'email' | 'linkedin' | 'x';

const channels = [
  { value: 'email', label: 'Email' },
  { value: 'linkedin', label: 'LinkedIn' },
  { value: 'x', label: 'X' },
];

/** Makes a draft: its name, its channel, its senders. It opens at its sequence. */
export function NewCampaign({ onClose }: { onClose: () => void }) {
  const { workspace } = useParams({ from: '/w/$workspace' });
  const navigate = useNavigate();
  const action = useAction('POST /api/campaigns');
  const [type, setType] = useState<Channel>('email');
  const submit = async (values: FormValues, senders: string[]) => {
    const made = await action.run({
      type,
      name: values.text('name'),
      hours: 'working_days',
      sender_account_ids: senders.filter((id) => values.has(id)),
    });
    if (made)
      void navigate({
        to: '/w/$workspace/campaigns/$id/sequence',
        params: { workspace, id: made.campaign.id },
      });
  };
  const query = useAnswer('GET /api/senders', { type });
  const ids = query.data?.accounts.map(({ id }) => id) ?? [];
  return (
    <Dialog title="New campaign" onClose={onClose}>
      <ActionForm action={action} onSubmit={(values) => void submit(values, ids)}>
        <Field label="Name" name="name" autoFocus placeholder="Founders in Berlin, spring" />
        <Choice
          label="Channel"
          name="type"
          value={type}
          options={channels}
          onChange={(value) => setType(value as Channel)}
        />
        <Answered query={query} lines={2}>
          {({ accounts }) => (
            <fieldset className="plain-set">
              <legend className="label">Senders</legend>
              {accounts.length === 0 && (
                <p className="line dim">
                  None is connected for this channel.
                  <ButtonLink
                    size="small"
                    to="/w/$workspace/senders"
                    params={{ workspace }}
                    search={{ connect: 'yes' }}
                  >
                    Connect one
                  </ButtonLink>
                </p>
              )}
              {accounts.map((one) => (
                <Checkbox key={one.id} name={one.id} defaultSelected={accounts.length === 1}>
                  {senderName(one)} <span className="dim">{one.daily_limit} a day</span>
                </Checkbox>
              ))}
            </fieldset>
          )}
        </Answered>
        <p className="small dim">
          It writes Monday to Friday from 9 to 17 until you change its hours. Nothing goes out
          before you launch it.
        </p>
        <div className="actions">
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" look="primary" isDisabled={action.pending}>
            Create the draft
          </Button>
        </div>
      </ActionForm>
    </Dialog>
  );
}
