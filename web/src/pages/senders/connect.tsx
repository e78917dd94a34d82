import { useState } from 'react';
import { useAction } from '../../api/use.ts';
import { type Preset, presets, type Tls } from '../../model/mailboxes.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ActionForm, Choice, Field, type FormValues } from '../../ui/field.tsx';
import { useSession } from '../../ui/session.tsx';
import { Steps } from './steps.tsx';

type Props = { onClose: () => void; onDone: (sender: string) => void };

/** Connects a mailbox; in a sandbox it makes a simulated one. */
export function Connect(props: Props) {
  const { workspace } = useSession();
  return workspace.mode === 'sandbox' ? <Simulated {...props} /> : <Mailbox {...props} />;
}

function Simulated({ onClose, onDone }: Props) {
  const action = useAction('POST /api/senders/sandbox');
  const submit = async (values: FormValues) => {
    const done = await action.run({
      type: 'email',
      email_address: values.text('email_address'),
      first_name: values.orNull('first_name'),
      last_name: values.orNull('last_name'),
      daily_limit: values.number('daily_limit') ?? 30,
    });
    if (done) onDone(done.account.id);
  };
  return (
    <Dialog title="A simulated sender" onClose={onClose}>
      <ActionForm action={action} onSubmit={(values) => void submit(values)}>
        <p className="dim">In a sandbox nothing leaves this server, so it needs no password.</p>
        <Person />
        <div className="actions">
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" look="primary" isDisabled={action.pending}>
            Make it
          </Button>
        </div>
      </ActionForm>
    </Dialog>
  );
}

function Person() {
  return (
    <>
      <Field label="Address" name="email_address" type="email" autoFocus />
      <div className="group">
        <Field label="First name" name="first_name" />
        <Field label="Last name" name="last_name" />
      </div>
      <Field
        label="Mails a day"
        name="daily_limit"
        type="number"
        defaultValue="30"
        note="Over all its campaigns. A new mailbox begins with few."
      />
    </>
  );
}

function Mailbox({ onClose, onDone }: Props) {
  const action = useAction('POST /api/email/accounts');
  const [preset, setPreset] = useState<Preset>(presets[0]!);
  const submit = async (values: FormValues) => {
    const server = (name: string) => ({
      host: values.text(`${name}.host`),
      port: values.number(`${name}.port`) ?? 0,
      tls: values.text(`${name}.tls`) as Tls,
    });
    const done = await action.run({
      email_address: values.text('email_address'),
      first_name: values.orNull('first_name'),
      last_name: values.orNull('last_name'),
      daily_limit: values.number('daily_limit') ?? 30,
      password: values.orNull('password'),
      smtp: server('smtp'),
      imap: values.text('imap.host') === '' ? null : server('imap'),
    });
    if (done) onDone(done.account.id);
  };
  return (
    <Dialog title="Connect a mailbox" onClose={onClose} wide>
      <ActionForm action={action} onSubmit={(values) => void submit(values)}>
        <div className="presets">
          {presets.map((one) => (
            <button
              key={one.name}
              type="button"
              className="chip"
              aria-pressed={one === preset}
              data-selected={one === preset || undefined}
              onClick={() => setPreset(one)}
            >
              {one.name}
            </button>
          ))}
        </div>
        {preset.hint && <p className="notice">{preset.hint}</p>}
        <Person />
        <Field label="Password" name="password" type="password" autoComplete="off" />
        <Server key={`smtp ${preset.name}`} name="smtp" label="Sends by" server={preset.smtp} />
        <Server key={`imap ${preset.name}`} name="imap" label="Reads by" server={preset.imap} />
        {action.pending && (
          <p className="notice" role="status">
            Logging in to both servers, which may take a minute …
          </p>
        )}
        {action.problem && action.problem.steps.length > 0 && (
          <Steps steps={action.problem.steps} />
        )}
        <div className="actions">
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" look="primary" isDisabled={action.pending}>
            Check and connect
          </Button>
        </div>
      </ActionForm>
    </Dialog>
  );
}

type ServerProps = { name: string; label: string; server: Preset['smtp'] };

function Server({ name, label, server }: ServerProps) {
  return (
    <div className="group">
      <Field label={`${label}, host`} name={`${name}.host`} defaultValue={server.host} />
      <Field
        label={`${label}, port`}
        name={`${name}.port`}
        type="number"
        defaultValue={String(server.port)}
      />
      <Choice
        label={`${label}, encryption`}
        name={`${name}.tls`}
        defaultValue={server.tls}
        options={[
          { value: 'tls', label: 'TLS' },
          { value: 'starttls', label: 'STARTTLS' },
          { value: 'none', label: 'None' },
        ]}
      />
    </div>
  );
}
