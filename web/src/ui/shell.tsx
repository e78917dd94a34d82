import { useQuery } from '@tanstack/react-query';
import { Link, Navigate, Outlet, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { basePath } from '../api/base.ts';
import { readSession, signOut } from '../api/door.ts';
import { useAnswer } from '../api/use.ts';
import { barPages } from '../model/pages.ts';
import { Button } from './button.tsx';
import { Icon } from './icons.tsx';
import { useKeys } from './keys.ts';
import { KeysHelp, Palette } from './palette.tsx';
import { type Scope, SessionProvider } from './session.tsx';
import { Trouble, Waiting } from './states.tsx';
import { TimeBar } from './time-bar.tsx';
import { PresentProvider } from './when.tsx';
import './shell.css';

/** The frame around the pages of a workspace: bar, palette, keys; sends strangers to the door. */
export function Shell() {
  const { workspace } = useParams({ from: '/w/$workspace' });
  const account = useAnswer('GET /api/account', {});
  const session = useQuery({ queryKey: ['session', workspace], queryFn: readSession });
  const own = account.data?.account;
  const sandbox = own?.workspace.mode === 'sandbox';
  const clock = useAnswer('GET /api/clock', {}, { enabled: sandbox, every: 3_000 });
  const here = location.pathname.slice(basePath.length) + location.search;
  if (account.error?.status === 401) return <Navigate to="/sign-in" search={{ to: here }} />;
  if (own && own.workspace.id !== workspace)
    return <Navigate to="/w/$workspace/campaigns" params={{ workspace: own.workspace.id }} />;
  // A key tells its scopes itself; those of a person are the session's.
  const scopes = own?.key?.scopes ?? session.data?.scopes;
  if (!own || !scopes)
    return (
      <main className="page">
        <h1 className="unseen">Postrider</h1>
        {account.error ? (
          <Trouble problem={account.error} retry={() => void account.refetch()} />
        ) : (
          <Waiting />
        )}
      </main>
    );
  const caller = {
    workspace: own.workspace,
    scopes: scopes as Scope[],
    name: own.name,
    timezone: own.timezone,
  };
  return (
    <SessionProvider value={caller}>
      <PresentProvider zone={own.timezone} clock={clock.data?.clock ?? null}>
        <div className={sandbox ? 'shell sandbox' : 'shell'}>
          <Bar name={own.workspace.name} sandbox={sandbox} />
          <main className="main" id="main">
            {account.error && (
              <p className="lost" role="status">
                The server does not answer. What you see is from{' '}
                {new Date(account.dataUpdatedAt).toLocaleTimeString()}.
              </p>
            )}
            {sandbox && clock.data && <TimeBar clock={clock.data.clock} />}
            <Outlet />
          </main>
        </div>
      </PresentProvider>
    </SessionProvider>
  );
}

function Bar({ name, sandbox }: { name: string; sandbox: boolean }) {
  const { workspace } = useParams({ from: '/w/$workspace' });
  const navigate = useNavigate();
  const [open, setOpen] = useState<'palette' | 'keys' | null>(null);
  const go = Object.fromEntries(
    barPages.map(({ path, bar }) => [
      `g ${bar.key}`,
      () => void navigate({ to: path, params: { workspace } }),
    ]),
  );
  useKeys({
    ...go,
    'mod+k': () => setOpen('palette'),
    '/': () => setOpen('palette'),
    '?': () => setOpen('keys'),
  });
  const leave = async () => {
    await signOut();
    void navigate({ to: '/sign-in', search: {} });
  };
  return (
    <nav className="bar" aria-label="Main">
      <Link to="/w/$workspace/campaigns" params={{ workspace }} className="brand">
        <img src={`${basePath}/favicon.svg`} alt="" />
        Postrider
      </Link>
      <p className="place">{sandbox ? `Sandbox · ${name}` : name}</p>
      {barPages.map(({ path, title, bar }) => (
        <Link key={path} to={path} params={{ workspace }} className="way">
          <Icon name={bar.icon} />
          {title}
        </Link>
      ))}
      <div className="grow" />
      <div className="foot">
        <Button look="plain" icon="search" onPress={() => setOpen('palette')}>
          Search <kbd>⌘K</kbd>
        </Button>
        <Button look="plain" icon="out" onPress={() => void leave()}>
          Sign out
        </Button>
      </div>
      {open === 'palette' && <Palette onClose={() => setOpen(null)} />}
      {open === 'keys' && <KeysHelp onClose={() => setOpen(null)} />}
    </nav>
  );
}
