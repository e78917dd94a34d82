import { dayStart, nextDayStart, openIntervals, type Schedule } from '../hours/schedule.ts';
import { dayMs, minuteMs } from '../time.ts';

/** A number in [0, 1) that depends on the words alone: FNV-1a, then a finaliser. */
export function seeded(...words: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const char of words.join('|'))
    hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** The touches that a campaign's limits leave a sender today, by the day of the campaign's zone. */
export type Share = {
  campaignId: string;
  timeZone: string;
  /** The hours of all its waiting prospects, one schedule for each zone they live in. */
  schedules: readonly Schedule[];
  /** Touches; Infinity without a limit. */
  capacity: number;
};

export type Pace = {
  senderId: string;
  /** The sender's cap counts by the calendar day of this zone. */
  timeZone: string;
  /** The cap counts in any 24 hours: all of it is the capacity, spread over the next 24 hours. */
  rolling: boolean;
  /** Touches that the sender's own cap leaves for today after the last one. */
  capacity: number;
  /** One for each campaign that has work for the sender. */
  shares: readonly Share[];
  /** Touches made today. */
  sentToday: number;
  minGapMs: number;
  lastAt: number | null;
};

const maxFirstDelayMs = 10 * minuteMs;
// Half a touch more than the capacity, so that the last touch falls within the day despite the
// jitter.
const spread = (openMs: number, capacity: number) => openMs / (Math.max(1, capacity) + 0.5);

/**
 * The mean gap between two touches in ms: the open time after `at`, spread over the touches that
 * the sender's cap leaves, or the campaigns' limits when those are slower; each limit over its own
 * day. `at` is the last touch, so that a sender that was down resumes at this pace and does not
 * burst.
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

/**
 * First instant (epoch ms) at which pacing allows the sender's next touch, with a seeded jitter of
 * ±30 %; never less than the minimum gap after the last one.
 */
export function pacedFrom(pace: Pace, now: number): number {
  const { senderId, minGapMs } = pace;
  const lastAt = pace.lastAt ?? -Infinity;
  const today = dayStart(pace.timeZone, now);
  if (lastAt >= today) {
    const jitter = 0.7 + 0.6 * seeded(senderId, today, pace.sentToday);
    return lastAt + Math.ceil(Math.max(minGapMs, meanGapMs(pace, lastAt) * jitter));
  }
  // The first touch of a day waits a seeded while, so that not all senders start as hours open.
  const tomorrow = nextDayStart(pace.timeZone, now);
  const all = pace.shares.flatMap(({ schedules }) => schedules);
  const opens = Math.min(
    ...all.map((schedule) => openIntervals(schedule, today, tomorrow)[0]?.[0] ?? today),
  );
  const delay =
    Math.min(maxFirstDelayMs, meanGapMs(pace, opens)) * seeded(senderId, today, 'first');
  return Math.max(lastAt + minGapMs, opens + Math.ceil(delay));
}

/** `pacedFrom` for many instants: computes each local day once. */
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

type CachedIntervals = { from: number; intervals: readonly [start: number, end: number][] };
const intervalCache = new WeakMap<Schedule, Map<number, CachedIntervals>>();
const maxCachedEnds = 8;

/**
 * Open intervals up to `to`: all that end after `from`, and perhaps earlier ones. Cached, because
 * the same day's intervals are needed again and again.
 */
function intervalsUntil(
  schedule: Schedule,
  from: number,
  to: number,
): readonly [start: number, end: number][] {
  const ends = intervalCache.get(schedule) ?? new Map<number, CachedIntervals>();
  const cached = ends.get(to);
  if (cached && cached.from <= from) return cached.intervals;
  const found = {
    from: Math.min(from, to - dayMs),
    intervals: openIntervals(schedule, Math.min(from, to - dayMs), to),
  };
  if (ends.size >= maxCachedEnds) ends.clear();
  intervalCache.set(schedule, ends.set(to, found));
  return found.intervals;
}
