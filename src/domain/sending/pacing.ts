import { dayStart, nextDayStart, openIntervals, type Schedule } from '../hours/schedule.ts';
import { dayMs, minuteMs } from '../time.ts';

/** A number in [0, 1) that depends on the words alone (FNV-1a, then a finaliser): the same answer at every read. */
export function seeded(...words: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const char of words.join('|'))
    hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** What a campaign's limits leave a sender today, by the day of the campaign's zone. */
export type Share = {
  campaignId: string;
  timeZone: string /** The hours of all its people who wait. */;
  schedules: readonly Schedule[];
  capacity: number;
};

export type Pace = {
  senderId: string;
  /** The zone whose calendar day the sender's cap counts in. */
  timeZone: string;
  /** The cap is one of any 24 hours: capacity is all of it, and is spread over the 24 hours to come. */
  rolling: boolean;
  /** Touches the sender's own cap leaves for today after the last one. */
  capacity: number;
  /** The campaigns that have work for the sender, and what their limits leave it today; Infinity without a limit. */
  shares: readonly Share[];
  /** Touches made today. */
  sentToday: number;
  minGapMs: number;
  lastAt: number | null;
};

const maxFirstDelayMs = 10 * minuteMs;
// Half a touch more than there is, so that the last one falls within the day whatever the jitter.
const spread = (openMs: number, capacity: number) => openMs / (Math.max(1, capacity) + 0.5);

/**
 * The mean gap between two touches in ms: what is left of the day's windows after `at`, spread over what the sender's cap
 * leaves, or over what the campaigns' limits leave when that is slower. Each limit's own day is spread over. The last touch
 * sets it, so a sender that was down goes on at that pace and does not burst.
 */
function meanGapMs(pace: Pace, at: number): number {
  const end = pace.rolling ? at + dayMs : nextDayStart(pace.timeZone, at);
  const all = pace.shares.flatMap(({ schedules }) => schedules);
  const bySender = spread(openMsAny(all, at, end), pace.capacity);
  const perMs = pace.shares.reduce((sum, { timeZone, schedules, capacity }) => {
    const open = openMsAny(schedules, at, nextDayStart(timeZone, at));
    return open === 0 || capacity <= 0 ? sum : sum + 1 / spread(open, capacity);
  }, 0);
  return Math.max(bySender, perMs === 0 ? 0 : 1 / perMs);
}

/** Instant (epoch ms) from which pacing allows the sender's next touch; never under the minimum gap. Seeded jitter of ±30 %. */
export function pacedFrom(pace: Pace, now: number): number {
  const { senderId, minGapMs } = pace;
  const lastAt = pace.lastAt ?? -Infinity;
  const today = dayStart(pace.timeZone, now);
  if (lastAt >= today) {
    const jitter = 0.7 + 0.6 * seeded(senderId, today, pace.sentToday);
    return lastAt + Math.ceil(Math.max(minGapMs, meanGapMs(pace, lastAt) * jitter));
  }
  // A new day starts a little after its first window opens, each sender in its own minute.
  const tomorrow = nextDayStart(pace.timeZone, now);
  const all = pace.shares.flatMap(({ schedules }) => schedules);
  const opens = Math.min(
    ...all.map((schedule) => openIntervals(schedule, today, tomorrow)[0]?.[0] ?? today),
  );
  const delay =
    Math.min(maxFirstDelayMs, meanGapMs(pace, opens)) * seeded(senderId, today, 'first');
  return Math.max(lastAt + minGapMs, opens + Math.ceil(delay));
}

/** The same for many instants of few days: each day is reckoned once. */
export function pacer(pace: Pace): (now: number) => number {
  let [start, end, from] = [Infinity, -Infinity, 0];
  return (now) => {
    if (now < start || now >= end) {
      [start, end] = [dayStart(pace.timeZone, now), nextDayStart(pace.timeZone, now)];
      from = pacedFrom(pace, now);
    }
    return from;
  };
}

/** Milliseconds in [from, to) in which at least one schedule is open. */
function openMsAny(schedules: readonly Schedule[], from: number, to: number): number {
  if (schedules.some(({ hours, closed }) => hours === null && !closed?.length)) return to - from;
  const intervals = schedules.flatMap((schedule) => intervalsUntil(schedule, from, to));
  if (schedules.length > 1) intervals.sort((a, b) => a[0] - b[0]);
  let total = 0;
  let reached = from;
  for (const [start, end] of intervals) {
    total += Math.max(0, end - Math.max(start, reached));
    reached = Math.max(reached, end);
  }
  return total;
}

type Known = { from: number; intervals: readonly [start: number, end: number][] };
const knownIntervals = new WeakMap<Schedule, Map<number, Known>>();
const maxKnown = 8;

/** Open intervals up to `to`, those that end after `from` among them. A day's are asked for again and again. */
function intervalsUntil(
  schedule: Schedule,
  from: number,
  to: number,
): readonly [start: number, end: number][] {
  const ends = knownIntervals.get(schedule) ?? new Map<number, Known>();
  const known = ends.get(to);
  if (known && known.from <= from) return known.intervals;
  const found = {
    from: Math.min(from, to - dayMs),
    intervals: openIntervals(schedule, Math.min(from, to - dayMs), to),
  };
  if (ends.size >= maxKnown) ends.clear();
  knownIntervals.set(schedule, ends.set(to, found));
  return found.intervals;
}
