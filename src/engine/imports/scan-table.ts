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
  const width = start.columns.length;
  const rest = createRest();
  for (let length = pieceLength; scan.end < text.length; ) {
    const from = scan.end;
    const last = from + length >= text.length;
    const piece = { last, width, row: scan.row, enough: pieceLength };
    const found = scanCsv(text.slice(from, from + length), start.dialect, piece);
    for (const [index, record] of found.records.entries()) {
      if (record && isBlank(record)) continue;
      scan.records.push(record);
      scan.starts.push(from + found.starts[index]!);
      scan.rows.push(found.rows[index]!);
    }
    scan.end = from + found.end;
    scan.row = found.row;
    length = found.end === 0 ? length * 4 : pieceLength;
    check(scan.records.length);
    await rest();
  }
  return { ...start, scan };
}
