import { AppError } from '../../errors.ts';
import { emailsIn, normaliseEmail, normaliseLinkedInUrl } from '../identity.ts';
import { type Dialect, type Scan, scanCsv } from './csv.ts';
import { columnNames } from './csv-mapping.ts';
import { identityWord, isHeaderWord } from './guess.ts';
import { isBlank } from './rows.ts';

/** The facts that a caller may tell of a file instead of letting it be found out. */
export type TableOptions = {
  delimiter?: string | undefined;
  /** The row of the header as a spreadsheet counts; 0 for a table without one. */
  headerRow?: number | undefined;
  /** Names of columns that the header must have. */
  names?: readonly string[] | undefined;
};

/** Where a table begins in its text, and how it is written. */
export type TableStart = {
  dialect: Dialect;
  columns: string[];
  /** The row of the header as a spreadsheet counts, 0 when there is none. */
  headerRow: number;
  /** Where the first row of data begins, in UTF-16 units, and the row before it. */
  firstUnit: number;
  row: number;
  /** The first rows of data, by which columns are guessed. */
  sample: string[][];
};

export const delimiters = [',', ';', '\t', '|'] as const;
const headerWithin = 10;
const sampleRows = 200;
/** Of the sample, where rows are wide. */
const sampleCells = 20_000;
/** Of a row, when delimiters are compared. */
const comparedCells = 200;
/** The longest header, in UTF-16 units. */
const headLength = 1_048_576;
/** Enough for the sample, and for a comparison of delimiters, in UTF-16 units. */
const sampleLength = 131_072;

/**
 * Finds delimiter, header and first row of a table. A first line "sep=;" names the delimiter and is
 * no row, as in spreadsheets. Titles and notes may stand above the header: it is the first of ten
 * rows with a word for an identity of people.
 * @throws import.unreadable when there is no header
 */
export function startOf(
  text: string,
  { last }: { last: boolean },
  { delimiter, headerRow, names }: TableOptions = {},
): TableStart {
  const said = /^"?sep=([^\r\n"])"?(?:\r*\n|\r|$)/i.exec(text);
  const begin = said?.[0].length ?? 0;
  const head = text.slice(begin, begin + headLength);
  const whole = { last: last && begin + head.length >= text.length };
  const newline = head.includes('\n') || !head.includes('\r') ? '\n' : '\r';
  const sign = delimiter ?? said?.[1];
  const dialect: Dialect = sign
    ? { delimiter: sign, newline }
    : { delimiter: bestDelimiter(head, newline), newline };
  const scan = scanCsv(head, dialect, { ...whole, enough: sampleLength });
  const at = headerIndex(scan, { headerRow, names });
  const width = at === -1 ? Math.max(0, ...scan.records.map((row) => row?.length ?? 0)) : null;
  if (width === 0) throw unreadable('The table has no row that could be read: see its quotes.');
  const columns =
    width === null ? columnNames(scan.records[at]!) : columnNames(Array(width).fill(''));
  const header = at === -1 ? 0 : scan.rows[at]!;
  const firstUnit = begin + (scan.starts[at + 1] ?? scan.end);
  const row = scan.starts[at + 1] === undefined ? scan.row : scan.rows[at + 1]! - 1;
  const sample = scan.records
    .slice(at + 1)
    .filter((record): record is string[] => record !== null && !isBlank(record))
    .slice(0, Math.min(sampleRows, Math.max(20, Math.floor(sampleCells / columns.length))));
  return { dialect, columns, headerRow: header, firstUnit, row, sample };
}

/** The place of the header among the records; -1 when the caller says that there is none. */
function headerIndex(
  { records, rows }: Scan,
  { headerRow, names }: Pick<TableOptions, 'headerRow' | 'names'>,
): number {
  if (headerRow === 0) return -1;
  if (headerRow !== undefined) {
    const at = rows.indexOf(headerRow);
    if (at >= 0 && records[at]) return at;
    throw unreadable(
      `Row ${headerRow} cannot be the header: it is blank, or beyond the first rows.`,
    );
  }
  const first = records
    .slice(0, headerWithin)
    .map((record) => (record && isHeader(record) ? record : []));
  if (names && names.length > 0) {
    const at = first.findIndex(
      (record) => record.length > 0 && includesAll(columnNames(record.slice(0, 5_000)), names),
    );
    if (at >= 0) return at;
  }
  const widest = Math.max(...records.slice(0, 2 * headerWithin).map(filled));
  const isTitle = (record: readonly string[]) => filled(record) < 2 && widest > 1;
  for (const strength of [2, 1]) {
    const at = first.findIndex(
      (record) => !isTitle(record) && record.some((cell) => identityWord(cell) >= strength),
    );
    if (at >= 0) return at;
  }
  const at = records.findIndex((record) => record === null || !isBlank(record));
  const record = records[at];
  if (!record || !isHeader(record)) {
    const data = record?.find((cell) => emailsIn(cell).length > 0);
    throw unreadable(
      'There is no header row: ' +
        (data ? `the first row holds data already ("${data.trim().slice(0, 100)}"). ` : '') +
        'The first line must name the columns, or header_row must say which row does (0: none).',
    );
  }
  return at;
}

const unreadable = (message: string): AppError => new AppError('import.unreadable', message);
const filled = (record: readonly string[] | null): number =>
  record?.filter((cell) => cell.trim() !== '').length ?? 0;
const includesAll = (names: readonly string[], wanted: readonly string[]): boolean =>
  wanted.every((name) => names.includes(name));

/** A row with an address or a profile is data, and binary signs are no names. */
function isHeader(record: readonly string[]): boolean {
  return !record.some(
    (cell) =>
      /[^\P{Cc}\s]|\ufffd/u.test(cell) ||
      (cell.includes('@') && emailsIn(cell).length > 0) ||
      (cell.includes('/in/') && normaliseLinkedInUrl(cell) !== null),
  );
}

/**
 * The delimiter under which most rows with an address have it as a whole cell, most headers are
 * known words, and most rows are as long; in this order, and a comma when nothing tells.
 */
function bestDelimiter(head: string, newline: Dialect['newline']): string {
  const text = head.slice(0, sampleLength).split(newline, 60).join(newline);
  const score = (delimiter: string): number => {
    const { records } = scanCsv(text, { delimiter, newline }, { last: true });
    const read = records.map((record) => record ?? []);
    const mentioned = read.filter((record) =>
      record.slice(0, comparedCells).some((cell) => cell.includes('@')),
    );
    const addressed = mentioned.filter((record) => record.slice(0, comparedCells).some(isAddress));
    const words = Math.max(
      0,
      ...read
        .slice(0, headerWithin)
        .map((record) => record.slice(0, comparedCells).filter(isHeaderWord).length),
    );
    const width = Math.max(0, ...read.slice(0, headerWithin).map((record) => record.length));
    const sound = records.filter((record) => record && !record.some(hasOddQuotes));
    const alike = sound.filter((record) => record?.length === width).length / (records.length || 1);
    const share = mentioned.length > 0 ? addressed.length / mentioned.length : 0;
    return 4 * share + Math.min(words, 10) / 5 + (width > 1 ? alike + width / 10_000 : 0);
  };
  const scores = delimiters.map((sign) => ({ sign, score: score(sign) }));
  return scores.reduce((best, one) => (one.score > best.score + 1e-9 ? one : best)).sign;
}

const isAddress = (cell: string): boolean => cell.includes('@') && normaliseEmail(cell) !== null;

/** A value has an odd number of quotes when the wrong delimiter cut a quoted value. */
function hasOddQuotes(value: string): boolean {
  return value.split('"').length % 2 === 0;
}
