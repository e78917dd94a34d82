import { useQueryClient } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { type FormEvent, type ReactNode, useState } from 'react';
import { basePath } from '../../api/base.ts';
import { signInByKey, signInByPassword } from '../../api/door.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Icon } from '../../ui/icons.tsx';
import { Page } from '../../ui/page.tsx';

/** Goes to an address of the page as somebody else than before. */
export function useEnter(): (to?: string) => void {
  const { history } = useRouter();
  const client = useQueryClient();
  return (to) => {
    client.clear();
    // Only an address of our own: a link must not lead elsewhere.
    history.push(`${basePath}${to?.startsWith('/w/') ? to : '/w'}`);
  };
}

type DoorFormProps = {
  does: string;
  submit: (value: (name: string) => string) => Promise<string | null>;
  done: () => void;
  children: ReactNode;
};

/** Fields, one button, and the refusal of the server above it. */
export function DoorForm({ does, submit, done, children }: DoorFormProps) {
  const [refusal, setRefusal] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  const run = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    setPending(true);
    const refused = await submit((name) => String(data.get(name) ?? '').trim());
    setPending(false);
    setRefusal(refused);
    if (refused === null) done();
  };
  return (
    <form className="stack" onSubmit={(event) => void run(event)}>
      {children}
      {refusal && (
        <p className="notice held" role="alert">
          <Icon name="held" /> <span>{refusal}</span>
        </p>
      )}
      <Button type="submit" look="primary" isDisabled={pending}>
        {does}
      </Button>
    </form>
  );
}

/** The frame of everything that stands before the door. */
export function DoorFrame({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Page name="signIn" bare>
      <div className="sign-in">
        <main className="stack">
          <img src={`${basePath}/favicon.svg`} alt="" width="40" height="40" />
          <h1>{title}</h1>
          {children}
        </main>
      </div>
    </Page>
  );
}

/** The door: address and password, or an API key. */
export function SignIn() {
  const { to } = useSearch({ from: '/sign-in' });
  const enter = useEnter();
  const [byKey, setByKey] = useState(false);
  return (
    <DoorFrame title="Sign in to Postrider">
      {byKey ? (
        <DoorForm does="Sign in" submit={(v) => signInByKey(v('key'))} done={() => enter(to)}>
          <Field
            key="key"
            label="API key"
            name="key"
            type="password"
            autoComplete="off"
            autoFocus
            note="Kept until this tab is closed."
          />
        </DoorForm>
      ) : (
        <DoorForm
          does="Sign in"
          submit={(v) => signInByPassword(v('email'), v('password'))}
          done={() => enter(to)}
        >
          <Field label="Address" name="email" type="email" autoComplete="username" autoFocus />
          <Field label="Password" name="password" type="password" autoComplete="current-password" />
        </DoorForm>
      )}
      <p>
        <Button look="plain" size="small" icon="key" onPress={() => setByKey(!byKey)}>
          {byKey ? 'Use a password' : 'Use an API key'}
        </Button>
      </p>
      <p className="small dim">
        {byKey
          ? 'The first key lies in the data directory of the server, in the file admin.key.'
          : 'No account yet? The person who runs the server has the link that makes one.'}
      </p>
    </DoorFrame>
  );
}
