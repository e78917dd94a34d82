import { backWords, inclusiveWords, returnRows } from './tables/returns.ts';

const escaped = (word: string) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const longestFirst = (names: Iterable<string>) =>
  [...new Set(names)]
    .sort((a, b) => b.length - a.length)
    .map(escaped)
    .join('|');
const wordsOf = (part: 'before' | 'behind' | 'between') =>
  longestFirst(returnRows.flatMap((row) => row[part].split('|')));

/** Words that begin or end in a letter of an alphabet stand alone; others need no space. */
const noSpaces = '[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]';
const bounded = (words: string) =>
  `(?:(?<![p{L}p{M}])|(?<=${noSpaces}))(?:${words})(?:(?![p{L}])|(?=${noSpaces}))`;

const months = new Map<string, number>();
for (const { months: names } of returnRows)
  for (const [index, forms] of names.split(' ').entries())
    for (const form of forms.split('/'))
      if (!months.has(form)) months.set(form.replace('-', ' '), index + 1);

const weekdays = new Map(
  [
    'monday montag',
    'tuesday dienstag',
    'wednesday mittwoch',
    'thursday donnerstag',
    'friday freitag',
    'saturday samstag',
    'sunday sonntag',
  ].flatMap((names, index) => names.split(' ').map((name) => [name, index + 1] as const)),
);

const month = `(?<month>${longestFirst(months.keys())})(?![\\p{L}])\\.?`;
const year = '(?:,?\\s+(?:de\\s+|del\\s+)?(?<year>20\\d\\d)\\b)?';
const ordinal = '(?:st|nd|rd|th|er|\\.|º|\\.º|:a|:e|-?го|-ого)?';
const dates = [
  '(?<year>20\\d\\d)-(?<m>\\d\\d)-(?<d>\\d\\d)\\b',
  '(?:(?<year>20\\d\\d)\\s?[年년]\\s?)?(?<m>\\d{1,2})\\s?[月월]\\s?(?<d>\\d{1,2})\\s?[日일]?',
  '(?<year>20\\d\\d)[./]\\s?(?<m>\\d{1,2})[./]\\s?(?<d>\\d{1,2})\\b\\.?',
  '(?<d>\\d{1,2})\\.\\s?(?<m>\\d{1,2})\\.(?:\\s?(?<year>(?:20)?\\d\\d)\\b)?',
  '(?<d>\\d{1,2})\\.(?<m>\\d{1,2})(?![\\d.:])(?=\\s|$|[,;)])',
  '(?<a>\\d{1,2})[/-](?<b>\\d{1,2})[/-](?<year>(?:20)?\\d\\d)\\b',
  `(?<d>\\d{1,2})${ordinal}\\s*(?:of\\s+|de\\s+|ngày\\s+)?${month}${year}`,
  `${month}\\s+(?:the\\s+)?(?<d>\\d{1,2})(?:st|nd|rd|th)?(?!\\d)${year}`,
  `(?<![\\p{L}])(?<weekday>${longestFirst(weekdays.keys())})\\b`,
].map((date) => new RegExp(`(?<![\\d])${date}`, 'giu'));

const inclusive = new RegExp(inclusiveWords.join('|'), 'iu');
const back = new RegExp(backWords.join('|'), 'iu');

// Between the word and the date stand no digits, because they would begin another date.
const before = new RegExp(`(?<word>${bounded(wordsOf('before'))})[^\\d\\n]{0,45}$`, 'iu');
const behind = new RegExp(
  `^['’]?[\\p{L}\\p{M}-]{0,6}?[^\\d\\n.]{0,40}?(?<word>${bounded(wordsOf('behind'))})|` +
    '^\\s?(?:까지|まで|迄|に戻|から出社|より出社|に復帰|に出社|에 복귀|返回|回来|回來)|^-?ig\\b|^-?[éáú]n? térek',
  'iu',
);
const between = new RegExp(
  `\\d[^\\n]{0,24}?(?:\\s|^|[日일.])?` +
    `(?:(?<![\\p{L}])(?:${wordsOf('between')})(?![\\p{L}])|[-–—～〜~])\\s*` +
    '(?:the |dem |den |el |il |le |zum |dnia |ngày )?$',
  'iu',
);

/** Days of one form that are looked at: a reply names few. */
const maxDates = 10;

type Stated = { at: number; end: number; date: Temporal.PlainDate };

/**
 * The day of return that an automatic reply states, such as "2026-12-03"; the latest when it states
 * several. Without a year it is the next such day after `receivedAt`. Null when no day within 400
 * days is plain (03/04/2026 is not: day and month could be either).
 */
export function outOfOfficeUntil(text: string, receivedAt: Date): string | null {
  const today = Temporal.PlainDate.from(receivedAt.toISOString().slice(0, 10));
  const words = text.slice(0, 5000);
  const found = dates
    .flatMap((pattern) => [...words.matchAll(pattern).take(maxDates)])
    .flatMap(({ groups, index, 0: whole }): Stated[] => {
      const date = groups && readDate(groups, today);
      return date ? [{ at: index, end: index + whole.length, date }] : [];
    })
    .flatMap((stated) => returnOn(words, stated) ?? []);
  const near = found.filter(
    (date) => Temporal.PlainDate.compare(date, today) >= 0 && today.until(date).days <= 400,
  );
  return near.sort(Temporal.PlainDate.compare).at(-1)?.toString() ?? null;
}

/** The day of return that a stated day is: by the words around it; null when it is none. */
function returnOn(text: string, { at, end, date }: Stated): Temporal.PlainDate | null {
  const lead = text.slice(Math.max(0, at - 60), at);
  const rest = text.slice(end, end + 60).split('\n')[0] ?? '';
  const word = before.exec(lead)?.groups?.word;
  const follows = behind.exec(rest);
  if (word === undefined && !follows && !between.test(lead)) return null;
  const close = /^[^\d\n.]{0,25}/.exec(rest)?.[0] ?? '';
  const from = word === undefined ? -20 : lead.lastIndexOf(word);
  const near = lead.slice(from) + close;
  return inclusive.test(near) && !back.test(word ?? follows?.[0] ?? '')
    ? date.add({ days: 1 })
    : date;
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
