import { nextDayStart, nextOpen, type Schedule } from '../hours/schedule.ts';
import { dayMs, hourMs, weekMs } from '../time.ts';
import { budgetFrom, budgetInWords } from './budget.ts';
import type { CapKind } from './contact-caps.ts';
import type { CampaignFacts, LaneFacts } from './lane-facts.ts';
import {
  dailyLimitAt,
  hourlyFrom,
  hourStart,
  notesOf,
  noteWindowMs,
  rollingFrom,
  type Usage,
  usedInHour,
  usedInWindow,
} from './limit.ts';
import { noteRest, restsUntil } from './rest.ts';

/**
 * Every reason that is stored for a lane or answered as a `because`: why the lane waits, or the
 * constraint that opened last before it sends. People read them: GLOSSARY.md explains each word.
 */
export const becauses = [
  'due',
  /**
   * The lane was woken and has not been planned since. Stored only; the planner never answers it.
   */
  'planning',
  /**
   * Of a prospect, never of a lane: nothing binds it, but other prospects of the sender go first.
   */
  'queue',
  'nothing_to_send',
  'delay',
  'start_date',
  'operating_hours',
  'local_hours',
  'never_open',
  'pacing',
  'sender_daily_limit',
  'sender_hourly_limit',
  'sender_weekly_limit',
  'note_quota',
  'sender_budget',
  'campaign_daily_limit',
  'campaign_hourly_limit',
  'account_limit',
  'domain_limit',
  'company_limit',
  /**
   * No worker runs that would send. Answered only, never stored: nobody is there to store it.
   */
  'no_worker',
  'sender_not_active',
  'inbox_unreachable',
  'provider_unreachable',
  'provider_rate_limit',
] as const;
export type Because = (typeof becauses)[number];

/** A limit, and the touches (or notes) that count against it. */
export type Figures = { limit: number; used: number };

export type Constraint = {
  because: Because;
  /** First instant at or after `at` (epoch ms) that the constraint allows; null for never. */
  from: (at: number) => number | null;
  /** The limit and its use at `at`; absent where nothing is counted. */
  figures?: ((at: number) => Figures) | undefined;
  /** A limit that counts no touches, and its use, in words. */
  inWords?: string;
};

type Limit = Pick<Constraint, 'from' | 'figures'>;
/** No limit is set. */
const unlimited: Limit = { from: (at) => at };

/** A touch of a campaign that is due at `dueAt` (epoch ms), to prospects of one time zone. */
export type PendingTouch = {
  campaign: CampaignFacts;
  touch: string;
  dueAt: number;
  /** Time zone of the prospects; empty where the campaign's own zone counts. */
  zone: string;
  /** The touch must go with a note. */
  noted?: boolean;
};

/** How often a prospect's domain or company was reached today, and the cap on it. */
export type Reached = { kind: CapKind; used: number; limit: number };

/** The operating hours that count for prospects of a time zone. */
export function hoursOf(
  campaign: Pick<CampaignFacts, 'schedule' | 'local'>,
  zone: string,
): Schedule {
  return campaign.local.get(zone) ?? campaign.schedule;
}

/**
 * Every constraint on a touch, in the order in which explain lists them. `paced` returns the first
 * instant (epoch ms) that pacing allows.
 */
export function constraintsOf(
  facts: LaneFacts,
  paced: (at: number) => number,
  {
    campaign,
    touch,
    dueAt,
    zone,
    noted = false,
    reached = [],
  }: PendingTouch & { reached?: readonly Reached[] },
  now: number,
): Constraint[] {
  const { limits, usage, timeZone, quiet } = facts;
  const campaignZone = campaign.schedule.timeZone;
  const hours = hoursOf(campaign, zone);
  const today = { timeZone: campaignZone, now };
  return [
    { because: 'delay', from: (at) => Math.max(at, dueAt) },
    ...startDate(campaign),
    ...(quiet ? [{ because: quiet.because, from: (at: number) => Math.max(at, quiet.until) }] : []),
    ...restOf(facts, touch),
    { because: 'sender_daily_limit', ...dailyLimit(facts, now) },
    {
      because: 'sender_hourly_limit',
      ...(limits.perHour === null ? unlimited : hourly(usage, limits.perHour, { timeZone, now })),
    },
    ...limitsOfTouch(facts, touch),
    ...(noted ? noteQuota(facts) : []),
    ...budgetOf(facts, touch, now),
    {
      because: 'campaign_daily_limit',
      ...perDay(campaign.sentToday, campaign.dailyLimit, today),
    },
    {
      because: 'account_limit',
      ...perDay(campaign.sentTodayBySender, campaign.accountLimit, today),
    },
    ...campaignHourly(campaign, today),
    ...reached.map(
      ({ kind, used, limit }): Constraint => ({
        because: kind === 'domain' ? 'domain_limit' : 'company_limit',
        ...perDay(used, limit, today),
      }),
    ),
    { because: zone === '' ? 'operating_hours' : 'local_hours', from: (at) => nextOpen(hours, at) },
    { because: 'pacing', from: (at) => Math.max(at, paced(at)) },
  ];
}

type Today = { timeZone: string; now: number };

/** Touches by the local day. */
function perDay(used: number, limit: number | null, { timeZone, now }: Today): Limit {
  if (limit === null) return unlimited;
  return {
    from: (at) => (used < limit ? at : Math.max(at, nextDayStart(timeZone, now))),
    figures: () => ({ limit, used }),
  };
}

