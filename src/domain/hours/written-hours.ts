/**
 * Operating hours as people and other programs write them, with windows `{ start, end }` in minutes
 * of the day. Names of days stay, for the schema to refuse them by name; those of several days
 * become "0" (Sunday) to "6". Whatever is not understood stays as it is.
 */
export function readWrittenHours(given: unknown): unknown {
  if (Array.isArray(given)) return readList(given);
  if (!isObject(given)) return given;
  const days = memberOf(given, ['days', 'weekdays', 'day']);
  if (Array.isArray(days) && hasTimes(given)) return readList([given]);
  const read: [name: string, hours: unknown][] = [];
  for (const [name, hours] of Object.entries(given))
    for (const day of daysOf(name)) read.push([day, readDay(hours)]);
  return collect(read);
}

/** A day given twice keeps its second name, so that the schema names both. */
function collect(read: readonly (readonly [name: string, hours: unknown])[]): unknown {
  const collected: Record<string, unknown> = {};
  for (const [name, hours] of read) {
    const twin = dayNames[Number(name)];
    collected[name in collected && twin ? twin : name] = hours;
  }
  return collected;
}

/** `[{ "day": "monday", "start": "09:00", "end": "17:00" }]`, also with `days: […]`. */
function readList(list: readonly unknown[]): unknown {
  const read: Record<string, unknown[]> = {};
  if (list.length === 0) return list;
  for (const item of list) {
    const days = isObject(item)
      ? memberOf(item, ['day', 'days', 'weekday', 'weekdays'])
      : undefined;
    if (!isObject(item) || days === undefined) return list;
    const window = readDay(item);
    for (const name of [days].flat().flatMap((day) => daysOf(String(day))))
      read[name] = [...(read[name] ?? []), ...[window ?? []].flat()];
  }
  return read;
}

function readDay(hours: unknown): unknown {
  if (hours === false) return null;
  if (hours === true) return { start: 0, end: dayEnd };
  if (typeof hours === 'string') return readWindows(hours.split(/\s*[,;]\s*/));
  if (Array.isArray(hours)) return isPair(hours) ? readWindow(hours) : readWindows(hours);
  if (!isObject(hours)) return hours;
  if (
    switches.some((name) => hours[name] === false) ||
    closers.some((name) => hours[name] === true)
  )
    return null;
  const within = memberOf(hours, ['windows', 'slots', 'ranges', 'hours', 'intervals', 'periods']);
  return Array.isArray(within) && !hasTimes(hours) ? readWindows(within) : readWindow(hours);
}

/** No window is a closed day; one is the window alone. */
function readWindows(windows: readonly unknown[]): unknown {
  const given = windows.filter((window) => window !== '');
  if (given.length === 1 && /^(closed|off|none)$/i.test(String(given[0]).trim())) return null;
  const read = given.map(readWindow);
  return read.length === 1 ? read[0] : read;
}

function readWindow(window: unknown): unknown {
  if (typeof window === 'string') {
    const parts = window.split(/\s*(?:-|–|—|\bto\b)\s*/i);
    return parts.length === 2 ? readWindow(parts) : window;
  }
  if (isPair(window)) return { start: minuteOf(window[0]), end: endOf(window[1]) };
  if (!isObject(window) || !hasTimes(window)) return window;
  const known = [...starts, ...ends, ...switches, ...closers, ...labels];
  const rest = Object.entries(window).filter(([name]) => !known.includes(name));
  return {
    start: minuteOf(memberOf(window, starts)),
    end: endOf(memberOf(window, ends)),
    ...Object.fromEntries(rest),
  };
}

const dayEnd = 24 * 60;
const starts = ['start', 'from', 'open', 'opens', 'begin', 'startTime', 'start_time'];
const ends = ['end', 'to', 'close', 'closes', 'until', 'endTime', 'end_time'];
const switches = ['enabled', 'active', 'is_open', 'isOpen', 'open'];
const closers = ['closed', 'is_closed', 'isClosed'];
const labels = ['day', 'days', 'weekday', 'weekdays'];

export const dayNames = [
  'sunday',
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
];
const groups: Readonly<Record<string, readonly number[]>> = {
  weekdays: [1, 2, 3, 4, 5],
  weekday: [1, 2, 3, 4, 5],
  weekends: [6, 0],
  weekend: [6, 0],
  daily: [0, 1, 2, 3, 4, 5, 6],
  everyday: [0, 1, 2, 3, 4, 5, 6],
};

/** The days that a name of several stands for, such as `mon-fri` or `weekdays`; else the name. */
function daysOf(name: string): string[] {
  const word = name.trim().toLowerCase();
  if (Object.hasOwn(groups, word)) return groups[word]!.map(String);
  const [first = '', last, more] = word.split(/\s*(?:-|–|\bto\b)\s*/);
  const [from, to] = [dayOf(first), dayOf(last ?? '')];
  if (from < 0 || to < 0 || more !== undefined) return [name];
  const length = ((to - from + 7) % 7) + 1;
  return Array.from({ length }, (_none, index) => String((from + index) % 7));
}

/** 0 Sunday to 6, or -1. */
export function dayOf(name: string): number {
  const word = name.trim().toLowerCase();
  if (/^[0-6]$/.test(word)) return Number(word);
  return dayNames.findIndex(
    (day) => word === day || (word.length >= 2 && word.length <= 5 && day.startsWith(word)),
  );
}

/** Minutes of the day from `9:00`, `09:00:00`, `9am`, `5:30 pm`, or minutes; else the value. */
function minuteOf(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const [, hours, minutes = '0', half] =
    /^(\d{1,2})(?:[:.h](\d{2})(?::00(?:\.0+)?)?)?\s*([ap]\.?m\.?)?$/i.exec(value.trim()) ?? [];
  if (hours === undefined || Number(minutes) > 59) return value;
  if (half === undefined && !/[:.h]/.test(value)) return value;
  const hour = half ? (Number(hours) % 12) + (/^p/i.test(half) ? 12 : 0) : Number(hours);
  return hour > 24 ? value : hour * 60 + Number(minutes);
}

/** The end of a window: midnight is the end of its day, and so is the day's last minute. */
function endOf(value: unknown): unknown {
  const minute = minuteOf(value);
  return typeof value === 'string' && (minute === 0 || minute === dayEnd - 1) ? dayEnd : minute;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const isTime = (value: unknown) => typeof minuteOf(value) === 'number';
const isPair = (value: unknown): value is unknown[] =>
  Array.isArray(value) && value.length === 2 && value.every(isTime);

const memberOf = (value: Record<string, unknown>, names: readonly string[]): unknown =>
  value[names.find((name) => Object.hasOwn(value, name) && typeof value[name] !== 'boolean') ?? ''];

/** Whether it names a start or an end in one of the usual words. */
function hasTimes(value: Record<string, unknown>): boolean {
  return memberOf(value, starts) !== undefined || memberOf(value, ends) !== undefined;
}
