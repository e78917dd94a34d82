import { Link, useParams } from '@tanstack/react-router';
import type { Answer } from '../../api/call.ts';
import { useAnswer } from '../../api/use.ts';
import { plural } from '../../model/figures.ts';
import { pages } from '../../model/pages.ts';
import { Icon } from '../../ui/icons.tsx';

type Check = Answer<'GET /api/campaigns/{id}/validate'>;
type Step = { done: boolean; label: string; to: { path: string; label: string } | null };

/** The steps from an empty draft to a launch, each with the page that does it. */
function stepsOf({ checks }: Check): Step[] {
  const people = plural(checks.prospect_count, 'person', 'people');
  return [
    {
      done: checks.has_sendable_nodes && checks.all_nodes_have_content,
      label: 'A sequence with texts',
      to: { path: pages.sequence.path, label: 'Write it' },
    },
    {
      done: checks.has_prospects,
      label: checks.has_prospects ? `${people} to write to` : 'People to write to',
      to: { path: pages.people.path, label: 'Bring people' },
    },
    {
      done: checks.has_sender_accounts && checks.sender_accounts_ready,
      label: 'Senders that work',
      to: { path: pages.schedule.path, label: 'Choose senders' },
    },
  ];
}

/**
 * Each sentence once: two nodes may lack the same. The check's own warnings are plain sentences,
 * those of ignored fields have a message.
 */
const sentencesOf = (list: readonly (string | { message: string })[]): string[] => [
  ...new Set(list.map((one) => (typeof one === 'string' ? one : one.message))),
];

/** What a draft still lacks, in the words of the server's own launch check. */
export function Checklist({ id }: { id: string }) {
  const { workspace } = useParams({ from: '/w/$workspace' });
  const { data } = useAnswer('GET /api/campaigns/{id}/validate', { id });
  if (!data) return null;
  return (
    <ul className="checklist">
      {stepsOf(data).map(({ done, label, to }) => (
        <li key={label} className={done ? 'done' : 'open'}>
          <Icon name={done ? 'check' : 'close'} />
          <div>
            {label}
            <span className="unseen">{done ? ': done' : ': still to do'}</span>
          </div>
          {!done && to && (
            <Link to={to.path} params={{ workspace, id }}>
              {to.label}
            </Link>
          )}
        </li>
      ))}
      {sentencesOf(data.problems).map((message) => (
        <li key={message} className="open">
          <Icon name="held" />
          <div>{message}</div>
        </li>
      ))}
      {sentencesOf(data.warnings).map((message) => (
        <li key={message} className="hint">
          <Icon name="clock" />
          <div>{message}</div>
        </li>
      ))}
    </ul>
  );
}
