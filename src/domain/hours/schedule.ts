import { z } from 'zod';
import { toJsonSchema } from '../../json-schema.ts';
import { dayMs, minuteMs, weekMs } from '../time.ts';
import { dayNames, dayOf, readWrittenHours } from './written-hours.ts';

/**
 * Open spans of the local week, merged and sorted: ms since Sunday 00:00 wall time, end excluded.
 */
export type WeekHours = readonly { readonly start: number; readonly end: number }[];

/** Opening hours by the wall clock of an IANA zone; `hours` null is always open, empty is never. */
export type Schedule = {
  readonly timeZone: string;
  readonly hours: WeekHours | null;
  /** Holidays, closed whatever the hours say: epoch ms, ends excluded, in order and apart. */
  readonly closed?: readonly { readonly start: number; readonly end: number }[];
};

const minuteOfDay = z.int().min(0).max(1440);
const openWindow = z
  .strictObject({ start: minuteOfDay, end: minuteOfDay })
  .refine(
    ({ start, end }) => start < end,
    'The end must lie after the start; a night is two windows, up to 1440 and from 0.',
  );

/**
 * Windows by weekday ("0" Sunday to "6" Saturday), in minutes of the local day. Null and {} are
 * always open; a day that is missing or null is closed.
 */
const storedHours = z
  .record(z.string(), z.union([openWindow, z.array(openWindow).max(24), z.null()]))
  .nullable()
  .superRefine((hours, context) => {
    const seen = new Map<number, string>();
    for (const [name, given] of Object.entries(hours ?? {})) {
      const fail = (message: string) => context.addIssue({ code: 'custom', message, path: [name] });
      const day = dayOf(name);
      const twin = seen.get(day);
      if (day < 0)
        fail(
          `"${name}" is not a weekday: use "0" (Sunday) to "6" (Saturday), ` +
            'or names such as "monday".',
        );
      else if (twin !== undefined) fail(`"${name}" and "${twin}" are the same day.`);
      else if (overlap(windowsOf(given))) fail(`The windows of ${dayNames[day]} overlap.`);
      seen.set(day, name);
    }
  });

/** The hours with their days as "0" to "6", however they were named. */
export function canonicalHours(hours: OperatingHours): OperatingHours {
  const days = Object.entries(hours ?? {});
  return hours && Object.fromEntries(days.map(([name, given]) => [String(dayOf(name)), given]));
}

/**
 * The same from a caller, who may write them in other usual ways (`readWrittenHours`); days become
 * "0" to "6".
 */
export const operatingHours = z
  .preprocess(readWrittenHours, storedHours)
  .transform(canonicalHours)
  .meta(toJsonSchema(storedHours, 'input') as Record<string, unknown>);

/** Operating hours in the shape in which the database stores them. */
export type OperatingHours = z.infer<typeof storedHours>;
type DayHours = NonNullable<OperatingHours>[string];

export function windowsOf(given: DayHours): { start: number; end: number }[] {
  if (given === null) return [];
  return (Array.isArray(given) ? given : [given]).toSorted((a, b) => a.start - b.start);
}

function overlap(windows: readonly { start: number; end: number }[]): boolean {
  return windows.some((window, index) => index > 0 && window.start < windows[index - 1]!.end);
}

/**
 * Valid operating hours as spans of the week; null when always open. Windows that touch become one,
 * over midnight too.
 */
