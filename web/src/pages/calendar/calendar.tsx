import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { Answer, Input } from '../../api/call.ts';
import type { Schemas } from '../../api/schema.gen.d.ts';
import { useAnswer, usePosted } from '../../api/use.ts';
import { sumByDay } from '../../model/calendar.ts';
import { count } from '../../model/figures.ts';
import { DayBars } from '../../ui/bars.tsx';
import { Page } from '../../ui/page.tsx';
import { Answered, Empty, Trouble } from '../../ui/states.tsx';
import { useRested } from '../../ui/use-rested.ts';
import { When } from '../../ui/when.tsx';
import { Heat } from './heat.tsx';
import { WhatIf } from './what-if.tsx';
import './calendar.css';

type Forecast = Pick<
  Answer<'GET /api/campaigns/{id}/forecast'>,
  'days' | 'ends_at' | 'starts_at' | 'sends' | 'assumptions' | 'people' | 'finished'
>;
export type Change = { limit?: number; each?: number; more?: number };

const from = '/w/$workspace/campaigns/$id/calendar';
/** So long a slider rests before the server is asked. */
const restMs = 300;

/** What goes out when, and how a change would move it. Nothing of a change is saved by looking. */
export function Calendar() {
  const { id } = useParams({ from });
  const change = useSearch({ from });
  const navigate = useNavigate({ from });
  const campaign = useAnswer('GET /api/campaigns/{id}', { id });
  const now = useAnswer('GET /api/campaigns/{id}/forecast', { id, limit: 1 }, { every: 60_000 });
  const rested = useRested(change, restMs);
  const changed = Object.keys(change).length > 0;
  const tried = usePosted(
    'POST /api/campaigns/{id}/forecasts',
    campaign.data ? inputOf(campaign.data.campaign, rested) : { id },
    changed && campaign.data !== undefined,
  );
  const set = (part: Change) =>
    void navigate({ search: (old) => ({ ...old, ...part }), replace: true });
  return (
    <Page name="calendar" of={campaign.data?.campaign.name} bare>
      <Answered query={now}>
        {(baseline) =>
          baseline.sends === 0 && !changed ? (
            <NoSends baseline={baseline} />
          ) : (
            <div className="calendar" data-stale={tried.isFetching || undefined}>
              <Headline baseline={baseline} tried={changed ? tried.data : undefined} />
              {changed && tried.error && <Trouble problem={tried.error} compact />}
              <div className="calendar-top">
                {campaign.data && (
                  <WhatIf
                    campaign={campaign.data.campaign}
                    change={change}
                    onChange={set}
                    onReset={() => void navigate({ search: {}, replace: true })}
                  />
                )}
                <section className="panel">
                  <h2>Mails a day</h2>
                  <DayBars
                    days={barsOf(baseline, changed ? tried.data : undefined)}
                    label="Mails"
                    height={168}
                  />
                </section>
              </div>
              <Heat
                forecast={(changed ? tried.data : undefined) ?? baseline}
                senders={campaign.data?.campaign.sender_accounts ?? []}
                limit={change.each}
              />
              <Assumptions baseline={baseline} />
            </div>
          )
        }
      </Answered>
    </Page>
  );
}

function inputOf(
  campaign: Schemas['Campaign'],
  { limit, each, more }: Change,
): Input<'POST /api/campaigns/{id}/forecasts'> {
  return {
    id: campaign.id,
    ...(limit === undefined ? {} : { daily_limit: limit }),
    ...(more === undefined ? {} : { more_leads: more }),
    ...(each === undefined
      ? {}
      : {
          sender_limits: campaign.sender_accounts.map((one) => ({
            account_id: one.id,
            daily_limit: each,
          })),
        }),
  };
}

/** Six weeks of bars; the outline is the calendar without the change. */
function barsOf(baseline: Forecast, tried: Forecast | undefined) {
  const earlier = new Map(sumByDay(baseline.days).map(({ date, value }) => [date, value]));
  const shown = tried ?? baseline;
  const days = sumByDay([
    ...shown.days,
    ...baseline.days.map((one) => ({ ...one, sends: 0 })),
  ]).slice(0, 42);
  return days.map(({ date, value }) => ({
    date,
    value,
    ...(tried ? { earlier: earlier.get(date) ?? 0 } : {}),
  }));
}

function Headline({ baseline, tried }: { baseline: Forecast; tried: Forecast | undefined }) {
  const shown = tried ?? baseline;
  return (
    <p className="headline" role="status">
      {shown.ends_at ? (
        <>
          Ends{' '}
          {tried && baseline.ends_at && (
            <>
              <s className="dim">
                <When at={baseline.ends_at} />
              </s>{' '}
              →{' '}
            </>
          )}
          <b>
            ≈ <When at={shown.ends_at} />
          </b>
          {tried && <Difference from={baseline.ends_at} to={tried.ends_at} />}
        </>
      ) : (
        <b>Nothing goes out like this.</b>
      )}
      <span className="dim">
        {count(shown.sends)} mails to {count(shown.people.reached)} people
      </span>
    </p>
  );
}

function Difference({ from: before, to }: { from: string | null; to: string | null }) {
  if (!before || !to) return null;
  const days = Math.round((Date.parse(to) - Date.parse(before)) / 86_400_000);
  if (days === 0) return <span className="badge tone-over">same day</span>;
  const words = `${days > 0 ? '+' : '−'}${Math.abs(days)} ${Math.abs(days) === 1 ? 'day' : 'days'}`;
  return <span className={`badge tone-${days > 0 ? 'waits' : 'runs'}`}>{words}</span>;
}

function Assumptions({ baseline }: { baseline: Forecast }) {
  const { held, will_be_held: later, will_be_skipped: skipped } = baseline.people;
  const left = [
    [held, 'held now'],
    [later, 'will be held'],
    [skipped, 'will be skipped'],
  ] as const;
  return (
    <details className="small dim">
      <summary>
        Right if nobody answers.
        {left.map(([n, words]) => (n > 0 ? ` ${count(n)} ${words}.` : ''))} What it assumes
      </summary>
      <ul>
        {baseline.assumptions.map((words) => (
          <li key={words}>{words}</li>
        ))}
      </ul>
    </details>
  );
}

function NoSends({ baseline }: { baseline: Forecast }) {
  return (
    <Empty title="Nothing is to be sent">
      {baseline.people.held > 0
        ? `${count(baseline.people.held)} people are held until something is mended.`
        : 'Add people and senders to see a calendar.'}
    </Empty>
  );
}
