/** The signs that a table of RFC 4180 is written with; spreadsheets use several. */
export type Dialect = { delimiter: string; newline: '\n' | '\r' };

/** The complete records of a text, without blank lines. Offsets are UTF-16 units. */
export type Scan = {
  /** Null is a line with broken quotes. */
  records: (string[] | null)[];
  /** `records[i]` begins at `starts[i]`. */
  starts: number[];
  /** Where the first record that is not complete begins. */
  end: number;
};

/** A longer record, in UTF-16 units, is broken: its quote was opened and never closed. */
export const maxRecordLength = 65_536;

/** Whether a piece of a file is its last one. */
type Piece = { last: boolean };
type QuotedRecord = { values: string[]; next: number } | 'malformed' | 'incomplete';

/**
 * Cuts a piece of a file into records. Text after the last line end is an incomplete record, except
 * in the `last` piece. A line with broken quotes costs that line alone, not the rest of the file.
 */
export function scanCsv(text: string, dialect: Dialect, { last }: Piece): Scan {
  const scan: Scan = { records: [], starts: [], end: 0 };
  let quote = text.indexOf('"');
  while (scan.end < text.length) {
    const at = scan.end;
    const found = text.indexOf(dialect.newline, at);
    if (found === -1 && !last && text.length - at <= maxRecordLength) break;
    const lineEnd = found === -1 ? text.length : found;
    if (quote !== -1 && quote < at) quote = text.indexOf('"', at);
    let values: string[] | null = null;
    let next = Math.min(lineEnd + 1, text.length);
    if (quote === -1 || quote > lineEnd) {
      const line = text.slice(at, text[lineEnd - 1] === '\r' ? lineEnd - 1 : lineEnd);
      if (line.length <= maxRecordLength) values = line.split(dialect.delimiter);
    } else {
      const quoted = scanQuoted(text, { ...dialect, start: at, last });
      if (quoted === 'incomplete') break;
      if (quoted !== 'malformed') ({ values, next } = quoted);
    }
    scan.end = next;
    if (values?.length === 1 && values[0] === '') continue;
    scan.records.push(values);
    scan.starts.push(at);
  }
  return scan;
}

function scanQuoted(
  text: string,
  { delimiter, newline, start, last }: Dialect & Piece & { start: number },
): QuotedRecord {
  const values: string[] = [];
  const unclosed = last || text.length - start > maxRecordLength ? 'malformed' : 'incomplete';
  let at = start;
  for (;;) {
    if (text[at] === '"') {
      const close = closingQuote(text, at);
      // The last character may be the first half of an escaped quote.
      if (close === -1 || (close === text.length - 1 && !last)) return unclosed;
      if (close - start > maxRecordLength) return 'malformed';
      values.push(text.slice(at + 1, close).replaceAll('""', '"'));
      at = close + 1;
      while (text[at] === ' ') at += 1;
    } else {
      const from = at;
      while (at < text.length && text[at] !== delimiter && text[at] !== newline) at += 1;
      values.push(text.slice(from, text[at] === '\n' && text[at - 1] === '\r' ? at - 1 : at));
    }
    if (at >= text.length) return last ? { values, next: at } : unclosed;
    if (text[at] === newline) return { values, next: at + 1 };
    if (text[at] === '\r' && newline === '\n') {
      if (at + 1 >= text.length) return last ? { values, next: at + 1 } : unclosed;
      return text[at + 1] === '\n' ? { values, next: at + 2 } : 'malformed';
    }
    if (text[at] !== delimiter) return 'malformed';
    at += 1;
  }
}

function closingQuote(text: string, open: number): number {
  let close = text.indexOf('"', open + 1);
  while (close !== -1 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
  return close;
}

/**
 * The line end of a sample, and the delimiter that cuts its first 20 lines into most columns, as
 * many in each record; a comma when none does.
 */
export function detectDialect(sample: string): Dialect {
  const newline = sample.includes('\n') || !sample.includes('\r') ? '\n' : '\r';
  const lines = sample.split(newline, 21);
  const text = lines.slice(0, 20).join(newline);
  const score = (delimiter: string) => {
    const { records } = scanCsv(text, { delimiter, newline }, { last: true });
    const width = records[0]?.length ?? 0;
    const alike =
      records.filter((record) => record?.length === width && !record.some(hasOddQuotes)).length /
      records.length;
    return width > 1 ? alike * 1000 + width : 0;
  };
  const delimiters = [',', ';', '\t'];
  const best = delimiters.reduce((chosen, delimiter) =>
    score(delimiter) > score(chosen) ? delimiter : chosen,
  );
  return { delimiter: best, newline };
}

/** A value has an odd number of quotes when the wrong delimiter cut a quoted value. */
function hasOddQuotes(value: string): boolean {
  return value.split('"').length % 2 === 0;
}

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/**
 * The encoding of a file: by its byte order mark, else by the places of NUL bytes, else UTF-8 when
 * `isUtf8`, else Windows-1252. `bom` is the length of the mark in bytes.
 */
export function detectEncoding(
  head: Uint8Array,
  { isUtf8 }: { isUtf8: boolean },
): { encoding: Encoding; bom: number } {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf)
    return { encoding: isUtf8 ? 'utf-8' : 'windows-1252', bom: 3 };
  if (head[0] === 0xff && head[1] === 0xfe) return { encoding: 'utf-16le', bom: 2 };
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: 'utf-16be', bom: 2 };
  const sample = head.subarray(0, 1000);
  const zeros = [0, 0];
  sample.forEach((byte, index) => {
    if (byte === 0) zeros[index % 2]! += 1;
  });
  const many = sample.length / 5;
  if (zeros[1]! > many && zeros[0] === 0) return { encoding: 'utf-16le', bom: 0 };
  if (zeros[0]! > many && zeros[1] === 0) return { encoding: 'utf-16be', bom: 0 };
  return { encoding: isUtf8 ? 'utf-8' : 'windows-1252', bom: 0 };
}

/**
 * The text of a piece of a file. A character that is cut at the end is left out, for the next
 * piece, except in the `last` one.
 */
export function decode(bytes: Uint8Array, encoding: Encoding, { last }: Piece): string {
  return new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes, { stream: !last });
}

/** The length of `text` in its file, in bytes. */
export function byteLength(text: string, encoding: Encoding): number {
  if (encoding === 'windows-1252') return text.length;
  return Buffer.byteLength(text, encoding === 'utf-8' ? 'utf8' : 'utf16le');
}

/** The rows as RFC 4180 text, quoted where needed. */
export function writeCsv(rows: readonly (readonly string[])[]): string {
  const cell = (value: string) =>
    /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
  return rows.map((row) => `${row.map(cell).join(',')}\n`).join('');
}
