/** Instants and spans in words. Pure: the zone and the present are arguments. */

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone} ${JSON.stringify(options)}`;
  const kept =
    formats.get(key) ??
    new Intl.DateTimeFormat('en-GB', { timeZone: zone, hourCycle: 'h23', ...options });
  formats.set(key, kept);
  return kept;
}

const dayKey = (at: Date, zone: string): string =>
  format(zone, { year: 'numeric', month: '2-digit', day: '2-digit' }).format(at);

const dayMs = 86_400_000;

/**
 * The shortest text that names an instant: "09:12" today, "Tue 09:12" within six days, else
 * "3 Mar 09:12", with the year when it is another one.
 */
export function whenText(iso: string, now: Date, zone: string): string {
  const at = new Date(iso);
  const time = format(zone, { hour: '2-digit', minute: '2-digit' }).format(at);
  if (dayKey(at, zone) === dayKey(now, zone)) return time;
  const near = Math.abs(at.getTime() - now.getTime()) < 6 * dayMs;
  if (near) return `${format(zone, { weekday: 'short' }).format(at)} ${time}`;
  return `${dateText(iso, now, zone)} ${time}`;
}

/** "Tue 3 Mar", with the year when it is another one. */
export function dateText(iso: string, now: Date, zone: string): string {
  const at = new Date(iso);
  const year = (one: Date) => format(zone, { year: 'numeric' }).format(one);
  const text = format(zone, { weekday: 'short', day: 'numeric', month: 'short' })
    .format(at)
    .replace(',', '');
  return year(at) === year(now) ? text : `${text} ${year(at)}`;
}

/** Date and time, however near: "Tue 3 Mar 09:12". */
export function stampText(iso: string, zone: string): string {
  const at = new Date(iso);
  const time = format(zone, { hour: '2-digit', minute: '2-digit' }).format(at);
  return `${dateText(iso, at, zone)} ${time}`;
}

/** Everything about an instant, for a tooltip: date, time and zone. */
export function fullText(iso: string, zone: string): string {
  const text = format(zone, { dateStyle: 'full', timeStyle: 'short' }).format(new Date(iso));
  return `${text} (${zone})`;
}

/** A calendar day of the server ("2026-03-02") in words: "Mon 2". */
export function dayText(date: string): { weekday: string; day: string; month: string } {
  const at = new Date(`${date}T12:00:00Z`);
  const part = (options: Intl.DateTimeFormatOptions) => format('UTC', options).format(at);
  return {
    weekday: part({ weekday: 'short' }),
    day: part({ day: 'numeric' }),
    month: part({ month: 'short' }),
  };
}

/** The days between two calendar days, both included. */
export function daysBetween(from: string, to: string): string[] {
  const days: string[] = [];
  for (let at = Date.parse(`${from}T00:00:00Z`); at <= Date.parse(`${to}T00:00:00Z`); at += dayMs)
    days.push(new Date(at).toISOString().slice(0, 10));
  return days;
}

const units = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
] as const;

/** How long something lasts, by its largest unit: "3 d", "15 h", "20 min". */
export function spanText(ms: number): string {
  const seconds = Math.abs(ms) / 1000;
  const [unit, size] = units.find(([, least]) => seconds >= least) ?? ['min', 60];
  return `${Math.max(1, Math.round(seconds / size))} ${unit}`;
}
