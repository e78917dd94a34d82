import { type OperatingHours, windowsOf } from './schedule.ts';
import { dayNames, dayOf } from './written-hours.ts';

/** Monday to Friday, 9:00 to 17:00. */
export const workingHours: NonNullable<OperatingHours> = Object.fromEntries(
  ['mon', 'tue', 'wed', 'thu', 'fri'].map((day) => [day, { start: 540, end: 1020 }]),
);

/** Monday first, as people write a week. */
const week = [1, 2, 3, 4, 5, 6, 0];
const shortNames = dayNames.map((name) => name.slice(0, 3));

/**
 * Reads hours as people write them: "mon-fri 9-17", "mon-thu 8:30-12 13-17, fri 9am-1pm", "always".
 * Returns the shape of `operatingHours`, in which {} is always open; null when it is no such text.
 */
export function readHours(text: string): NonNullable<OperatingHours> | null {
  if (/^\s*(always|24\/7)\s*$/i.test(text)) return {};
  const hours: Record<string, { start: number; end: number }[]> = {};
  let days: number[] = [];
  let isTimed = true;
  const spelled = text.replace(/\s*(-|–|\bto\b)\s*/g, '-').trim();
  for (const word of spelled.split(/[\s,;]+/)) {
    const named = readDays(word);
    const window = readWindow(word);
    if (named) {
      days = isTimed ? named : [...days, ...named];
      isTimed = false;
    } else if (window && days.length > 0) {
      for (const day of days) {
        const name = shortNames[day]!;
        hours[name] = [...(hours[name] ?? []), window];
      }
      isTimed = true;
    } else return null;
  }
  return isTimed ? hours : null;
}

/** The days of "mon", "mon-fri", "sat-mon", "daily"; null for another word. */
function readDays(word: string): number[] | null {
  if (/^(daily|every-?day)$/i.test(word)) return week;
  const [from = '', to = from, ...rest] = word.split('-');
  const [first, last] = [from, to].map((name) => (/^[a-z]/i.test(name) ? dayOf(name) : -1));
  if (first! < 0 || last! < 0 || rest.length > 0) return null;
  const count = ((last! - first! + 7) % 7) + 1;
  return Array.from({ length: count }, (_, index) => (first! + index) % 7);
}

/** The minutes of the day of "9-17", "8:30-12:15", "9am-5pm"; null for another word. */
function readWindow(word: string): { start: number; end: number } | null {
  const time = String.raw`(\d{1,2})(?:[:.](\d\d))?(am|pm)?`;
  const found = new RegExp(`^${time}-${time}$`, 'i').exec(word);
  if (!found) return null;
  const minutes = (hour: string, minute = '0', half = ''): number => {
    const twelve = half === '' ? Number(hour) : (Number(hour) % 12) + (/p/i.test(half) ? 12 : 0);
    return twelve * 60 + Number(minute);
  };
  const [start, end] = [
    minutes(found[1]!, found[2], found[3]),
    minutes(found[4]!, found[5], found[6]),
  ];
  return start < end && end <= 1440 ? { start, end } : null;
}

/** Hours in words that `readHours` understands: days with the same windows stand together. */
export function hoursInWords(hours: OperatingHours): string {
  const byDay = windowsByDay(hours);
  if (byDay === null) return 'always';
  const parts: { from: number; to: number; windows: string }[] = [];
  for (const [place, day] of week.entries()) {
    const windows = byDay[day]!.map(({ start, end }) => `${clock(start)}-${clock(end)}`).join(' ');
    const last = parts.at(-1);
    if (windows === '') continue;
    if (last?.windows === windows && last.to === place - 1) last.to = place;
    else parts.push({ from: place, to: place, windows });
  }
  const name = (place: number) => shortNames[week[place]!]!;
  const spelled = parts.map(
    ({ from, to, windows }) => `${name(from)}${to > from ? `-${name(to)}` : ''} ${windows}`,
  );
  return spelled.join(', ') || 'never';
}

/** Windows of each day from Sunday; null when always open. */
function windowsByDay(hours: OperatingHours): { start: number; end: number }[][] | null {
  if (Object.keys(hours ?? {}).length === 0) return null;
  const byDay = dayNames.map((): { start: number; end: number }[] => []);
  for (const [name, given] of Object.entries(hours!)) byDay[dayOf(name)]!.push(...windowsOf(given));
  return byDay;
}

const clock = (minutes: number): string =>
  `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;

const nightEnds = 6 * 60;
const nightBegins = 22 * 60;

/**
 * The unusual times at which hours let mail go out: "at night" (22:00 to 6:00), "on weekends"
 * (both days of it). Empty for usual hours.
 */
export function unusualTimes(hours: OperatingHours): string[] {
  const byDay = windowsByDay(hours);
  const isNight = byDay?.flat().some(({ start, end }) => start < nightEnds || end > nightBegins);
  const isWeekend = byDay && byDay[0]!.length > 0 && byDay[6]!.length > 0;
  return [
    ...((isNight ?? true) ? ['at night'] : []),
    ...((isWeekend ?? true) ? ['on weekends'] : []),
  ];
}
