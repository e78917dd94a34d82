import { z } from 'zod';
import { dayStart, nextDayStart, type Schedule } from './schedule.ts';

/** Days on which a campaign does not send: own dates, by the campaign's zone. */
export const holidaysInput = z.strictObject({
  dates: z.array(z.iso.date()).max(1000).default([]),
});
export type Holidays = z.output<typeof holidaysInput>;

/** The closed stretches of a schedule, days that follow each other as one. */
export function closedDays(timeZone: string, holidays: Holidays | null): NonNullable<Schedule['closed']> {
  const closed: { start: number; end: number }[] = [];
  for (const date of [...new Set(holidays?.dates ?? [])].sort()) {
    const noon = Temporal.PlainDate.from(date).toZonedDateTime({ timeZone, plainTime: '12:00' }).epochMilliseconds;
    const [start, end] = [dayStart(timeZone, noon), nextDayStart(timeZone, noon)];
    const last = closed.at(-1);
    if (last && last.end >= start) last.end = end;
    else closed.push({ start, end });
  }
  return closed;
}
