import type { ReactNode } from 'react';
import type { Problem } from '../api/call.ts';
import { Button } from './button.tsx';
import { Icon } from './icons.tsx';

type TroubleProps = { problem: Problem; retry?: () => void; compact?: boolean };

/** What failed, in the server's words, and what can be done. */
export function Trouble({ problem, retry, compact }: TroubleProps) {
  return (
    <div className="notice held" role="alert">
      <Icon name="held" />
      <div>
        <b>{problem.message}</b>
        {problem.hint && <p>{problem.hint}</p>}
        {!compact && problem.requestId && <p className="small dim">Request {problem.requestId}</p>}
      </div>
      {retry && (
        <Button size="small" onPress={retry}>
          Try again
        </Button>
      )}
    </div>
  );
}

type EmptyProps = { title: string; children?: ReactNode; action?: ReactNode };

export function Empty({ title, children, action }: EmptyProps) {
  return (
    <div className="empty">
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {action && <div className="actions">{action}</div>}
    </div>
  );
}

const lineNames = ['one', 'two', 'three', 'four', 'five'];

/** Up to five grey lines in the place of what is on its way; they appear after 150 ms. */
export function Waiting({ lines = lineNames.length }: { lines?: number }) {
  return (
    <div aria-busy="true" role="status" aria-label="Loading">
      {lineNames.slice(0, lines).map((name) => (
        <div key={name} className="waiting" />
      ))}
    </div>
  );
}

type Query<T> = {
  data: T | undefined;
  error: Problem | null;
  refetch: () => unknown;
};

/** An answer that is there, on its way, or refused. What is there stays when a refresh fails. */
export function Answered<T>({
  query,
  lines,
  children,
}: {
  query: Query<T>;
  lines?: number;
  children: (answer: T) => ReactNode;
}) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) return <Trouble problem={query.error} retry={() => void query.refetch()} />;
  return <Waiting lines={lines} />;
}
