/**
 * Month names and their short forms in English, German, French, Spanish, Italian, Dutch and
 * Portuguese.
 */
const monthNames = [
  'january januar jänner janvier enero gennaio januari janeiro jan janv ene gen',
  'february februar février febrero febbraio februari fevereiro feb févr fev',
  'march märz mars marzo maart março mar mär mrz',
  'april avril abril aprile apr avr abr',
  'may mai mayo maggio mei maio mag',
  'june juni juin junio giugno junho jun giu',
  'july juli juillet julio luglio julho jul juil lug',
  'august août agosto augustus aug ago',
  'september septembre septiembre settembre setembro sept sep set',
  'october oktober octobre octubre ottobre outubro oct okt ott out',
  'november novembre noviembre novembro nov',
  'december dezember décembre diciembre dicembre dezembro dec dez déc dic',
];
const months = new Map(
  monthNames.flatMap((names, index) => names.split(' ').map((name) => [name, index + 1] as const)),
);

const weekdayNames = [
  'monday montag',
  'tuesday dienstag',
  'wednesday mittwoch',
  'thursday donnerstag',
  'friday freitag',
  'saturday samstag',
  'sunday sonntag',
];
const weekdays = new Map(
  weekdayNames.flatMap((names, index) =>
    names.split(' ').map((name) => [name, index + 1] as const),
  ),
);

const longestFirst = (names: Iterable<string>) =>
  [...names].sort((a, b) => b.length - a.length).join('|');
const month = `(?<month>${longestFirst(months.keys())})\\b\\.?`;
const year = '(?:,?\\s+(?:de\\s+)?(?<year>20\\d\\d)\\b)?';
const dates = [
  '(?<year>20\\d\\d)-(?<m>\\d\\d)-(?<d>\\d\\d)\\b',
  '(?<d>\\d{1,2})\\.\\s?(?<m>\\d{1,2})\\.(?:\\s?(?<year>(?:20)?\\d\\d)\\b)?',
  '(?<a>\\d{1,2})[/-](?<b>\\d{1,2})[/-](?<year>(?:20)?\\d\\d)\\b',
  `(?<d>\\d{1,2})(?:st|nd|rd|th|er|\\.)?\\s+(?:of\\s+|de\\s+)?${month}${year}`,
  `${month}\\s+(?<d>\\d{1,2})(?:st|nd|rd|th)?\\b${year}`,
  `(?<weekday>${longestFirst(weekdays.keys())})\\b`,
];

const inclusive = 'through|thru|einschließlich|inclusive|inklusive';
const until = [
  `until|till?|${inclusive}|bis|jusqu['’]au|jusqu['’]à|hasta(?: el)?|fino al|tot(?: en met)?|até`,
  'back|return(?:s|ing)?|wieder|zurück|de retour|retour|regreso|vuelvo|rientr\\w{0,12}',
  'torn\\w{0,12}|terug|volto|retorno',
].join('|');
// The words between `until` and the date have no digits, because digits would begin another date.
const patterns = dates.map(
  (date) =>
    new RegExp(
      `(?<![\\p{L}])(?<word>${until})(?![\\p{L}])[^\\d\\n]{0,45}?(?<![\\p{L}\\d])${date}`,
      'giu',
    ),
);
const back =
  /^(back|return|wieder|zurück|de retour|retour|regreso|vuelvo|rientr|torn|terug|volto|retorno)/i;

/**
 * The day of return that an automatic reply states, such as "2026-12-03"; the latest when it states
 * several. Without a year it is the next such day after `receivedAt`. Null when no day within 400
 * days is plain (03/04/2026 is not: day and month could be either).
 */
export function outOfOfficeUntil(text: string, receivedAt: Date): string | null {
  const today = Temporal.PlainDate.from(receivedAt.toISOString().slice(0, 10));
  const found: Temporal.PlainDate[] = [];
  for (const pattern of patterns) {
    for (const { groups, 0: whole } of text.slice(0, 5000).matchAll(pattern)) {
      const date = groups && readDate(groups, today);
      if (!date) continue;
      const through =
        new RegExp(`\\b(${inclusive})\\b|einschließlich|tot en met`, 'i').test(whole) &&
        !back.test(groups.word ?? '');
      found.push(through ? date.add({ days: 1 }) : date);
    }
  }
  const near = found.filter(
    (date) => Temporal.PlainDate.compare(date, today) >= 0 && today.until(date).days <= 400,
  );
  return near.sort(Temporal.PlainDate.compare).at(-1)?.toString() ?? null;
}

function readDate(
  groups: Record<string, string | undefined>,
  today: Temporal.PlainDate,
): Temporal.PlainDate | null {
  if (groups.weekday) {
    const ahead = ((weekdays.get(groups.weekday.toLowerCase()) ?? 0) - today.dayOfWeek + 7) % 7;
    return today.add({ days: ahead || 7 });
  }
  const [day, monthNumber] = readDayAndMonth(groups);
  const statedYear = readYear(groups.year);
  try {
    const date = Temporal.PlainDate.from(
      { year: statedYear ?? today.year, month: monthNumber, day },
      { overflow: 'reject' },
    );
    return statedYear === null && Temporal.PlainDate.compare(date, today) < 0
      ? date.add({ years: 1 })
      : date;
  } catch {
    return null;
  }
}

function readYear(year: string | undefined): number | null {
  if (year === undefined) return null;
  return Number(year.length === 2 ? `20${year}` : year);
}

/** Day and month; zeros, which are no date, when the order of the two is ambiguous. */
function readDayAndMonth({
  d,
  m,
  a,
  b,
  month: name,
}: Record<string, string | undefined>): [number, number] {
  if (name) return [Number(d), months.get(name.toLowerCase()) ?? 0];
  if (d) return [Number(d), Number(m)];
  const [first, second] = [Number(a), Number(b)];
  if (first > 12 || first === second) return [first, second];
  return second > 12 ? [second, first] : [0, 0];
}
