/** Zones that change their clocks within 2026, from every part of the world that does. */
export const zones = [
  'Africa/Cairo',
  'Africa/Casablanca',
  'Africa/El_Aaiun',
  'America/Adak',
  'America/Anchorage',
  'America/Chicago',
  'America/Denver',
  'America/Halifax',
  'America/Havana',
  'America/Los_Angeles',
  'America/Miquelon',
  'America/New_York',
  'America/Nuuk',
  'America/Port-au-Prince',
  'America/Santiago',
  'America/Scoresbysund',
  'America/St_Johns',
  'America/Tijuana',
  'America/Toronto',
  'Antarctica/Troll',
  'Asia/Beirut',
  'Asia/Famagusta',
  'Asia/Jerusalem',
  'Asia/Nicosia',
  'Atlantic/Azores',
  'Atlantic/Bermuda',
  'Atlantic/Canary',
  'Atlantic/Faroe',
  'Australia/Adelaide',
  'Australia/Hobart',
  'Australia/Lord_Howe',
  'Australia/Sydney',
  'Europe/Athens',
  'Europe/Berlin',
  'Europe/Chisinau',
  'Europe/Lisbon',
  'Europe/London',
  'Pacific/Auckland',
  'Pacific/Chatham',
  'Pacific/Easter',
] as const;

/** First days of months in which clocks change: the north, the south, and both ways. */
export const seasons = [
  '2026-03-03',
  '2026-03-12',
  '2026-03-20',
  '2026-04-02',
  '2026-08-25',
  '2026-09-10',
  '2026-10-03',
  '2026-10-18',
] as const;

type Wall = { date: string; weekday: number; hour: number; minute: number };

const formatters = new Map<string, Intl.DateTimeFormat>();

/** The wall clock of a zone by Intl, without code of the engine. */
export function wallOf(at: number, timeZone: string): Wall {
  const formatter =
    formatters.get(timeZone) ??
    new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      weekday: 'short',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: 'numeric',
      minute: 'numeric',
    });
  formatters.set(timeZone, formatter);
  const parts = Object.fromEntries(
    formatter.formatToParts(at).map(({ type, value }) => [type, value]),
  ) as Record<string, string>;
  return {
    date: `${parts.year}-${parts.month}-${parts.day}`,
    weekday: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'].indexOf(parts.weekday!),
    hour: Number(parts.hour),
    minute: Number(parts.minute),
  };
}
