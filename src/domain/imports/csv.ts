import { AppError } from '../../errors.ts';
import { readQuoted, type Source, withoutReturns } from './quotes.ts';

/** The signs that a table of RFC 4180 is written with; spreadsheets use several. */
export type Dialect = { delimiter: string; newline: '\n' | '\r' };

/** The complete records of a text, without blank lines. Offsets are UTF-16 units. */
export type Scan = {
  /** Null is a piece whose quotes do not add up. */
  records: (string[] | null)[];
  /** `records[i]` begins at `starts[i]`. */
  starts: number[];
  /** The row of `records[i]` in a spreadsheet, which counts blank lines too; the first is 1. */
  rows: number[];
  /** The last row that was read; a later piece goes on behind it. */
  row: number;
  /** Where the first record that is not complete begins. */
  end: number;
};

/** A longer record, in UTF-16 units, is not looked for: a quote in it was never closed. */
export const maxRecordLength = 1_048_576;

export type Piece = {
  /** Whether it is the last one of its file. */
  last: boolean;
  /** The number of columns, when it is known. It decides between readings of broken quotes. */
  width?: number | null;
  /** The row before the piece. */
  row?: number;
  /** Records are read until so many units are read. */
  enough?: number;
};

/**
 * Cuts a piece of a file into records. Text after the last line end is an incomplete record, except
 * in the `last` piece. Where quotes do not add up, one record is given up: the line alone when the
 * lines behind it are rows of their own, else all up to the next quote that opens a cell, because
 * those lines may be the inside of a cell, and are no people.
 * @throws import.unreadable when a record is longer than any can be
 */
export function scanCsv(
  text: string,
  dialect: Dialect,
  { last, width = null, row = 0, enough = Number.POSITIVE_INFINITY }: Piece,
): Scan {
  const scan: Scan = { records: [], starts: [], rows: [], row, end: 0 };
  const source: Source = { ...dialect, text, last, escape: text.indexOf('\\"') };
  let quote = text.indexOf('"');
  while (scan.end < text.length && scan.end < enough) {
    const at = scan.end;
    const found = text.indexOf(dialect.newline, at);
    if (found === -1 && !last) break;
    const lineEnd = found === -1 ? text.length : found;
    if (quote !== -1 && quote < at) quote = text.indexOf('"', at);
    let values: string[] | null;
    let next = Math.min(lineEnd + 1, text.length);
    let lines = 1;
    if (quote === -1 || quote > lineEnd)
      values = withoutReturns(text.slice(at, lineEnd), true).split(dialect.delimiter);
    else {
      const found = readAt(source, at, width);
      if (found === 'incomplete') break;
      ({ values, next, lines } = found);
    }
    scan.row += lines;
    scan.end = next;
    if (values?.length === 1 && values[0] === '') continue;
    scan.records.push(values);
    scan.starts.push(at);
    scan.rows.push(scan.row - lines + 1);
  }
  if (scan.end === 0 && text.length > maxRecordLength) throw tooLong(row + 1);
  return scan;
}

type Found = { values: string[] | null; next: number; lines: number };

function readAt(source: Source, at: number, width: number | null): Found | 'incomplete' {
  const record = readQuoted(source, at, width);
  if (typeof record === 'object' && 'values' in record) return { ...record, lines: 1 };
  const { text, newline } = source;
  const rest = text.length - at;
  if (record === 'incomplete' && rest <= maxRecordLength) return 'incomplete';
  const opensAt = typeof record === 'object' ? record.opensAt : null;
  const until = opensAt === null ? text.length : text.lastIndexOf(newline, opensAt) + 1;
  const lines = text.slice(at, until).split(newline);
  if (lines.at(-1) === '') lines.pop();
  const areRows = lines.every(
    (line) => width === null || line.trim() === '' || line.split(source.delimiter).length === width,
  );
  if (areRows) return { values: null, next: Math.min(at + lines[0]!.length + 1, until), lines: 1 };
  // Up to where the inside of the cell goes is not known.
  if (record === 'incomplete') throw tooLong(null);
  return { values: null, next: until, lines: lines.length };
}

function tooLong(row: number | null): AppError {
  return new AppError(
    'import.unreadable',
    `${row === null ? 'A quote' : `Row ${row}`} has no end within ${maxRecordLength} characters: ` +
      'close the quote, or double the quotes within cells.',
  );
}

/** The rows as RFC 4180 text, quoted where needed. */
export function writeCsv(rows: readonly (readonly string[])[]): string {
  const cell = (value: string) =>
    /[",\r\n]/.test(value) || value.startsWith(' ') ? `"${value.replaceAll('"', '""')}"` : value;
  return rows.map((row) => `${row.map(cell).join(',')}\n`).join('');
}
