import { useQueryClient } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { basePath } from '../../api/base.ts';
import { signIn } from '../../api/door.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Icon } from '../../ui/icons.tsx';
import { Page } from '../../ui/page.tsx';

/** The door: an API key, kept until the tab is closed. */
export function SignIn() {
  const { to } = useSearch({ from: '/sign-in' });
  const { history } = useRouter();
  const client = useQueryClient();
  const [refusal, setRefusal] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const key = String(new FormData(event.currentTarget).get('key') ?? '').trim();
    if (key === '') return setRefusal('Paste the key first.');
    setPending(true);
    const refused = await signIn(key);
    setPending(false);
    setRefusal(refused);
    if (refused) return;
    client.clear();
    // Only an address of our own: a link must not lead elsewhere.
    history.push(`${basePath}${to?.startsWith('/w/') ? to : '/'}`);
  };
  return (
    <Page name="signIn" bare>
      <div className="sign-in">
        <main>
          <img src={`${basePath}/favicon.svg`} alt="" width="40" height="40" />
          <h1>Sign in to Postrider</h1>
          <form className="stack" onSubmit={(event) => void submit(event)}>
            <p className="dim">
              With an API key. The first one lies in the data directory of the server, in{' '}
              <code>admin.key</code>.
            </p>
            <Field
              label="API key"
              name="key"
              type="password"
              autoComplete="off"
              autoFocus
              note="Kept until this tab is closed."
            />
            {refusal && (
              <p className="notice held" role="alert">
                <Icon name="held" /> {refusal}
              </p>
            )}
            <Button type="submit" look="primary" isDisabled={pending}>
              Sign in
            </Button>
            <p className="small dim">
              Another key: <code>npm run -s postrider -- keys create --name page</code>
            </p>
          </form>
        </main>
      </div>
    </Page>
  );
}
