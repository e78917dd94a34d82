import type { Dialect } from './csv.ts';

/** A text with a record in it, as far as it has been read. */
export type Source = Dialect & {
  text: string;
  /** Whether the text ends where the file ends. */
  last: boolean;
  /** The next quote behind a backslash, -1 for none. It moves on with the records. */
  escape: number;
};

/**
 * A record with quotes: its values and where the next one begins; or `incomplete` when the text
 * ends in it; or that its quotes do not add up. `opensAt` is a quote on a later line that opens a
 * cell, so that one before it was never closed.
 */
export type QuotedRecord =
  | { values: string[]; next: number }
  | { broken: true; opensAt: number | null }
  | 'incomplete';

/** How a cell's closing quote is found: its place, -1 for none, or the quote that opens another. */
type Close = number | { opensAt: number };
type Way = {
  close: (source: Source, open: number, width: number | null) => Close;
  unescape: (cell: string) => string;
};

/** A way of quoting, and the number of columns when it is known. */
type Reading = Way & { width: number | null };

const ways = {
  /** RFC 4180: a quote within a cell is doubled. */
  strict: { close: strictClose, unescape: (cell) => cell.replaceAll('""', '"') },
  /** MySQL, Spark and many scripts: a quote within a cell has a backslash before it. */
  backslash: {
    close: backslashClose,
    unescape: (cell) => cell.replace(/\\(["\\])|""/g, (_all, sign: string) => sign ?? '"'),
  },
  /** A quote within a cell is not marked: only one before a delimiter or a line end closes. */
  lenient: { close: lenientClose, unescape: (cell) => cell.replaceAll('""', '"') },
} satisfies Record<string, Way>;

/** Reads the record that begins at `start`, the way of quoting that fits `width` first. */
export function readQuoted(source: Source, start: number, width: number | null): QuotedRecord {
  const strict = readRecord(source, start, { ...ways.strict, width });
  if (fits(strict, width)) return strict;
  if (source.escape !== -1 && source.escape < start)
    source.escape = source.text.indexOf('\\"', start);
  const ends = typeof strict === 'object' && 'next' in strict ? strict.next : source.text.length;
  if (source.escape !== -1 && source.escape < ends) {
    const backslash = readRecord(source, start, { ...ways.backslash, width });
    if (width !== null && fits(backslash, width)) return backslash;
  }
  return typeof strict === 'object' && 'broken' in strict
    ? readRecord(source, start, { ...ways.lenient, width })
    : strict;
}

const fits = (record: QuotedRecord, width: number | null): boolean =>
  typeof record === 'object' &&
  'values' in record &&
  (width === null || record.values.length === width);

function readRecord(source: Source, start: number, way: Reading): QuotedRecord {
  const { text, delimiter, newline, last } = source;
  const values: string[] = [];
  let at = start;
  for (;;) {
    const cell = readCell(source, at, way);
    if (typeof cell !== 'object' || 'broken' in cell) return cell;
    values.push(cell.value);
    at = cell.end;
    if (at >= text.length) return last ? { values, next: at } : 'incomplete';
    if (text[at] === newline) return { values, next: at + 1 };
    if (text[at] !== delimiter) return { broken: true, opensAt: null };
    at += 1;
  }
}

/** The cell at this place, and where the sign behind it is. */
function readCell(
  source: Source,
  at: number,
  way: Reading,
): { value: string; end: number } | Exclude<QuotedRecord, { values: string[] }> {
  const { text, delimiter, newline, last } = source;
  let open = at;
  while (text[open] === ' ') open += 1;
  if (text[open] === '"') {
    const close = way.close(source, open, way.width);
    if (typeof close === 'object') return { broken: true, opensAt: close.opensAt };
    if (close === -1 || (close === text.length - 1 && !last)) return unclosed(source);
    const end = afterQuote(source, close);
    if (open === at || end !== null)
      return end === null
        ? { broken: true, opensAt: null }
        : { value: way.unescape(text.slice(open + 1, close)), end };
  }
  let end = at;
  while (end < text.length && text[end] !== delimiter && text[end] !== newline) end += 1;
  return { value: withoutReturns(text.slice(at, end), text[end] === newline), end };
}

const unclosed = ({ last }: Source): 'incomplete' | { broken: true; opensAt: null } =>
  last ? { broken: true, opensAt: null } : 'incomplete';

/** Runs of CR before a line end belong to it. */
export function withoutReturns(cell: string, endsLine: boolean): string {
  let end = cell.length;
  while (endsLine && cell[end - 1] === '\r') end -= 1;
  return end === cell.length ? cell : cell.slice(0, end);
}

/**
 * The place of the delimiter or line end behind a closing quote; null when there is another sign.
 */
function afterQuote({ text, delimiter, newline }: Source, close: number): number | null {
  let at = close + 1;
  while (text[at] === ' ') at += 1;
  if (newline === '\n') while (text[at] === '\r') at += 1;
  return at >= text.length || text[at] === delimiter || text[at] === newline ? at : null;
}

function strictClose({ text }: Source, open: number): number {
  let close = text.indexOf('"', open + 1);
  while (close !== -1 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
  return close;
}

function backslashClose({ text }: Source, open: number): number {
  for (let at = text.indexOf('"', open + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let from = at;
    while (text[from - 1] === '\\') from -= 1;
    if ((at - from) % 2 === 0) return at;
  }
  return -1;
}

/** How far behind a doubtful close a better one is looked for, in UTF-16 units. */
const maxLookAhead = 65_536;

/**
 * The quote before a delimiter or line end by which those within the cell come in pairs, as in
 * "She said "hi"⏎ and left"; else the first one there.
 */
function lenientClose(source: Source, open: number, width: number | null): Close {
  const { text, delimiter, newline, last } = source;
  let seen = 0;
  let doubtful = -1;
  for (let at = text.indexOf('"', open + 1); at !== -1; ) {
    let end = at;
    while (text[end] === '"') end += 1;
    const before = text[at - 1];
    if (doubtful !== -1 && at - doubtful > maxLookAhead) return doubtful;
    const isMarked = seen === 0 && (end - at) % 2 === 0;
    if (before === delimiter || before === newline) {
      if (doubtful !== -1) return doubtful;
      if (text.slice(open, at).includes(newline)) return { opensAt: at };
    } else if (!isMarked && afterQuote(source, end - 1) !== null) {
      if ((seen + end - at) % 2 === 1) return better(source, { doubtful, close: end - 1, width });
      if (doubtful === -1) doubtful = end - 1;
    }
    if (!isMarked) seen += end - at;
    at = text.indexOf('"', end);
  }
  return last || text.length - doubtful > maxLookAhead ? doubtful : -1;
}

/** The later close, unless the lines up to it are rows of their own. */
function better(
  { text, delimiter, newline }: Source,
  { doubtful, close, width }: { doubtful: number; close: number; width: number | null },
): number {
  if (doubtful === -1 || !text.slice(doubtful, close).includes(newline)) return close;
  const from = text.lastIndexOf(newline, close) + 1;
  const to = text.indexOf(newline, close);
  const line = text.slice(from, to === -1 ? text.length : to);
  return line.split(delimiter).length === width ? doubtful : close;
}
