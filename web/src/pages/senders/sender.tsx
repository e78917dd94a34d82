import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { Answer } from '../../api/call.ts';
import { useAction, useAnswer } from '../../api/use.ts';
import { senderLook, senderName } from '../../model/senders.ts';
import { DayBars } from '../../ui/bars.tsx';
import { Button } from '../../ui/button.tsx';
import { Confirm, Dialog } from '../../ui/dialog.tsx';
import { ActionForm, Field, type FormValues } from '../../ui/field.tsx';
import { useMay } from '../../ui/session.tsx';
import { Answered, Trouble } from '../../ui/states.tsx';
import { Reasoned, WhyBlock } from '../../ui/why.tsx';
import { Steps } from './steps.tsx';

type Sender = Answer<'GET /api/senders/{id}'>['account'];

/** One sender: why it waits, how full its days are, its limits, and what can be done. */
export function SenderPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const query = useAnswer('GET /api/senders/{id}', { id });
  const account = query.data?.account;
  return (
    <Dialog title={account ? senderName(account) : 'Sender'} aside onClose={onClose}>
      <Answered query={query}>
        {(answer) => (
          <div className="stack">
            <State sender={answer.account} />
            <Why id={id} />
            <Days id={id} />
            <Campaigns campaigns={answer.campaigns} />
            {answer.account.type === 'email' && <Edit sender={answer.account} />}
            <Remove sender={answer.account} onDone={onClose} />
          </div>
        )}
      </Answered>
    </Dialog>
  );
}

function State({ sender }: { sender: Sender }) {
  const may = useMay();
  const { tone, word } = senderLook(sender.status);
  const update = useAction('PATCH /api/email/accounts/{id}');
  const check = useAction('POST /api/email/accounts/{id}/check');
  const [steps, setSteps] = useState<Answer<'POST /api/email/accounts/{id}/check'>['steps']>([]);
  const paused = sender.status === 'paused';
  const run = async () => setSteps((await check.run({ id: sender.id }))?.steps ?? []);
  return (
    <div className="stack tight">
      <p>
        <Reasoned reason={{ tone, short: word, remedy: null }} />
        {sender.status_reason && <span className="dim"> · {sender.status_reason}</span>}
      </p>
      {sender.type === 'email' && (
        <div className="line">
          <Button
            size="small"
            icon={paused ? 'play' : 'pause'}
            isDisabled={update.pending || !may('admin')}
            onPress={() => void update.run({ id: sender.id, status: paused ? 'active' : 'paused' })}
          >
            {paused ? 'Let it send' : 'Pause'}
          </Button>
          <Button
            size="small"
            icon="check"
            isDisabled={check.pending || !may('admin')}
            onPress={() => void run()}
          >
            {check.pending ? 'Checking …' : 'Check'}
          </Button>
        </div>
      )}
      {steps.length > 0 && <Steps steps={steps} />}
      {(update.problem ?? check.problem) && (
        <Trouble problem={(update.problem ?? check.problem)!} compact />
      )}
    </div>
  );
}

function Why({ id }: { id: string }) {
  const { data } = useAnswer('GET /api/senders/{id}/explain', { id });
  return data ? <WhyBlock binding={data.binding} expectedAt={data.expected_at} /> : null;
}

function Days({ id }: { id: string }) {
  const { data } = useAnswer('GET /api/senders/{id}/schedule', { id });
  if (!data || data.days.length === 0) return null;
  return (
    <section>
      <h3>Capacity by day, and what is sent of it</h3>
      <DayBars
        label="Sent by day"
        days={data.days.map(({ date, capacity, sent }) => ({
          date,
          value: sent,
          earlier: capacity,
        }))}
      />
    </section>
  );
}

type Campaign = Answer<'GET /api/senders/{id}'>['campaigns'][number];

function Campaigns({ campaigns }: { campaigns: readonly Campaign[] }) {
  const { workspace } = useParams({ from: '/w/$workspace' });
  if (campaigns.length === 0) return <p className="dim">It writes for no campaign yet.</p>;
  return (
    <section>
      <h3>Writes for</h3>
      <ul className="feed">
        {campaigns.map(({ id, name, status }) => (
          <li key={id}>
            <Link to="/w/$workspace/campaigns/$id" params={{ workspace, id }}>
              {name}
            </Link>
            <span className="dim small">{status}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Edit({ sender }: { sender: Sender }) {
  const may = useMay();
  const action = useAction('PATCH /api/email/accounts/{id}');
  const submit = (values: FormValues) => {
    const password = values.orNull('password');
    void action.run({
      id: sender.id,
      daily_limit: values.number('daily_limit') ?? sender.daily_limit,
      hourly_limit: values.number('hourly_limit'),
      first_name: values.orNull('first_name'),
      last_name: values.orNull('last_name'),
      signature: values.text('signature'),
      ...(password ? { password } : {}),
    });
  };
  return (
    <section className="stack tight">
      <h3>Limits and names</h3>
      <ActionForm action={action} onSubmit={submit}>
        <div className="group">
          <Field
            label="Mails a day"
            name="daily_limit"
            type="number"
            defaultValue={String(sender.daily_limit)}
          />
          <Field
            label="An hour"
            name="hourly_limit"
            type="number"
            placeholder="no limit"
            defaultValue={sender.hourly_limit === null ? '' : String(sender.hourly_limit)}
          />
        </div>
        <div className="group">
          <Field label="First name" name="first_name" defaultValue={sender.first_name ?? ''} />
          <Field label="Last name" name="last_name" defaultValue={sender.last_name ?? ''} />
        </div>
        <Field
          label="Signature"
          name="signature"
          rows={3}
          defaultValue={sender.signature ?? ''}
          note="Below each mail, unless the campaign or the step has its own."
        />
        <Field
          label="New password"
          name="password"
          type="password"
          autoComplete="off"
          note="Blank keeps the one it has."
        />
        <div className="actions">
          <Button type="submit" look="primary" isDisabled={action.pending || !may('admin')}>
            Save
          </Button>
        </div>
      </ActionForm>
    </section>
  );
}

function Remove({ sender, onDone }: { sender: Sender; onDone: () => void }) {
  const may = useMay();
  const [open, setOpen] = useState(false);
  const action = useAction('DELETE /api/accounts/{id}');
  const confirm = async () => {
    if (await action.run({ id: sender.id, force: true })) onDone();
  };
  return (
    <div>
      <Button look="danger" size="small" isDisabled={!may('admin')} onPress={() => setOpen(true)}>
        Delete this sender …
      </Button>
      {open && (
        <Confirm
          title={`Delete ${senderName(sender)}?`}
          does="Delete the sender"
          pending={action.pending}
          onConfirm={() => void confirm()}
          onClose={() => setOpen(false)}
        >
          <p>
            Its password goes. The people it writes to are held until you give it back or hand them
            to another sender.
          </p>
          {action.problem && <Trouble problem={action.problem} compact />}
        </Confirm>
      )}
    </div>
  );
}
