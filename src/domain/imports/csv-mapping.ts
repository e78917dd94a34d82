import { AppError, type Problem } from '../../errors.ts';
import { trimText } from '../invisible.ts';
import type { ProfileField } from '../people/prospect-input.ts';

/** The column of a table for each field of a person; null when no column has it. */
export type ColumnMapping = Record<ProfileField, string | null>;

/** Of a column, in UTF-16 units. */
const maxNameLength = 1_000;
const maxColumns = 5_000;

/**
 * A distinct name for each column: its trimmed header, its number when blank ("column_3"), with
 * "_2" when repeated.
 * @throws import.unreadable for a line that is too long to name columns
 */
export function columnNames(headers: readonly string[]): string[] {
  if (headers.length > maxColumns)
    throw new AppError(
      'import.unreadable',
      `The first line names ${headers.length} columns; a table has at most ${maxColumns}.`,
    );
  const long = headers.findIndex((header) => header.length > maxNameLength);
  if (long >= 0)
    throw new AppError(
      'import.unreadable',
      `The first line must name the columns: the name of column ${long + 1} has more than ` +
        `${maxNameLength} characters.`,
    );
  return distinct(headers.map((header, index) => trimText(header) || `column_${index + 1}`));
}

/** The faults in a caller's mapping: columns that the table lacks, and a column for two fields. */
export function mappingProblems(
  columns: readonly string[],
  mapping: Partial<ColumnMapping>,
): Problem[] {
  const used = new Map<string, string>();
  return Object.entries(mapping).flatMap(([field, column]) => {
    if (column === null) return [];
    const pointer = `/mapping/${field}`;
    const twin = used.get(column);
    used.set(column, field);
    if (!columns.includes(column)) {
      const message = `There is no column "${column}" in the table.`;
      return [{ pointer, code: 'unknown_column', message }];
    }
    if (!twin) return [];
    const message = `The column "${column}" already serves ${twin}.`;
    return [{ pointer, code: 'column_twice', message }];
  });
}

/** The key of a column among custom fields: lower-cased, blanks as "_", other signs dropped. */
export function customKey(column: string, index: number): string {
  const key = column
    .toLowerCase()
    .trim()
    .replace(/\s+/g, '_')
    .replace(/[^\p{L}\p{N}_]/gu, '');
  // Assigning to this name would set the object's prototype.
  return key === '__proto__' ? 'proto' : key || `column_${index + 1}`;
}

/**
 * The names, with "_2", "_3", … at later copies of one; blank names stay. Linear in the number of
 * names even where thousands are the same, because each name's last number is kept.
 */
export function distinct(names: readonly string[]): string[] {
  const taken = new Set(names);
  const copies = new Map<string, number>();
  return names.map((name) => {
    const before = copies.get(name);
    copies.set(name, before ?? 1);
    if (name === '' || before === undefined) return name;
    let n = before + 1;
    while (taken.has(`${name}_${n}`)) n += 1;
    copies.set(name, n);
    taken.add(`${name}_${n}`);
    return `${name}_${n}`;
  });
}
