import { z } from 'zod';
import {
  normaliseHours,
  type OperatingHours,
  type WeekHours,
} from '../../domain/hours/schedule.ts';
import { dayMs, minuteMs } from '../../domain/time.ts';

const minute = z.int().min(0).max(1440);
const span = z.strictObject({ start: minute, end: minute });
type Span = z.infer<typeof span>;

/**
 * The hours of a day. Inbox has one window a day; `windows` lists several, and `start` and `end`
 * then enclose them.
 */
const day = z
  .strictObject({ ...span.shape, windows: z.array(span).min(1).max(24).optional() })
  .refine(
    ({ start, end, windows = [{ start, end }] }) =>
      start === Math.min(...windows.map((one) => one.start)) &&
      end === Math.max(...windows.map((one) => one.end)),
    'start and end must be those of the first and the last of the windows.',
  );

const names = ['0', '1', '2', '3', '4', '5', '6'] as const;

export const scheduleInput = z.partialRecord(z.enum(names), day);
export const scheduleOutput = z.partialRecord(z.enum(names), day);
type ScheduleHours = z.infer<typeof scheduleOutput>;

/** A campaign's hours in Inbox's shape. A day that is missing is closed. */
export function scheduleOf(hours: OperatingHours): ScheduleHours {
  const week: WeekHours = normaliseHours(hours) ?? [{ start: 0, end: 7 * dayMs }];
  return Object.fromEntries(
    names.flatMap((name, index) => {
      const windows = windowsOf(week, index * dayMs);
      const [first, last] = [windows[0], windows.at(-1)];
      if (!first || !last) return [];
      return [
        [name, { start: first.start, end: last.end, ...(windows.length > 1 ? { windows } : {}) }],
      ];
    }),
  );
}

function windowsOf(week: WeekHours, midnight: number): Span[] {
  return week.flatMap(({ start, end }) => {
    const [from, to] = [Math.max(start - midnight, 0), Math.min(end - midnight, dayMs)];
    return from < to ? [{ start: from / minuteMs, end: to / minuteMs }] : [];
  });
}

/**
 * The hours of our campaign for a schedule of Inbox. There, a schedule without days never opens;
 * our hours without days are always open.
 */
export function hoursOf(schedule: ScheduleHours): NonNullable<OperatingHours> {
  const days = Object.entries(schedule).map(
    ([name, { start, end, windows }]) => [name, windows ?? { start, end }] as const,
  );
  return days.length > 0 ? Object.fromEntries(days) : { '0': null };
}
