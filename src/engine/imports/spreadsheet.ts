import { writeCsv } from '../../domain/imports/csv.ts';
import {
  createCensus,
  decode,
  detectEncoding,
  type Encoding,
} from '../../domain/imports/encoding.ts';
import { isWorkbook, refuseOtherFiles } from '../../domain/imports/file-kinds.ts';
import { isStorable, storable } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { createRest } from '../rest.ts';
import { encodingWarnings } from './import-upload.ts';
import { type ScannedTable, scanTable } from './scan-table.ts';
import { readWorkbook } from './workbook.ts';

/** More rows would take too much memory, because all of them are read before the answer. */
const maxRows = 500_000;

/** The facts that a caller may tell of a file. */
export type SpreadsheetOptions = {
  encoding?: Encoding | undefined;
  delimiter?: string | undefined;
  headerRow?: number | undefined;
  sheet?: string | undefined;
};

export type Spreadsheet = {
  /** The same table as text, row by row as in the file, so that it can be imported as one. */
  csv: string;
  table: ScannedTable;
  warnings: string[];
};

/** Reads a whole CSV or Excel (.xlsx) file. @throws import.unreadable */
export async function readSpreadsheet(
  bytes: Buffer,
  options: SpreadsheetOptions = {},
): Promise<Spreadsheet> {
  const { text, warnings } = await textOf(bytes, options);
  const csv = isStorable(text) ? text : storable(text);
  const table = await scanTable(csv, options, (rows) => {
    if (rows > maxRows)
      throw new AppError(
        'import.unreadable',
        `The table has more than ${maxRows} rows: send it to …/leads/import, which has no limit.`,
      );
  });
  // The delimiter that the caller said goes along.
  const named = options.delimiter && !isWorkbook(bytes) ? `sep=${options.delimiter}\n` : '';
  return { csv: named + csv, table, warnings };
}

/**
 * The text of a file, of an Excel file the sheet with the people as CSV. @throws import.unreadable
 */
export async function textOf(
  bytes: Buffer,
  { encoding, sheet }: Pick<SpreadsheetOptions, 'encoding' | 'sheet'>,
): Promise<{ text: string; warnings: string[] }> {
  if (isWorkbook(bytes)) return textOfWorkbook(bytes, sheet);
  refuseOtherFiles(bytes);
  const { take, end } = createCensus();
  take(bytes);
  const census = end();
  const reading = detectEncoding(bytes, census, encoding ?? null);
  const text = decode(bytes.subarray(reading.bom), reading.encoding);
  return { text, warnings: encodingWarnings(reading, census) };
}

async function textOfWorkbook(
  bytes: Buffer,
  sheet: string | undefined,
): Promise<{ text: string; warnings: string[] }> {
  const workbook = await readWorkbook(bytes, { sheet }).catch((error: unknown) => {
    if (error instanceof AppError) throw error;
    throw new AppError(
      'import.unreadable',
      `The Excel file cannot be read: ${(error as Error).message}`,
    );
  });
  const lines: string[] = [];
  const rest = createRest();
  for (const row of workbook.rows) {
    lines.push(row.some((cell) => cell !== '') ? writeCsv([row]) : '\n');
    await rest();
  }
  const others = workbook.others.map((name) => `"${name}"`).join(', ');
  return {
    text: lines.join(''),
    warnings: others === '' ? [] : [`The sheet "${workbook.sheet}" was read, and not ${others}.`],
  };
}
