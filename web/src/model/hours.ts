/** Operating hours as the page edits them: seven days with their windows, in minutes of the day. */

export type Window = { start: number; end: number };
export type Day = { name: string; key: string; windows: readonly Window[] };

/** Monday first; the keys are the server's, in which Sunday is "0". */
const dayKeys = [
  ['1', 'Monday'],
  ['2', 'Tuesday'],
  ['3', 'Wednesday'],
  ['4', 'Thursday'],
  ['5', 'Friday'],
  ['6', 'Saturday'],
  ['0', 'Sunday'],
] as const;

type Stored = Record<string, unknown> | null;
export type Written = Record<string, Window[] | null> | null;

const dayMinutes = 1440;
const working: Window = { start: 540, end: 1020 };

const windowsOf = (given: unknown): Window[] =>
  given === null || given === undefined ? [] : ([given].flat() as Window[]);

/** Null and {} are open at all times. */
export const isAlways = (hours: Stored): boolean =>
  hours === null || Object.keys(hours).length === 0;

/** The seven days of stored hours; those that are always open begin as working hours. */
export function toWeek(hours: Stored): Day[] {
  return dayKeys.map(([key, name]) => ({
    key,
    name,
    windows: isAlways(hours)
      ? windowsOf(key === '0' || key === '6' ? null : working)
      : windowsOf(hours?.[key]),
  }));
}

/** The hours as they are written. A week without any window stays closed, and never open. */
export const fromWeek = (week: readonly Day[]): Written =>
  Object.fromEntries(
    week.map(({ key, windows }) => [key, windows.length > 0 ? [...windows] : null]),
  );

export const setDay = (week: readonly Day[], key: string, windows: readonly Window[]): Day[] =>
  week.map((day) => (day.key === key ? { ...day, windows } : day));

/** Gives all working days the windows of Monday. */
export function copyMonday(week: readonly Day[]): Day[] {
  const monday = week[0]?.windows ?? [];
  return week.map((day) =>
    day.key === '0' || day.key === '6' ? day : { ...day, windows: monday },
  );
}

/** A window after those that the day has: four hours, or what is left of the day. */
export function nextWindow(windows: readonly Window[]): Window | null {
  const last = windows.at(-1);
  if (!last) return working;
  const start = last.end + 60;
  return start < dayMinutes ? { start, end: Math.min(dayMinutes, start + 240) } : null;
}

const two = (n: number): string => String(n).padStart(2, '0');

/** "09:30". The end of the day is "00:00", as a field for times has no "24:00". */
export const timeText = (minutes: number): string =>
  `${two(Math.floor(minutes / 60) % 24)}:${two(minutes % 60)}`;

/** The minute of the day of "09:30"; as an end, "00:00" is midnight. Null while it is typed. */
export function readTime(text: string, as: 'start' | 'end'): number | null {
  const found = /^(\d\d):(\d\d)/.exec(text);
  if (!found) return null;
  const minutes = Number(found[1]) * 60 + Number(found[2]);
  return as === 'end' && minutes === 0 ? dayMinutes : minutes;
}

/** How long a week is open, in minutes. */
export const openMinutes = (week: readonly Day[]): number =>
  week.flatMap(({ windows }) => windows).reduce((sum, { start, end }) => sum + end - start, 0);
