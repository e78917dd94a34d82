import { closedDays, type Holidays } from './holidays.ts';
import { normaliseHours, type OperatingHours, type Schedule } from './schedule.ts';

const schedules = new Map<string, Schedule>();
const maxSchedules = 10_000;

type Opening = { timeZone: string; hours: OperatingHours | null; holidays: Holidays | null };

/**
 * A campaign's schedule. The same hours in the same year give the same object, so that results
 * cached for a schedule object stay valid.
 */
export function scheduleOf({ timeZone, hours, holidays }: Opening, now: Date): Schedule {
  const year = now.getUTCFullYear();
  const closedKey = holidays ? `${JSON.stringify(holidays)} ${year}` : '';
  const key = `${timeZone} ${JSON.stringify(hours)} ${closedKey}`;
  const known = schedules.get(key);
  if (known) return known;
  if (schedules.size > maxSchedules) schedules.clear();
  const schedule = {
    timeZone,
    hours: normaliseHours(hours),
    closed: closedDays(timeZone, holidays, [year, year + 1, year + 2]),
  };
  schedules.set(key, schedule);
  return schedule;
}