/** Touches in any window of this length. */
function rolling(usage: Usage, limit: number | null | undefined, windowMs: number): Limit {
  if (limit == null) return unlimited;
  return {
    from: (at) => rollingFrom(usage, { limit, windowMs }, at),
    figures: (at) => ({ limit, used: usedInWindow(usage, windowMs, at) }),
  };
}

/** Touches by the local clock hour. */
function hourly(usage: Usage, limit: number, today: Today): Limit {
  return {
    from: (at) => hourlyFrom(usage, { limit, ...today }, at),
    figures: () => ({ limit, used: usedInHour(usage, today) }),
  };
}

/** The sender's limit for the day, and the touches that count against it at `now`. */
export function dayFigures(facts: LaneFacts, now: number): Figures {
  const { figures } = dailyLimit(facts, now);
  return figures!(now);
}

function dailyLimit(facts: LaneFacts, now: number): Limit {
  const { limits, usage, timeZone, sentToday } = facts;
  const limit = limitToday(facts, now);
  return limits.day === 'rolling'
    ? rolling(usage, limit, dayMs)
    : perDay(sentToday, limit, { timeZone, now });
}

function campaignHourly({ hourly: own }: CampaignFacts, { timeZone, now }: Today): Constraint[] {
  if (!own) return [];
  const { limit, sent: used } = own;
  const from = (at: number) =>
    used < limit ? at : Math.max(at, hourStart(timeZone, now) + hourMs);
  return [{ because: 'campaign_hourly_limit', from, figures: () => ({ limit, used }) }];
}

function startDate({ startsAt }: CampaignFacts): Constraint[] {
  if (startsAt == null) return [];
  return [{ because: 'start_date', from: (at) => Math.max(at, startsAt) }];
}

function restOf({ rests }: LaneFacts, touch: string): Constraint[] {
  const until = restsUntil(rests, touch);
  return until === null
    ? []
    : [{ because: 'provider_rate_limit', from: (at) => Math.max(at, until) }];
}

/** The limits of one type of touch: in a day, and in a week. */
function limitsOfTouch({ usage, limits }: LaneFacts, touch: string): Constraint[] {
  const ofTouch = usage.filter((bucket) => bucket.touch === touch);
  return [
    { because: 'sender_daily_limit', ...rolling(ofTouch, limits.perDayOf?.[touch], dayMs) },
    { because: 'sender_weekly_limit', ...rolling(ofTouch, limits.perWeek[touch], weekMs) },
  ];
}

function budgetOf(facts: LaneFacts, touch: string, now: number): Constraint[] {
  const { budget } = facts.limits;
  if (!budget) return [];
  const from = (at: number) => budgetFrom(budget, facts, { touch, now, at });
  return [{ because: 'sender_budget', from, inWords: budgetInWords(budget, facts, now) }];
}

function noteQuota({ usage, limits: { perMonthNotes }, rests }: LaneFacts): Constraint[] {
  const until = restsUntil(rests, noteRest) ?? -Infinity;
  if (perMonthNotes == null && until === -Infinity) return [];
  const { from, figures } = rolling(notesOf(usage), perMonthNotes, noteWindowMs);
  return [{ because: 'note_quota', from: (at) => Math.max(from(at)!, until), figures }];
}

/** The sender's daily limit at an instant, with its ramp-up. */
export function limitToday({ limits, timeZone }: LaneFacts, now: number): number {
  return dailyLimitAt(limits.perDay, limits.rampUp, { timeZone, at: now });
}

/**
 * First instant at or after `from` (epoch ms, null for never) that every constraint allows, and why
 * it is later than `from`: the constraint that binds, `due` without one.
 */
export function openingOf(
  constraints: readonly Constraint[],
  from: number,
): { at: number | null; because: Because } {
  const { at, binding } = findBinding(constraints, from);
  if (!binding) return { at, because: 'due' };
  return { at, because: at === null ? neverBecause(binding.because) : binding.because };
}

/**
 * The first instant that every constraint allows (epoch ms, null for never), and the constraint
 * that binds: of those closed at `from`, the one that moved the instant the furthest; null when all
 * are open.
 */
export function findBinding(
  constraints: readonly Constraint[],
  from: number,
): { at: number | null; binding: Constraint | null } {
  const pushes = new Map<Because, number>();
  let at = from;
  for (let moved = true; moved; ) {
    moved = false;
    for (const constraint of constraints) {
      const { because } = constraint;
      const next = constraint.from(at);
      if (next === null) return { at: null, binding: constraint };
      if (next <= at) continue;
      pushes.set(because, (pushes.get(because) ?? 0) + next - at);
      at = next;
      moved = true;
    }
  }
  // A constraint that closes only later, as tonight's hours do, is not why nothing goes out now.
  const closed =
    at > from
      ? constraints.filter((one) => pushes.has(one.because) && (one.from(from) ?? Infinity) > from)
      : [];
  const [binding] = closed.sort((a, b) => pushes.get(b.because)! - pushes.get(a.because)!);
  return { at, binding: binding ?? null };
}

/** The reason for a constraint that never opens: for hours, that they have no opening. */
function neverBecause(because: Because): Because {
  return because === 'operating_hours' || because === 'local_hours' ? 'never_open' : because;
}