export function normaliseHours(hours: OperatingHours): WeekHours | null {
  const days = Object.entries(hours ?? {});
  if (days.length === 0) return null;
  const merged: { start: number; end: number }[] = [];
  const spans = days.flatMap(([name, given]) =>
    windowsOf(given).map(({ start, end }) => ({
      start: dayOf(name) * dayMs + start * minuteMs,
      end: dayOf(name) * dayMs + end * minuteMs,
    })),
  );
  for (const span of spans.sort((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last && last.end >= span.start) last.end = Math.max(last.end, span.end);
    else merged.push(span);
  }
  return merged[0]?.start === 0 && merged[0].end === weekMs ? null : merged;
}

/**
 * A stretch of time in which a zone keeps one offset: local wall time = instant + offset. Epoch ms,
 * end excluded.
 */
type Stretch = { start: number; end: number; offset: number };

const stretchCache = new Map<string, Stretch[]>();

/**
 * The stretch that contains an instant. Cached without a bound, because a zone changes its offset
 * about twice a year, so a few stretches serve every call.
 */
function stretchAt(timeZone: string, at: number): Stretch {
  const cached = stretchCache.get(timeZone) ?? [];
  for (const stretch of cached) if (stretch.start <= at && at < stretch.end) return stretch;
  const local = Temporal.Instant.fromEpochMilliseconds(Math.floor(at)).toZonedDateTimeISO(timeZone);
  const stretch = {
    start:
      local.add({ nanoseconds: 1 }).getTimeZoneTransition('previous')?.epochMilliseconds ??
      -Infinity,
    end: local.getTimeZoneTransition('next')?.epochMilliseconds ?? Infinity,
    offset: local.offsetNanoseconds / 1e6,
  };
  stretchCache.set(timeZone, [...cached, stretch]);
  return stretch;
}

/**
 * Wall time as ms since the Sunday 00:00 before it; four days are added, as 1970-01-01 is a
 * Thursday.
 */
function weekTime(wall: number): number {
  return (((wall + 4 * dayMs) % weekMs) + weekMs) % weekMs;
}

/** The holidays that contain an instant, if any. */
function closedAt({ closed }: Schedule, at: number) {
  return closed?.find(({ start, end }) => start <= at && at < end);
}

/** Whether the schedule is open at an instant (epoch ms). */
export function isOpen(schedule: Schedule, at: number): boolean {
  const { timeZone, hours } = schedule;
  if (closedAt(schedule, at)) return false;
  if (hours === null) return true;
  const time = weekTime(at + stretchAt(timeZone, at).offset);
  return hours.some(({ start, end }) => start <= time && time < end);
}

/** First open instant at or after `at` (epoch ms); null when the schedule never opens. */
export function nextOpen(schedule: Schedule, at: number): number | null {
  for (let from = at; ; ) {
    const open = nextInHours(schedule, from);
    const closed = open === null ? undefined : closedAt(schedule, open);
    if (!closed) return open;
    from = closed.end;
  }
}

function nextInHours({ timeZone, hours }: Schedule, at: number): number | null {
  if (hours === null) return at;
  if (hours.length === 0) return null;
  for (let from = at; ; ) {
    const { end, offset } = stretchAt(timeZone, from);
    const time = weekTime(from + offset);
    const next = hours.find((span) => time < span.end);
    const wait = next ? Math.max(0, next.start - time) : weekMs - time + hours[0]!.start;
    if (from + wait < end) return from + wait;
    from = end;
  }
}

/**
 * End (epoch ms) of the open interval that contains `at`: null when it never closes, `at` itself
 * when the schedule is closed then.
 */
export function closesAt(schedule: Schedule, at: number): number | null {
  if (closedAt(schedule, at)) return at;
  const next = schedule.closed?.find(({ start }) => start > at)?.start ?? null;
  const end = endOfHours(schedule, at);
  return next !== null && (end === null || next < end) ? next : end;
}

function endOfHours({ timeZone, hours }: Schedule, at: number): number | null {
  if (hours === null) return null;
  for (let from = at; ; ) {
    const { end, offset } = stretchAt(timeZone, from);
    const time = weekTime(from + offset);
    const span = hours.find((candidate) => candidate.start <= time && time < candidate.end);
    if (!span) return from;
    from = Math.min(from + span.end - time, end);
  }
}

/** Open intervals within [from, to), in order (epoch ms, ends excluded). */
export function openIntervals(
  schedule: Schedule,
  from: number,
  to: number,
): [start: number, end: number][] {
  const intervals: [number, number][] = [];
  for (let start = nextOpen(schedule, from); start !== null && start < to; ) {
    const end = Math.min(closesAt(schedule, start) ?? to, to);
    intervals.push([start, end]);
    start = nextOpen(schedule, end);
  }
  return intervals;
}

/** How long the schedule is open within [from, to), in ms. */
export function openMs(schedule: Schedule, from: number, to: number): number {
  return openIntervals(schedule, from, to).reduce((sum, [start, end]) => sum + end - start, 0);
}

/**
 * First instant (epoch ms) of the local calendar day that contains `at`. Where clocks go back over
 * midnight, the new day lasts through the repeated hour, so that no day begins twice.
 */
export function dayStart(timeZone: string, at: number): number {
  const now = stretchAt(timeZone, at);
  const day = calendarDay(timeZone, at);
  const before = now.start === -Infinity ? null : stretchAt(timeZone, now.start - 1);
  const stretch = before && lastDay(before) >= day ? before : now;
  return Math.max(stretch.start, day * dayMs - stretch.offset);
}

/** First instant (epoch ms) of the local calendar day after the one that contains `at`. */
export function nextDayStart(timeZone: string, at: number): number {
  const next = (calendarDay(timeZone, at) + 1) * dayMs;
  const { end, offset } = stretchAt(timeZone, at);
  if (next - offset < end) return next - offset;
  return Math.max(end, next - stretchAt(timeZone, end).offset);
}

/** First instant (epoch ms) of a local calendar date, given as YYYY-MM-DD. */
export function dateStart(timeZone: string, date: string): number {
  const noon = Temporal.PlainDate.from(date).toZonedDateTime({ timeZone, plainTime: '12:00' });
  return dayStart(timeZone, noon.epochMilliseconds);
}

/** The local calendar date of an instant (epoch ms), as YYYY-MM-DD. */
export function localDate(timeZone: string, at: number): string {
  return new Date(calendarDay(timeZone, at) * dayMs).toISOString().slice(0, 10);
}

/**
 * Latest local date reached by `at`, in days since 1970-01-01; it never goes back with the clocks.
 */
function calendarDay(timeZone: string, at: number): number {
  const { start, offset } = stretchAt(timeZone, at);
  const day = Math.floor((at + offset) / dayMs);
  return start === -Infinity ? day : Math.max(day, lastDay(stretchAt(timeZone, start - 1)));
}

function lastDay({ end, offset }: Stretch): number {
  return Math.floor((end - 1 + offset) / dayMs);
}
