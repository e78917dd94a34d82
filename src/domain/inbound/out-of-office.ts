/** Month names and their short forms in English, German, French, Spanish, Italian, Dutch and Portuguese. */
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
const until = `until|till?|${inclusive}|bis|jusqu['’]au|jusqu['’]à|hasta(?: el)?|fino al|tot(?: en met)?|até|back|return(?:s|ing)?|wieder|zurück|de retour|retour|regreso|vuelvo|rientr\\w{0,12}|torn\\w{0,12}|terug|volto|retorno`;
// Between the word and the date: a few words, but no digits, or it would be another date.
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
 * The day somebody says to be away until, or back on, in an automatic answer: "2026-12-03", the latest when several are named.
 * A year that is left out is the next such day after `receivedAt`. Null when no day within 400 days is stated plainly
 * (03/04/2026 is not plain).
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
  return (
    near
      .sort((a, b) => Temporal.PlainDate.compare(a, b))
      .at(-1)
      ?.toString() ?? null
  );
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
  const stated =
    groups.year === undefined
      ? null
      : Number(groups.year.length === 2 ? `20${groups.year}` : groups.year);
  try {
    const date = Temporal.PlainDate.from(
      { year: stated ?? today.year, month: monthNumber, day },
      { overflow: 'reject' },
    );
    return stated === null && Temporal.PlainDate.compare(date, today) < 0
      ? date.add({ years: 1 })
      : date;
  } catch {
    return null;
  }
}

/** Day and month; zeros, which are no date, when the order of the two cannot be told. */
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
