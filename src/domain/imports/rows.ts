import { emailsIn, identityFields } from '../identity.ts';
import { isMissing, readValue } from '../people/blank.ts';
import { customFieldsLimit, type ProfileField, profileFields } from '../people/prospect-input.ts';
import { type ColumnMapping, customKey, distinct } from './csv-mapping.ts';
import { type OptOutColumn, optOutColumns, optOutOf } from './opt-out.ts';
import { type Remarks, remark } from './remarks.ts';

/** How the rows of a table are read. */
export type TableReading = {
  columns: readonly string[];
  fields: Partial<ColumnMapping>;
  /** More columns of a field, which count where those before have no value. */
  also: Partial<Record<ProfileField, readonly string[]>>;
  /** Of several addresses in a cell: the row is rejected, or the first is taken. */
  several: 'reject' | 'first';
};

/** A person read from a row: identities normalised or null, other texts as they stand there. */
export type RowPerson = Record<ProfileField, string | null> & {
  custom_fields: Record<string, string> | null;
};

export type ReadRow = {
  person: RowPerson;
  /** Why an identity has no value although the row has texts for it. */
  problems: Partial<Record<ProfileField, string>>;
  /** Why the person must not be written to, as "Opt out: yes"; null when no column says so. */
  optOut: string | null;
};

/** A column's place, and the key or field it has. */
type Place<Key> = { index: number; key: Key };

/**
 * A reader of rows, made once per table; `remarks` counts what it notices. Columns without a field
 * become custom fields; blank cells are left out. A row may be shorter than the header.
 */
export function rowReader(
  { columns, fields, also, several }: TableReading,
  remarks: Remarks,
): (row: readonly string[]) => ReadRow {
  const texts: Place<ProfileField>[] = [];
  const identities: { field: ProfileField; places: Place<string>[] }[] = [];
  const mapped = new Set<number>();
  for (const field of profileFields) {
    const column = fields[field];
    if (!column) continue;
    const places = [column, ...(also[field] ?? [])].map((key) => ({
      key,
      index: columns.indexOf(key),
    }));
    mapped.add(places[0]!.index);
    if (isIdentity(field)) identities.push({ field, places });
    else texts.push({ key: field, index: places[0]!.index });
  }
  const keys = distinct(
    columns.map((column, index) => (mapped.has(index) ? '' : customKey(column, index))),
  );
  const custom = keys.flatMap((key, index) => (mapped.has(index) ? [] : [{ key, index }]));
  const optOuts = optOutColumns(columns);
  return (row) => {
    const person = blankPerson();
    const problems: ReadRow['problems'] = {};
    for (const { field, places } of identities) {
      const found = readIdentity(row, { field, places, several, remarks });
      person[field] = found.value;
      if (found.problem) problems[field] = found.problem;
    }
    for (const { key, index } of texts) person[key] = row[index] || null;
    person.custom_fields = readCustom(row, custom, remarks);
    return { person, problems, optOut: refusal(row, optOuts) };
  };
}

const identityNormal = new Map<string, (text: string) => string | null>(
  Object.values(identityFields).map(({ field, normalise }) => [field, normalise]),
);
const isIdentity = (field: ProfileField): boolean => identityNormal.has(field);
const refusal = (row: readonly string[], columns: readonly OptOutColumn[]): string | null =>
  columns.length === 0 ? null : optOutOf(row, columns);

function blankPerson(): RowPerson {
  const person = { custom_fields: null } as RowPerson;
  for (const field of profileFields) person[field] = null;
  return person;
}

type IdentityCells = {
  field: ProfileField;
  places: readonly Place<string>[];
  several: TableReading['several'];
  remarks: Remarks;
};

/**
 * The first valid identity in the columns of a field; else the text there, and its fault.
 */
function readIdentity(
  row: readonly string[],
  { field, places, several, remarks }: IdentityCells,
): { value: string | null; problem?: string } {
  let first: string | null = null;
  for (const [order, { key, index }] of places.entries()) {
    const text = readValue(row[index] ?? '');
    if (text === null) continue;
    first ??= text;
    const found = field === 'email' ? emailsIn(text) : [identityNormal.get(field)!(text)];
    if (found.length > 1 && several === 'reject')
      return { value: null, problem: `There are several addresses in one cell: ${quoted(text)}.` };
    const value = found[0];
    if (!value) continue;
    if (found.length > 1) remark(remarks, 'first_of_several', text);
    if (order > 0) remark(remarks, 'other_column', key);
    return { value };
  }
  const tried = places.map(({ key }) => quoted(key)).join(', ');
  const problem =
    first === null
      ? `There is no value in ${tried}.`
      : `${quoted(first)} is not a valid ${field} (tried: ${tried}).`;
  return { value: null, problem };
}

const quoted = (text: string): string => `"${text.slice(0, 200).toWellFormed()}"`;

function readCustom(
  row: readonly string[],
  places: readonly Place<string>[],
  remarks: Remarks,
): Record<string, string> | null {
  let fields: Record<string, string> | null = null;
  let length = 0;
  for (const { key, index } of places) {
    const cell = row[index];
    if (!cell) continue;
    const value = readValue(cell);
    if (value === null) continue;
    fields ??= {};
    fields[key] = value;
    length += key.length + value.length + 6;
  }
  // Signs that JSON escapes may take six places instead of one.
  return fields && length * 6 > customFieldsLimit ? fitting(fields, remarks) : fields;
}

/** The fields without the longest ones, until they fit. */
function fitting(fields: Record<string, string>, remarks: Remarks): Record<string, string> | null {
  const sizes = Object.entries(fields).map(([key, value]) => ({
    key,
    size: JSON.stringify(key).length + JSON.stringify(value).length + 2,
  }));
  let total = 2 + sizes.reduce((sum, { size }) => sum + size, 0);
  if (total <= customFieldsLimit) return fields;
  const dropped = new Set<string>();
  for (const { key, size } of sizes.sort((a, b) => b.size - a.size)) {
    if (total <= customFieldsLimit) break;
    total -= size;
    dropped.add(key);
  }
  remark(remarks, 'custom_dropped', [...dropped].slice(0, 5).join(', '));
  const kept = Object.entries(fields).filter(([key]) => !dropped.has(key));
  return kept.length > 0 ? Object.fromEntries(kept) : null;
}

/** Whether a row has no values at all. */
export function isBlank(row: readonly string[]): boolean {
  return row.every((cell) => cell === '' || cell.trim() === '');
}

/** The texts behind the last column of the header; empty cells there are none. */
export function surplus(row: readonly string[], width: number): string | null {
  if (row.length <= width) return null;
  const more = row.slice(width).filter((cell) => cell.trim() !== '' && !isMissing(cell.trim()));
  return more.length > 0
    ? `The row has ${row.length} values, the header has ${width}: ${quoted(more[0]!)} is left over.`
    : null;
}
