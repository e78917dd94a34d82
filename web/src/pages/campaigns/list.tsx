import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { Answer } from '../../api/call.ts';
import { useAnswer } from '../../api/use.ts';
import { count, plural, progressOf, rateText } from '../../model/figures.ts';
import { ProgressBar } from '../../ui/bars.tsx';
import { Button } from '../../ui/button.tsx';
import { Choice } from '../../ui/field.tsx';
import { Page } from '../../ui/page.tsx';
import { type Column, Rows } from '../../ui/rows.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { useMay } from '../../ui/session.tsx';
import { Answered, Empty } from '../../ui/states.tsx';
import { WhyLine } from '../../ui/why.tsx';
import { NewCampaign } from './new.tsx';
import { StateBadge } from './state.tsx';

type Campaign = Answer<'GET /api/campaigns'>['campaigns'][number];
type Status = Campaign['status'];

const statuses = ['active', 'paused', 'draft', 'completed'] as const;

export function Campaigns() {
  const { workspace } = useParams({ from: '/w/$workspace/campaigns' });
  const search = useSearch({ from: '/w/$workspace/campaigns' });
  const navigate = useNavigate({ from: '/w/$workspace/campaigns' });
  const may = useMay();
  const query = useAnswer(
    'GET /api/campaigns',
    { q: search.q, status: search.status as Status | undefined },
    { keep: true },
  );
  const change = (part: Search) =>
    void navigate({ search: (old) => ({ ...old, ...part }), replace: true });
  const filtered = Boolean(search.q ?? search.status);
  // The empty page has the button in its middle.
  const isBlank = !filtered && query.data?.campaigns.length === 0;
  const make = (
    <Button
      look="primary"
      icon="plus"
      isDisabled={!may('write')}
      onPress={() => change({ make: 'yes' })}
    >
      New campaign
    </Button>
  );
  return (
    <Page name="campaigns" fill actions={isBlank ? null : make}>
      {!isBlank && <Filters search={search} onChange={change} />}
      <Answered query={query}>
        {({ campaigns, total }) =>
          campaigns.length > 0 ? (
            <Rows
              label="Campaigns"
              rows={campaigns}
              total={total}
              columns={columns}
              keyOf={({ id }) => id}
              more={null}
              height={56}
              onOpen={({ id }) =>
                void navigate({ to: '/w/$workspace/campaigns/$id', params: { workspace, id } })
              }
            />
          ) : (
            <NoCampaigns filtered={filtered} action={make} />
          )
        }
      </Answered>
      {search.make && <NewCampaign onClose={() => change({ make: undefined })} />}
    </Page>
  );
}

type Search = { q?: string; status?: string; make?: string };

function Filters({ search, onChange }: { search: Search; onChange: (part: Search) => void }) {
  return (
    <div className="line">
      <SearchBox
        label="Search campaigns"
        value={search.q ?? ''}
        onChange={(q) => onChange({ q: q || undefined })}
      />
      <div>
        <Choice
          quiet
          label="State"
          value={search.status ?? ''}
          onChange={(status) => onChange({ status: status || undefined })}
          options={[
            { value: '', label: 'Every state' },
            ...statuses.map((one) => ({ value: one, label: one })),
          ]}
        />
      </div>
    </div>
  );
}

function NoCampaigns({ filtered, action }: { filtered: boolean; action: React.ReactNode }) {
  if (filtered) return <Empty title="No campaign is like that">Search for another name.</Empty>;
  return (
    <Empty title="No campaign yet" action={action}>
      A campaign writes to each of its people several times, in the hours you set, and stops when
      they answer. You see who gets what and when before anything goes out.
    </Empty>
  );
}

const columns: readonly Column<Campaign>[] = [
  {
    head: 'Campaign',
    width: 'minmax(0, 2.2fr)',
    cell: (one) => <NameCell campaign={one} />,
  },
  { head: 'State', width: 'minmax(110px, 0.9fr)', cell: (one) => <StateCell campaign={one} /> },
  {
    head: 'Next',
    width: 'minmax(0, 1.9fr)',
    wide: true,
    cell: (one) => one.status === 'active' && <NextCell id={one.id} />,
  },
  {
    head: 'Progress',
    width: 'minmax(120px, 1.2fr)',
    wide: true,
    cell: (one) => one.stats.total > 0 && <ProgressCell campaign={one} />,
  },
  {
    head: 'Answered',
    width: '104px',
    number: true,
    cell: ({ stats }) => rateText(stats.answered, stats.contacted),
  },
  {
    head: 'Bounced',
    width: '96px',
    number: true,
    wide: true,
    cell: ({ stats }) => rateText(stats.bounced, stats.contacted),
  },
];

function NameCell({ campaign }: { campaign: Campaign }) {
  const { workspace } = useParams({ from: '/w/$workspace' });
  const senders = plural(campaign.sender_accounts.length, 'sender', 'senders');
  return (
    <>
      <Link
        className="name"
        to="/w/$workspace/campaigns/$id"
        params={{ workspace, id: campaign.id }}
        tabIndex={-1}
      >
        {campaign.name}
      </Link>
      <span className="sub">
        {campaign.type} · {plural(campaign.stats.total, 'person', 'people')} · {senders}
        {campaign.dry_run && ' · dry run'}
      </span>
    </>
  );
}

function StateCell({ campaign }: { campaign: Campaign }) {
  return <StateBadge status={campaign.status} reason={campaign.pause_reason} />;
}

/** Asked by the row, so that only campaigns in view are explained. */
function NextCell({ id }: { id: string }) {
  const { data } = useAnswer('GET /api/campaigns/{id}/explain', { id });
  if (!data) return null;
  const { binding, expected_at } = data;
  return <WhyLine code={binding.code} expectedAt={expected_at} words={binding.words} />;
}

function ProgressCell({ campaign }: { campaign: Campaign }) {
  const { stats } = campaign;
  const progress = progressOf(stats);
  return (
    <>
      <ProgressBar progress={progress} />
      <span className="sub">
        {count(stats.total - progress.pending)} of {count(stats.total)} written to
      </span>
    </>
  );
}
