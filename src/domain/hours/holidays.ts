import { createRequire } from 'node:module';
import type Calendar from 'date-holidays';
import { z } from 'zod';
import { dayStart, nextDayStart, type Schedule } from './schedule.ts';

/** The calendars are large, so the library is loaded when a campaign first needs one. */
const require = createRequire(import.meta.url);
const openCalendar = (code: string): Calendar => {
  const [country = '', state] = code.split('-');
  const Calendars = require('date-holidays') as typeof Calendar;
  return state ? new Calendars(country, state) : new Calendars(country);
};

const calendarCode = z
  .string()
  .regex(/^[A-Z]{2}(-[A-Za-z0-9]{1,6})?$/, 'A country such as DE, or with a state such as US-CA.')
  .refine(
    (code) => openCalendar(code).getRules().length > 0,
    'There is no holiday calendar of this country or state.',
  );

/**
 * Days on which a campaign does not send: own dates, and the public holidays of countries, by the
 * campaign's zone.
 */
export const holidaysInput = z.strictObject({
  dates: z.array(z.iso.date()).max(1000).default([]),
  countries: z.array(calendarCode).max(20).default([]),
});
export type Holidays = z.output<typeof holidaysInput>;

/** The `closed` stretches of a schedule: its own dates, and public holidays of these years. */
export function closedDays(
  timeZone: string,
  holidays: Holidays | null,
  years: readonly number[],
): NonNullable<Schedule['closed']> {
  const closed: { start: number; end: number }[] = [];
  const dates = [
    ...(holidays?.dates ?? []),
    ...(holidays?.countries ?? []).flatMap((code) => publicHolidays(code, years)),
  ];
  for (const date of [...new Set(dates)].sort()) {
    const noon = Temporal.PlainDate.from(date).toZonedDateTime({
      timeZone,
      plainTime: '12:00',
    }).epochMilliseconds;
    const [start, end] = [dayStart(timeZone, noon), nextDayStart(timeZone, noon)];
    const last = closed.at(-1);
    if (last && last.end >= start) last.end = end;
    else closed.push({ start, end });
  }
  return closed;
}

function publicHolidays(code: string, years: readonly number[]): string[] {
  const calendar = openCalendar(code);
  return years.flatMap((year) =>
    calendar
      .getHolidays(year)
      .flatMap((holiday) => (holiday.type === 'public' ? [holiday.date.slice(0, 10)] : [])),
  );
}
