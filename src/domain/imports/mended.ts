import { withFormula } from '../formula.ts';

/** The columns that a file of rejects has behind those of its table. */
export const rejectColumns = ['import_row', 'import_reason'] as const;

/** Whether a table is a file of rejects that was mended and is sent again. */
export function isMended(columns: readonly string[]): boolean {
  return rejectColumns.every((column) => columns.includes(column));
}

/** The cells of a mended row as they were before the file of rejects was written. */
export const mendedCells = (record: readonly string[]): string[] => record.map(withFormula);
