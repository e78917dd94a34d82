import { isUtf8 } from 'node:buffer';
import { decode, detectEncoding, writeCsv } from '../../domain/imports/csv.ts';
import { columnNames } from '../../domain/imports/csv-mapping.ts';
import { isStorable, storable } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { createRest } from '../rest.ts';
import { scanTable } from './scan-table.ts';
import { readWorkbook } from './workbook.ts';

/** More rows would take too much memory, because all of them are read before the answer. */
const maxRows = 500_000;

export type Sheet = {
  columns: string[];
  rows: string[][];
  /** The same table as RFC 4180 text. */
  csv: string;
};

/** Reads a whole CSV or Excel (.xlsx) file. @throws import.unreadable */
export async function readSpreadsheet({
  filename,
  bytes,
}: {
  filename: string;
  bytes: Buffer;
}): Promise<Sheet> {
  const isExcel = bytes.subarray(0, 4).toString('latin1') === 'PK\u0003\u0004';
  if (bytes.subarray(0, 4).toString('hex') === 'd0cf11e0') {
    throw new AppError(
      'import.unreadable',
      `${filename} has the old Excel format: save it as .xlsx or CSV.`,
    );
  }
  const [header, ...rows] = await withoutBlanks(
    isExcel ? await readExcel(bytes) : await readText(bytes),
  );
  if (!header || header.some((name) => name.includes('\u0000'))) {
    throw new AppError(
      'import.unreadable',
      'There is no header row: the first line must name the columns.',
    );
  }
  const columns = columnNames(header);
  const lines = [writeCsv([columns])];
  const rest = createRest();
  for (const [index, row] of rows.entries()) {
    if (row.some((cell) => !isStorable(cell))) rows[index] = row.map(storable);
    lines.push(writeCsv([rows[index]!]));
    await rest();
  }
  return { columns, rows, csv: lines.join('') };
}

async function withoutBlanks(records: readonly string[][]): Promise<string[][]> {
  const kept: string[][] = [];
  const rest = createRest();
  for (const record of records) {
    if (record.some((cell) => cell.trim() !== '')) kept.push(record);
    await rest();
  }
  return kept;
}

async function readText(bytes: Buffer): Promise<string[][]> {
  const { encoding, bom } = detectEncoding(bytes, { isUtf8: isUtf8(bytes) });
  const text = decode(bytes.subarray(bom), encoding, { last: true });
  const { records, starts, end } = await scanTable(text, (rows) => {
    if (rows > maxRows)
      throw new AppError(
        'import.unreadable',
        `The table has more than ${maxRows} rows: send it to …/leads/import, which has no limit.`,
      );
  });
  // A broken line stays one cell, so that the import reports it as a reject once it is confirmed.
  return records.map(
    (record, index) => record ?? [text.slice(starts[index], starts[index + 1] ?? end).trimEnd()],
  );
}

async function readExcel(bytes: Buffer): Promise<string[][]> {
  try {
    return await readWorkbook(bytes);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError(
      'import.unreadable',
      `The Excel file cannot be read: ${(error as Error).message}`,
    );
  }
}
