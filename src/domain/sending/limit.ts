import { dayStart } from '../hours/schedule.ts';
import { dayMs, hourMs, minuteMs } from '../time.ts';

/** Touches of a sender by quarter of an hour (its start, epoch ms), oldest first. */
export type Usage = readonly { at: number; touch: string; n: number; notes?: number }[];

/** The usage of notes alone: the touches that carried one. */
export function notesOf(usage: Usage): Usage {
  return usage.flatMap(({ at, touch, notes }) => (notes ? [{ at, touch, n: notes }] : []));
}

export const bucketMs = 15 * minuteMs;

/** Notes count in any 30 days. */
export const noteWindowMs = 30 * dayMs;

/**
 * A daily limit that grows: `start` on the local date `started_on`, `step` more every `every_days`,
 * until the sender's own limit.
 */
export type RampUp = { start: number; step: number; every_days: number; started_on: string };

/** The daily limit at an instant, by the local date of the sender's zone. */
export function dailyLimitAt(
  limit: number,
  rampUp: RampUp | null,
  { timeZone, at }: { timeZone: string; at: number },
): number {
  if (!rampUp) return limit;
  const first = Temporal.PlainDate.from(rampUp.started_on).toZonedDateTime(
    timeZone,
  ).epochMilliseconds;
  // Rounding counts the days, because their lengths differ by an hour at most.
  const days = Math.max(0, Math.round((dayStart(timeZone, at) - first) / dayMs));
  return Math.min(limit, rampUp.start + rampUp.step * Math.floor(days / rampUp.every_days));
}

/**
 * First instant at or after `at` at which fewer than `limit` touches lie in the window behind it. A
 * quarter of an hour counts in full until all of it has left the window, so the limit is never
 * passed.
 */
export function rollingFrom(
  usage: Usage,
  { limit, windowMs }: { limit: number; windowMs: number },
  at: number,
): number {
  const leaves = (bucket: Usage[number]) => bucket.at + bucketMs + windowMs;
  const inside = usage.filter((bucket) => leaves(bucket) > at);
  let total = inside.reduce((sum, { n }) => sum + n, 0);
  let from = at;
  for (const bucket of inside) {
    if (total < limit) break;
    total -= bucket.n;
    from = leaves(bucket);
  }
  return from;
}

/** Touches in the window behind an instant. */
export function usedInWindow(usage: Usage, windowMs: number, at: number): number {
  return usage.reduce(
    (sum, bucket) => (bucket.at + bucketMs + windowMs > at ? sum + bucket.n : sum),
    0,
  );
}

/** First instant of the local clock hour that contains `at`; the next one begins an hour later. */
export function hourStart(timeZone: string, at: number): number {
  const day = dayStart(timeZone, at);
  return day + Math.floor((at - day) / hourMs) * hourMs;
}

/** Touches in the local clock hour of `now`. */
export function usedInHour(
  usage: Usage,
  { timeZone, now }: { timeZone: string; now: number },
): number {
  const hour = hourStart(timeZone, now);
  return usage.reduce((sum, bucket) => (bucket.at >= hour ? sum + bucket.n : sum), 0);
}

/**
 * First instant at or after `at` that an hourly limit allows: `at` itself while the clock hour of
 * `now` has room, else the start of the next hour at the earliest.
 */
export function hourlyFrom(
  usage: Usage,
  { limit, timeZone, now }: { limit: number; timeZone: string; now: number },
  at: number,
): number {
  const isFree = usedInHour(usage, { timeZone, now }) < limit;
  return isFree ? at : Math.max(at, hourStart(timeZone, now) + hourMs);
}
