import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { Answer, Input } from '../../api/call.ts';
import { useAnswer, useRows } from '../../api/use.ts';
import { count } from '../../model/figures.ts';
import { identityOf, personName } from '../../model/people.ts';
import { reasonOf } from '../../model/why.ts';
import { ButtonLink } from '../../ui/button.tsx';
import { Choice } from '../../ui/field.tsx';
import { Page } from '../../ui/page.tsx';
import { type Column, Rows } from '../../ui/rows.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { Empty, Trouble, Waiting } from '../../ui/states.tsx';
import { Reasoned, WhyLine } from '../../ui/why.tsx';
import { AddPerson } from './add.tsx';
import { PersonPanel } from './person.tsx';

type Route = 'GET /api/campaigns/{id}/leads';
type Person = Answer<Route>['prospects'][number];

const from = '/w/$workspace/campaigns/$id/people';
const pageSize = 100;
const statuses = ['pending', 'sent', 'replied', 'bounced', 'completed', 'unsubscribed', 'skipped'];

/** The people of a campaign, in the order they came, with the reason why each waits. */
export function Roster() {
  const { id } = useParams({ from });
  const search = useSearch({ from });
  const navigate = useNavigate({ from });
  const { data: campaign } = useAnswer('GET /api/campaigns/{id}', { id });
  const list = useRows(
    'GET /api/campaigns/{id}/leads',
    {
      id,
      limit: pageSize,
      q: search.q,
      status: search.status as Input<Route>['status'],
      hold: search.hold as Input<Route>['hold'],
    },
    ({ prospects, next_cursor }) => ({ rows: prospects, next: next_cursor }),
  );
  const change = (part: Search) =>
    void navigate({ search: (old) => ({ ...old, ...part }), replace: true });
  const filtered = Boolean(search.q ?? search.status ?? search.hold);
  const isOpen = campaign?.campaign.status === 'draft' || campaign?.campaign.roster === 'open';
  return (
    <Page name="people" of={campaign?.campaign.name} bare>
      <div className="line apart">
        <Filters search={search} total={list.first?.total ?? undefined} onChange={change} />
        {isOpen && <Bring />}
      </div>
      <Holds id={id} hold={search.hold} onPick={(hold) => change({ hold })} />
      {list.problem && <Trouble problem={list.problem} retry={list.retry} />}
      {list.isPending && <Waiting />}
      {list.first && list.rows.length > 0 && (
        <Rows
          label="People"
          rows={list.rows}
          total={list.first.total ?? list.rows.length}
          columns={columns}
          keyOf={(one) => one.id}
          more={list.more}
          height={52}
          onOpen={(one) => change({ person: one.id })}
        />
      )}
      {list.first && list.rows.length === 0 && (
        <Nobody
          filtered={filtered}
          clear={() => change({ q: undefined, status: undefined, hold: undefined })}
        />
      )}
      {search.person && (
        <PersonPanel
          campaign={id}
          prospect={search.person}
          onClose={() => change({ person: undefined })}
        />
      )}
    </Page>
  );
}

type Search = { q?: string; status?: string; hold?: string; person?: string };
type FiltersProps = { search: Search; total?: number; onChange: (part: Search) => void };

function Filters({ search, total, onChange }: FiltersProps) {
  return (
    <div className="line">
      <SearchBox
        label="Search people"
        value={search.q ?? ''}
        onChange={(q) => onChange({ q: q || undefined })}
      />
      <div>
        <Choice
          quiet
          label="Status"
          value={search.status ?? ''}
          onChange={(status) => onChange({ status: status || undefined })}
          options={[
            { value: '', label: 'Every status' },
            ...statuses.map((one) => ({ value: one, label: reasonOf(one).short })),
          ]}
        />
      </div>
      {total !== undefined && <span className="dim small">{count(total)} people</span>}
    </div>
  );
}

function Bring() {
  const params = useParams({ from });
  return (
    <div className="line">
      <AddPerson campaign={params.id} />
      <ButtonLink
        look="primary"
        icon="upload"
        to="/w/$workspace/campaigns/$id/import"
        params={params}
      >
        Import a file
      </ButtonLink>
    </div>
  );
}

function Nobody({ filtered, clear }: { filtered: boolean; clear: () => void }) {
  if (filtered)
    return (
      <Empty
        title="Nobody is like that"
        action={
          <button type="button" className="button" onClick={clear}>
            Show everybody
          </button>
        }
      />
    );
  return (
    <Empty title="Nobody yet">
      Bring people from a file of any size, or add one by hand. Each one is checked when their turn
      comes: suppressed people, people who answered elsewhere and duplicates are left out.
    </Empty>
  );
}

type HoldsProps = { id: string; hold: string | undefined; onPick: (hold?: string) => void };

/** The holds that there are, with the people of each; a second press shows everybody again. */
function Holds({ id, hold, onPick }: HoldsProps) {
  const { data } = useAnswer('GET /api/campaigns/{id}/explain', { id });
  if (!data || data.held.length === 0) return null;
  return (
    <ul className="chips" aria-label="Held">
      {data.held.map((one) => (
        <li key={one.hold}>
          <button
            type="button"
            className="chip"
            aria-pressed={one.hold === hold}
            data-selected={one.hold === hold || undefined}
            onClick={() => onPick(one.hold === hold ? undefined : one.hold)}
          >
            <Reasoned reason={reasonOf(one.hold)} />
            <b>{count(one.n)}</b>
          </button>
        </li>
      ))}
    </ul>
  );
}

const columns: readonly Column<Person>[] = [
  {
    head: 'Person',
    width: 'minmax(0, 1.6fr)',
    cell: (one) => (
      <>
        <b>{personName(one) || identityOf(one)}</b>
        <span className="sub">{identityOf(one)}</span>
      </>
    ),
  },
  { head: 'Company', width: 'minmax(0, 1fr)', wide: true, cell: (one) => one.company },
  {
    head: 'Status',
    width: 'minmax(96px, 0.9fr)',
    wide: true,
    cell: (one) => <Reasoned reason={reasonOf(one.status)} />,
  },
  {
    head: 'Next',
    width: 'minmax(0, 1.8fr)',
    cell: (one) => <NextCell person={one} />,
  },
];

function NextCell({ person }: { person: Person }) {
  if (person.because === null)
    return <span className="dim">{person.end_reason?.replaceAll('_', ' ') ?? '–'}</span>;
  return <WhyLine code={person.because} expectedAt={person.expected_at} />;
}
