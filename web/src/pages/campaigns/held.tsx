import { Link, useParams } from '@tanstack/react-router';
import { count } from '../../model/figures.ts';
import { reasonOf } from '../../model/why.ts';
import { Reasoned } from '../../ui/why.tsx';

type Hold = { hold: string; n: number; words: string; unblock: string | null };

/** The people that are not due, by the reason, each a way to them. */
export function Held({ id, held }: { id: string; held: readonly Hold[] }) {
  const { workspace } = useParams({ from: '/w/$workspace' });
  if (held.length === 0) return null;
  return (
    <section className="panel">
      <h2>Held</h2>
      <ul className="feed">
        {held.map(({ hold, n, words, unblock }) => (
          <li key={hold} title={unblock ?? words}>
            <Link
              to="/w/$workspace/campaigns/$id/people"
              params={{ workspace, id }}
              search={{ hold }}
            >
              <Reasoned reason={reasonOf(hold)} />
            </Link>
            <b>{count(n)}</b>
            <span className="small dim">{words}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
