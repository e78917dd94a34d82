import { type ErrorComponentProps, Link, Navigate, useLocation } from '@tanstack/react-router';
import { readLinkToken } from '../../api/door.ts';
import { useAnswer } from '../../api/use.ts';
import { Empty, Trouble, Waiting } from '../../ui/states.tsx';
import { LinkDoor } from './link.tsx';

/** `/`: to the workspace of the caller, through a link of the server, or to the door. */
export function Home() {
  const token = readLinkToken(useLocation({ select: ({ hash }) => hash }));
  if (token) return <LinkDoor token={token} />;
  return <ToWorkspace />;
}

function ToWorkspace() {
  const account = useAnswer('GET /api/account', {}, { every: false });
  if (account.error?.status === 401) return <Navigate to="/sign-in" search={{}} />;
  const workspace = account.data?.account.workspace.id;
  if (workspace) return <Navigate to="/w/$workspace/campaigns" params={{ workspace }} />;
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
}

export function NotFound() {
  return (
    <main className="page">
      <h1 className="unseen">Not found</h1>
      <Empty title="There is no such page" action={<Link to="/">To the campaigns</Link>}>
        The address may be of another version, or cut short.
      </Empty>
    </main>
  );
}

/** A fault of the page itself. */
export function Crash({ error }: ErrorComponentProps) {
  return (
    <main className="page">
      <h1 className="unseen">Fault</h1>
      <Empty
        title="This page has a fault"
        action={
          <button type="button" className="button" onClick={() => location.reload()}>
            Load it again
          </button>
        }
      >
        {String(error)}. Campaigns run on; nothing is lost.
      </Empty>
    </main>
  );
}
