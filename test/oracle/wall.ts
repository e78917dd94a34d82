import { minuteMs } from '../../src/domain/time.ts';

/** Zones with every kind of change that clocks have made since 2005. */
export const zones = [
  'UTC',
  'Europe/Berlin',
  'Europe/London',
  'Europe/Lisbon',
  'Europe/Dublin',
  'Europe/Moscow',
  'Europe/Chisinau',
  'Atlantic/Azores',
  'Atlantic/Canary',
  'America/New_York',
  'America/Chicago',
  'America/Denver',
  'America/Phoenix',
  'America/Los_Angeles',
  'America/Anchorage',
  'America/St_Johns',
  'America/Halifax',
  'America/Havana',
  'America/Santiago',
  'America/Asuncion',
  'America/Sao_Paulo',
  'America/Nuuk',
  'America/Scoresbysund',
  'America/Caracas',
  'Africa/Cairo',
  'Africa/Casablanca',
  'Africa/Johannesburg',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Asia/Tehran',
  'Asia/Beirut',
  'Asia/Jerusalem',
  'Asia/Tokyo',
  'Asia/Pyongyang',
  'Australia/Lord_Howe',
  'Australia/Sydney',
  'Australia/Adelaide',
  'Pacific/Auckland',
  'Pacific/Chatham',
  'Pacific/Apia',
  'Pacific/Norfolk',
  'Antarctica/Troll',
];

export type Wall = { date: string; weekday: number; minute: number };

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Wall clock of a zone by Intl alone, which knows nothing of stretches and offsets. */
export function wallClock(timeZone: string, at: number): Wall {
  let formatter = formatters.get(timeZone);
  if (!formatter) {
    const shown = {
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    } as const;
    formatter = new Intl.DateTimeFormat('sv-SE', { timeZone, ...shown });
    formatters.set(timeZone, formatter);
  }
  // 2026-03-02 09:15
  const text = formatter.format(at);
  const date = text.slice(0, 10);
  return {
    date,
    weekday: new Date(`${date}T00:00:00Z`).getUTCDay(),
    minute: Number(text.slice(11, 13)) * 60 + Number(text.slice(14, 16)),
  };
}

export type Hours = Record<string, { start: number; end: number }[]>;

/** Whether the clock on the wall shows a minute of a window, on a day that is no holiday. */
export function openByWall(
  hours: Hours,
  timeZone: string,
  at: number,
  holidays: ReadonlySet<string> = new Set(),
): boolean {
  const { weekday, minute } = wallClock(timeZone, at);
  const within = (hours[weekday] ?? []).some(({ start, end }) => start <= minute && minute < end);
  return within && !(holidays.size > 0 && holidays.has(dateReached(timeZone, at)));
}

const back = 180;

/**
 * The latest date the wall has shown: where clocks go back over midnight, the new day has begun, be
 * it for a minute (St. John's).
 */
export function dateReached(timeZone: string, at: number): string {
  const [now, before] = [wallClock(timeZone, at), wallClock(timeZone, at - back * minuteMs)];
  const passed = (now.weekday - before.weekday) * 1440 + now.minute - before.minute;
  if ((passed + 10_080) % 10_080 === back) return now.date;
  const dates = Array.from(
    { length: back },
    (_, ago) => wallClock(timeZone, at - ago * minuteMs).date,
  );
  return dates.sort().at(-1)!;
}
