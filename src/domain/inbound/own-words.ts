import { anyWord } from '../phrases.ts';
import { type QuoteRow, quoteRows } from './tables/quotes.ts';

const words = (part: keyof QuoteRow) => anyWord(quoteRows.map((row) => row[part]));
const on = words('on');
const wrote = words('wrote');
/** An address between brackets, which most lines that introduce a quote have. */
const address = '[<(\\[][^<>()\\s]{1,250}@[^<>()\\s]{1,250}[>)\\]]';
const end = '\\s*([:：]|-{2,})\\s*$';
const said = `(?<![\\p{L}])(${wrote})(?![\\p{L}])`;
const patterns = (...sources: string[]) => sources.map((source) => new RegExp(source, 'iu'));

/** Lines with which mail programs introduce a quote. */
const marked = patterns(
  `^(-{2,} )?(${on})(?![\\p{L}])(?=.{0,60}\\d).{5,200}${said}.{0,200}${end}`,
  `^.{0,200}${address}.{0,60}?(${wrote}).{0,60}${end}`,
  `^(?=.{0,150}\\d{1,2}[:.]\\d\\d).{5,200}${address}${end}`,
  '^\\d{1,2}[./]\\d{1,2}[./]\\d{2,4}[ ,]+\\d{1,2}:\\d\\d\\b.{0,120}(:|>)\\s*$',
);
/** A line that may begin such a line and be wrapped. */
const begins = patterns(
  `^(${on})(?![\\p{L}]).{0,60}\\d`,
  '^\\d{1,4}[-./年년]',
  `^.{0,100}${address}`,
);

/** Behind these lines nothing is the writer's own. */
const ends = patterns(
  `^[-–—=*]{2,}\\s*(${words('original')})`,
  `^(${words('from')})\\s?\\*?[:：].+@.+`,
  '^_{20,}\\s*$',
  '^--\\s?$',
  `^(${words('mobile')})(?![\\p{L}]).{0,60}$`,
  '^begin forwarded message:',
);
/** The first line of a repeated header, and one of those that follow it. */
const [author, further] = patterns(
  `^(${words('from')})\\s?\\*?[:：]`,
  `^(${words('next')})\\s?\\*?[:：]`,
) as [RegExp, RegExp];

/** Characters of a line that are searched: the introduction of a quote is short. */
const maxHeader = 600;

/** A line without the marks of bold text and of directions of writing. */
const bareOf = (line: string) =>
  line
    .slice(0, maxHeader)
    .replace(/[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]|^[*\s]+/g, '')
    .trim();

/**
 * The words of a reply's writer: without quoted text, the lines that introduce it, and a signature
 * after `-- `. Text below a quote is kept, because some people answer there.
 */
export function ownWords(text: string): string {
  const lines = text.replace(/\r\n?/g, '\n').split('\n');
  const bare = lines.map(bareOf);
  const kept: string[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    if (isEnd(bare, at)) {
      // Android puts its mark above the quote, and some people answer below that.
      if (kept.join('').trim() !== '' || !bare.slice(at + 1).some(isQuoted)) break;
      continue;
    }
    const header = headerLines(bare, at);
    if (header > 0) {
      // A quote without marks goes on to the end of the mail.
      const next = bare.slice(at + header, at + header + 5).find((one) => one !== '');
      if (next === undefined || !isQuoted(next)) break;
      at += header - 1;
    } else if (!isQuoted(bare[at] ?? '')) kept.push(lines[at] ?? '');
  }
  return kept.join('\n').trim();
}

const isQuoted = (line: string) => line.startsWith('>');

function isEnd(lines: readonly string[], at: number): boolean {
  const line = lines[at] ?? '';
  if (ends.some((one) => one.test(line))) return true;
  return author.test(line) && lines.slice(at + 1, at + 4).some((one) => further.test(one));
}

/** Lines of the introduction of a quote that begins here, because long ones are wrapped; else 0. */
function headerLines(lines: readonly string[], at: number): number {
  const [line = '', ...next] = lines.slice(at, at + 3);
  const isMarked = (one: string) => marked.some((header) => header.test(one));
  if (isMarked(line)) return 1;
  if (!begins.some((one) => one.test(line))) return 0;
  for (let more = 1; more <= next.length; more += 1) {
    const wrapped = next.slice(0, more);
    if (wrapped.some((one) => one === '' || isQuoted(one))) return 0;
    if (isMarked([line, ...wrapped].join(' '))) return more + 1;
  }
  return 0;
}
