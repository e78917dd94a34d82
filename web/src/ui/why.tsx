import { type Reason, reasonOf, type Tone } from '../model/why.ts';
import { Icon, type IconName } from './icons.tsx';
import { When } from './when.tsx';
import './why.css';

const icons: Record<Tone, IconName> = {
  runs: 'runs',
  waits: 'clock',
  held: 'held',
  rests: 'rests',
  over: 'over',
};

type Binding = { code: string; words: string; unblock: string | null; opens_at: string | null };
export type ConstraintRow = {
  code: string;
  open: boolean;
  opens_at: string | null;
  words: string;
};

/** The mark of a reason: icon and colour, with the word beside it. */
export function Reasoned({ reason, children }: { reason: Reason; children?: React.ReactNode }) {
  return (
    <span className={`reasoned tone-${reason.tone}`}>
      <Icon name={icons[reason.tone]} />
      <span>{children ?? reason.short}</span>
    </span>
  );
}

type LineProps = { code: string; expectedAt: string | null; words?: string };

/** Why something waits, in one line of a table: "≈ Tue 09:12 · outside hours". */
export function WhyLine({ code, expectedAt, words }: LineProps) {
  const reason = reasonOf(code);
  return (
    <span className="why-line" title={words}>
      <Reasoned reason={reason}>
        {expectedAt && (
          <b>
            ≈ <When at={expectedAt} />
          </b>
        )}
        {expectedAt && <i aria-hidden="true"> · </i>}
        {reason.short}
      </Reasoned>
    </span>
  );
}

/** The same in full: what binds, in the server's words, and what would end the wait. */
export function WhyBlock({
  binding,
  expectedAt,
  constraints = [],
}: {
  binding: Binding;
  expectedAt: string | null;
  constraints?: readonly ConstraintRow[];
}) {
  const reason = reasonOf(binding.code);
  return (
    <div className={`why-block edge-${reason.tone}`}>
      <Reasoned reason={reason}>
        {expectedAt ? (
          <b>
            Next ≈ <When at={expectedAt} />
          </b>
        ) : (
          <b>{capital(reason.short)}</b>
        )}
      </Reasoned>
      <p>{binding.words}</p>
      {binding.unblock && <p className="dim">{binding.unblock}</p>}
      {constraints.length > 0 && <Constraints binding={binding} rows={constraints} />}
    </div>
  );
}

function Constraints({ binding, rows }: { binding: Binding; rows: readonly ConstraintRow[] }) {
  return (
    <ul className="constraints" aria-label="Everything that must let it through">
      {rows.map((row) => (
        <li key={row.code} className={row.open ? 'open' : 'closed'}>
          <Icon name={row.open ? 'check' : 'close'} />
          <span>{capital(row.code.replaceAll('_', ' '))}</span>
          <span className="dim">
            {row.open && 'lets it through'}
            {!row.open &&
              (row.opens_at ? (
                <>
                  opens <When at={row.opens_at} />
                </>
              ) : (
                'closed'
              ))}
            {row.code === binding.code && !row.open && ' · binds'}
          </span>
        </li>
      ))}
    </ul>
  );
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
