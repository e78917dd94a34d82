import { useQuery } from '@tanstack/react-query';
import { acceptLink, type DoorLink, showLink } from '../../api/door.ts';
import { Field } from '../../ui/field.tsx';
import { Waiting } from '../../ui/states.tsx';
import { DoorForm, DoorFrame, useEnter } from './sign-in.tsx';

const titles: Record<DoorLink['kind'], string> = {
  welcome: 'Make the first account',
  invite: 'Join a workspace',
  reset: 'Choose a new password',
};

/** A link of the server: the first account, an invitation, or a new password. */
export function LinkDoor({ token }: { token: string }) {
  const { data } = useQuery({
    queryKey: ['link', token],
    queryFn: () => showLink(token),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const enter = useEnter();
  if (data === undefined)
    return (
      <DoorFrame title="Postrider">
        <Waiting lines={2} />
      </DoorFrame>
    );
  if (typeof data === 'string')
    return (
      <DoorFrame title="This link does not work">
        <p>{data}</p>
        <p className="dim">
          On the server's machine, <code>npx postrider link</code> makes another one.
        </p>
      </DoorFrame>
    );
  const isNew = !data.has_account && data.kind !== 'reset';
  const accept = (value: (name: string) => string) =>
    acceptLink({
      token,
      password: value('password'),
      ...(data.email === null ? { email: value('email') } : {}),
      ...(isNew ? { name: value('name') } : {}),
    });
  return (
    <DoorFrame title={titles[data.kind]}>
      {data.made_by && (
        <p className="dim">
          {data.made_by} invites you to {data.workspace}.
        </p>
      )}
      <DoorForm does="Go on" submit={accept} done={() => enter()}>
        {data.email === null ? (
          <Field label="Address" name="email" type="email" autoComplete="username" autoFocus />
        ) : (
          <p>
            For <b>{data.email}</b>
          </p>
        )}
        {isNew && <Field label="Your name" name="name" autoComplete="name" />}
        <Field
          label="Password"
          name="password"
          type="password"
          autoComplete={data.has_account ? 'current-password' : 'new-password'}
          note={data.has_account && data.kind === 'invite' ? null : '12 characters or more.'}
        />
      </DoorForm>
    </DoorFrame>
  );
}
