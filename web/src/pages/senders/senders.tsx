import { useNavigate, useSearch } from '@tanstack/react-router';
import type { Schemas } from '../../api/schema.gen.d.ts';
import { useAnswer } from '../../api/use.ts';
import { count } from '../../model/figures.ts';
import { senderLook, senderName } from '../../model/senders.ts';
import { Button } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { type Column, Rows } from '../../ui/rows.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { useMay } from '../../ui/session.tsx';
import { Answered, Empty } from '../../ui/states.tsx';
import { Reasoned, WhyLine } from '../../ui/why.tsx';
import { Connect } from './connect.tsx';
import { SenderPanel } from './sender.tsx';
import './senders.css';

type Sender = Schemas['Sender'] & { today: number | null };

const from = '/w/$workspace/senders';

/** The sender accounts: which work, which need somebody, and how much of the day is used. */
export function Senders() {
  const search = useSearch({ from });
  const navigate = useNavigate({ from });
  const may = useMay();
  const query = useAnswer('GET /api/senders', {});
  const usage = useAnswer('GET /api/campaigns/settings', {});
  const change = (part: Partial<typeof search>) =>
    void navigate({ search: (old) => ({ ...old, ...part }), replace: true });
  const today = new Map(usage.data?.accounts.map((one) => [one.id, one.daily_stats.sent]));
  const connect = (
    <Button
      look="primary"
      icon="plus"
      isDisabled={!may('admin')}
      onPress={() => change({ connect: 'yes' })}
    >
      Connect a sender
    </Button>
  );
  return (
    <Page name="senders" fill actions={query.data?.accounts.length === 0 ? null : connect}>
      <Answered query={query}>
        {({ accounts }) => {
          const rows = accounts
            .filter((one) => senderName(one).includes(search.q?.toLowerCase() ?? ''))
            .map((one) => ({ ...one, today: today.get(one.id) ?? null }));
          if (accounts.length === 0)
            return (
              <Empty title="No sender yet" action={connect}>
                A sender is a mailbox of yours, on any server. Postrider sends through it at a human
                pace, and reads the answers.
              </Empty>
            );
          return (
            <>
              <div className="line apart">
                <SearchBox
                  label="Search senders"
                  value={search.q ?? ''}
                  onChange={(q) => change({ q: q || undefined })}
                />
                <Sums rows={rows} />
              </div>
              <Rows
                label="Senders"
                rows={rows}
                total={rows.length}
                columns={columns}
                keyOf={(one) => one.id}
                more={null}
                height={52}
                onOpen={(one) => change({ sender: one.id })}
              />
            </>
          );
        }}
      </Answered>
      {search.connect && (
        <Connect
          onClose={() => change({ connect: undefined })}
          onDone={(sender) => change({ connect: undefined, sender })}
        />
      )}
      {search.sender && (
        <SenderPanel id={search.sender} onClose={() => change({ sender: undefined })} />
      )}
    </Page>
  );
}

function Sums({ rows }: { rows: readonly Sender[] }) {
  const sent = rows.reduce((sum, one) => sum + (one.today ?? 0), 0);
  const limit = rows.reduce((sum, one) => sum + one.daily_limit, 0);
  const needing = rows.filter((one) => senderLook(one.status).tone === 'held').length;
  return (
    <p className="dim">
      {count(rows.length)} senders · {count(sent)} of {count(limit)} today
      {needing > 0 && <span className="tone-held"> · {count(needing)} need you</span>}
    </p>
  );
}

const columns: readonly Column<Sender>[] = [
  {
    head: 'Sender',
    width: 'minmax(0, 1.8fr)',
    cell: (one) => (
      <>
        <b>{senderName(one)}</b>
        <span className="sub">
          {[one.first_name, one.last_name].filter(Boolean).join(' ') || one.type}
        </span>
      </>
    ),
  },
  {
    head: 'State',
    width: 'minmax(110px, 1fr)',
    cell: (one) => <Status sender={one} />,
  },
  {
    head: 'Next',
    width: 'minmax(0, 1.6fr)',
    wide: true,
    cell: (one) => <NextCell id={one.id} />,
  },
  {
    head: 'Today',
    width: '120px',
    wide: true,
    cell: (one) => <Today sender={one} />,
  },
];

function Status({ sender }: { sender: Sender }) {
  const { tone, word } = senderLook(sender.status);
  return (
    <span title={sender.status_reason ?? undefined}>
      <Reasoned reason={{ tone, short: word, remedy: null }} />
    </span>
  );
}

/** Asked by the row, so that only senders in view are explained. */
function NextCell({ id }: { id: string }) {
  const { data } = useAnswer('GET /api/senders/{id}/explain', { id });
  if (!data) return null;
  return (
    <WhyLine code={data.binding.code} expectedAt={data.expected_at} words={data.binding.words} />
  );
}

function Today({ sender }: { sender: Sender }) {
  if (sender.today === null) return null;
  const share = Math.min(1, sender.today / Math.max(1, sender.daily_limit));
  return (
    <>
      <span className="meter" aria-hidden="true">
        <i style={{ inlineSize: `${100 * share}%` }} />
      </span>
      <span className="sub">
        {sender.today} of {sender.daily_limit}
      </span>
    </>
  );
}
