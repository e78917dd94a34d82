import { AppError, type Problem } from '../../errors.ts';
import { nameOf, type ProfileField, profileFields } from '../people/prospect-input.ts';
import { headerHints, headerWords } from './header-words.ts';

/** The column of a table for each field of a person; null when no column has it. */
export type ColumnMapping = Record<ProfileField, string | null>;

/** A person read from a row: texts trimmed, blank ones null, nothing validated. */
export type RowPerson = Record<ProfileField, string | null> & {
  custom_fields: Record<string, string> | null;
};

/** Of a column, in UTF-16 units. */
const maxNameLength = 1_000;
const maxColumns = 5_000;

const wordLists = profileFields.map((field) => ({
  field,
  list: headerWords[field].trim().split(/\s+/).map(normaliseHeader),
  hint: headerHints[field],
}));

/** The header without case, accents, spaces and signs, as in `headerWords`. */
function normaliseHeader(header: string): string {
  const plain = header
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/ß/g, 'ss')
    .replace(/ı/g, 'i')
    .replace(/ø/g, 'o')
    .replace(/ł/g, 'l');
  return plain.replace(/[^\p{L}\p{N}]/gu, '').normalize('NFC');
}

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
  return distinct(headers.map((header, index) => header.trim() || `column_${index + 1}`));
}

/** Guesses the fields of columns by the columns' names; a column serves one field at most. */
export function guessMapping(columns: readonly string[]): ColumnMapping {
  const normalised = columns.map(normaliseHeader);
  const taken = new Set<number>();
  const mapping = Object.fromEntries(profileFields.map((field) => [field, null])) as ColumnMapping;
  const take = (field: ProfileField, index: number) => {
    if (index < 0 || mapping[field] !== null) return;
    mapping[field] = columns[index]!;
    taken.add(index);
  };
  for (const { field, list } of wordLists) {
    const best = list
      .map((word) => normalised.indexOf(word))
      .find((index) => index >= 0 && !taken.has(index));
    take(field, best ?? -1);
  }
  for (const { field, hint } of wordLists) {
    if (hint)
      take(
        field,
        normalised.findIndex(
          (word, index) => !taken.has(index) && hint.has.test(word) && !hint.not.test(word),
        ),
      );
  }
  return splitName(mapping);
}

/** German tables call the family name just "Name" beside a "Vorname". */
function splitName(mapping: ColumnMapping): ColumnMapping {
  const { first_name, last_name, name } = mapping;
  const german =
    first_name !== null &&
    normaliseHeader(first_name) === 'vorname' &&
    name !== null &&
    normaliseHeader(name) === 'name';
  return german && last_name === null ? { ...mapping, last_name: name, name: null } : mapping;
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

/**
 * A reader of rows, made once per table. Columns without a field become custom fields: their keys
 * are lower-cased, with spaces as "_" and other signs dropped; blank cells are left out. `name` is
 * first and last name when the table has none.
 */
export function rowReader(
  columns: readonly string[],
  mapping: Partial<ColumnMapping>,
): (row: readonly string[]) => RowPerson {
  const indexes = profileFields.map((field) => ({
    field,
    index: mapping[field] ? columns.indexOf(mapping[field]) : -1,
  }));
  const mapped = new Set(indexes.map(({ index }) => index));
  const keys = distinct(
    columns.map((column, index) => (mapped.has(index) ? '' : customKey(column, index))),
  );
  const custom = keys.flatMap((key, index) => (mapped.has(index) ? [] : [{ key, index }]));
  return (row) => {
    const person = { custom_fields: null } as RowPerson;
    for (const { field, index } of indexes) person[field] = row[index]?.trim() || null;
    person.name ??= nameOf(person);
    for (const { key, index } of custom) {
      const value = row[index]?.trim();
      if (!value) continue;
      person.custom_fields ??= {};
      person.custom_fields[key] = value;
    }
    return person;
  };
}

function customKey(column: string, index: number): string {
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
function distinct(names: readonly string[]): string[] {
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
