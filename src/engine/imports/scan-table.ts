import { type Scan, scanCsv } from '../../domain/imports/csv.ts';
import { isBlank } from '../../domain/imports/rows.ts';
import { startOf, type TableOptions, type TableStart } from '../../domain/imports/table.ts';
import { createRest } from '../rest.ts';

/** Read at a time, in UTF-16 units; more where a record is longer. */
const pieceLength = 262_144;

export type ScannedTable = TableStart & {
  /** The rows of data, blank ones left out. */
  scan: Scan;
};

/**
 * Reads a table piece by piece, without blank rows; offsets count from the beginning of the text.
 * Keeps none of the pieces, and other work runs between them.
 */
export async function* scanPieces(text: string, start: TableStart): AsyncGenerator<Scan> {
  const width = start.columns.length;
  const rest = createRest();
  let { row, firstUnit: from } = start;
  for (let length = pieceLength; from < text.length; ) {
    const last = from + length >= text.length;
    const piece = { last, width, row, enough: pieceLength };
    const found = scanCsv(text.slice(from, from + length), start.dialect, piece);
    const scan: Scan = { records: [], starts: [], rows: [], row: found.row, end: from + found.end };
    for (const [index, record] of found.records.entries()) {
      if (record && isBlank(record)) continue;
      scan.records.push(record);
      scan.starts.push(from + found.starts[index]!);
      scan.rows.push(found.rows[index]!);
    }
    yield scan;
    ({ row, end: from } = scan);
    length = found.end === 0 ? length * 4 : pieceLength;
    await rest();
  }
}

/**
 * Reads a whole table. Other work runs while it is read.
 * @throws import.unreadable when it has no header, or the error of `check` about the rows so far
 */
export async function scanTable(
  text: string,
  options: TableOptions = {},
  check: (rows: number) => void = () => undefined,
): Promise<ScannedTable> {
  const start = startOf(text, { last: true }, options);
  const scan: Scan = { records: [], starts: [], rows: [], row: start.row, end: start.firstUnit };
  for await (const { records, starts, rows, row, end } of scanPieces(text, start)) {
    for (const [index, record] of records.entries()) {
      scan.records.push(record);
      scan.starts.push(starts[index]!);
      scan.rows.push(rows[index]!);
    }
    Object.assign(scan, { row, end });
    check(scan.records.length);
  }
  return { ...start, scan };
}
