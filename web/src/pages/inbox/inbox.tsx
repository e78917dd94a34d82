import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { Schemas } from '../../api/schema.gen.d.ts';
import { useRows } from '../../api/use.ts';
import { Page } from '../../ui/page.tsx';
import { type Column, Rows } from '../../ui/rows.tsx';
import { Empty, Trouble, Waiting } from '../../ui/states.tsx';
import { When } from '../../ui/when.tsx';

type Reply = Schemas['Reply'];

const from = '/w/$workspace/inbox';
const pageSize = 50;

const scopes = [
  { kind: 'reply', label: 'Answers' },
  { kind: 'auto_reply', label: 'Automatic' },
  { kind: 'bounce', label: 'Bounces' },
  { kind: 'unsubscribe', label: 'Opted out' },
] as const;

/** What came back, over all campaigns, the newest first. */
export function Inbox() {
  const search = useSearch({ from });
  const navigate = useNavigate({ from });
  const { workspace } = useParams({ from });
  const scope = scopes.find(({ kind }) => kind === search.kind) ?? scopes[0];
  const list = useRows(
    'GET /api/replies',
    { kind: [scope.kind], limit: pageSize },
    ({ replies, next_cursor }) => ({ rows: replies, next: next_cursor }),
  );
  const open = (one: Reply) => {
    if (one.campaign_id && one.prospect_id)
      void navigate({
        to: '/w/$workspace/campaigns/$id/people',
        params: { workspace, id: one.campaign_id },
        search: { person: one.prospect_id },
      });
  };
  return (
    <Page name="inbox" fill>
      <ul className="chips" aria-label="Kind">
        {scopes.map(({ kind, label }) => (
          <li key={kind}>
            <button
              type="button"
              className="chip"
              aria-pressed={scope.kind === kind}
              data-selected={scope.kind === kind || undefined}
              onClick={() => void navigate({ search: { kind }, replace: true })}
            >
              {label}
            </button>
          </li>
        ))}
      </ul>
      {list.problem && <Trouble problem={list.problem} retry={list.retry} />}
      {list.isPending && <Waiting />}
      {list.first && list.rows.length > 0 && (
        <Rows
          label={scope.label}
          rows={list.rows}
          total={list.rows.length}
          columns={columns}
          keyOf={({ id }) => id}
          more={list.more}
          height={56}
          onOpen={open}
        />
      )}
      {list.first && list.rows.length === 0 && (
        <Empty title={scope.kind === 'reply' ? 'Nobody has answered yet' : 'Nothing of this kind'}>
          Answers come here by themselves, within a minute or two of their arrival.
        </Empty>
      )}
    </Page>
  );
}

const columns: readonly Column<Reply>[] = [
  {
    head: 'From',
    width: 'minmax(0, 1.1fr)',
    cell: (one) => (
      <>
        <b>{one.person_name ?? one.person_email ?? one.from_address ?? 'Somebody'}</b>
        <span className="sub">{one.campaign_name ?? 'no campaign'}</span>
      </>
    ),
  },
  {
    head: 'Mail',
    width: 'minmax(0, 2.4fr)',
    cell: (one) => (
      <>
        {one.subject ?? 'No subject'}
        <span className="sub">{one.snippet}</span>
      </>
    ),
  },
  { head: 'To', width: 'minmax(0, 1fr)', wide: true, cell: (one) => one.sender_name },
  {
    head: 'When',
    width: '112px',
    number: true,
    cell: (one) => <When at={one.received_at} />,
  },
];
