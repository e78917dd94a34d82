import { identityFields } from '../identity.ts';
import { readLine, readValue } from '../people/blank.ts';
import type { LeadFields } from '../people/lead.ts';
import type { ProfileField } from '../people/prospect-input.ts';
import { storable } from '../text.ts';
import { alsoOf, guessColumns } from './guess.ts';
import { rowReader, surplus } from './rows.ts';

/** Fields of a lead that a column can have; a column with any other name is an attribute. */
export const tableFields = [
  'email',
  'linkedin_url',
  'x_handle',
  'first_name',
  'last_name',
  'name',
  'title',
  'company',
  'domain',
  'industry',
  'size',
] as const;

/** A column of a table, and the field or attribute of leads that it has. */
export type LeadColumn = { column: string; field: string };

const maxFieldLength = 500;
const maxAttributeLength = 10_000;
const identities = new Map(
  Object.values(identityFields).map(({ field, normalise }) => [field as string, normalise]),
);

/** Whether one of these columns identifies people. */
export function identifiesPeople(mapping: readonly LeadColumn[]): boolean {
  return mapping.some(({ field }) => identities.has(field));
}

/** `optedOut`: the names of a person that must not be written to. */
export type LeadRecord =
  | { ok: true; fields: LeadFields }
  | { ok: false; reason: string; optedOut?: LeadFields };

/**
 * A reader of a table's records, made once per table, by the rules of `rowReader`: texts of one
 * line, blank ones left out, identities normalised. A null record is a row that could not be read.
 */
export function leadReader(
  { columns, sample }: { columns: readonly string[]; sample: readonly (readonly string[])[] },
  mapping: readonly LeadColumn[],
): (record: readonly string[] | null) => LeadRecord {
  const places = mapping
    .filter(({ field }) => !identities.has(field))
    .map(({ column, field }) => ({ field, index: columns.indexOf(column) }));
  const fields = Object.fromEntries(
    mapping.flatMap(({ column, field }) => (identities.has(field) ? [[field, column]] : [])),
  );
  const { also } = alsoOf(guessColumns(columns, sample), fields);
  const readRow = rowReader({ columns, fields, also, several: 'reject' }, {});
  return (record) => {
    if (!record) return refuse('The quotes of this row do not add up.');
    const more = surplus(record, columns.length);
    if (more !== null) return refuse(more);
    const { person, problems, optOut } = readRow(record);
    const lead: LeadFields & Record<string, unknown> = {};
    for (const [field, normalise] of identities) {
      const read = person[field as ProfileField];
      const value = read === null ? null : normalise(read);
      if (value !== null) lead[field] = value;
    }
    if (optOut !== null)
      return { ...refuse(`The person must not be written to (${optOut}).`), optedOut: lead };
    if (Object.keys(lead).length === 0) return refuse(nobody(problems));
    return { ok: true, fields: withTexts(lead, { places, record }) };
  };
}

function nobody(problems: Partial<Record<ProfileField, string>>): string {
  const said = Object.entries(problems).map(([field, problem]) => `${field}: ${problem}`);
  return ['The row names nobody.', ...said].join(' ');
}

type Texts = { places: readonly { field: string; index: number }[]; record: readonly string[] };

/** The lead with the texts of its row, cut at their limits. */
function withTexts(
  lead: LeadFields & Record<string, unknown>,
  { places, record }: Texts,
): LeadFields {
  const attributes = new Map<string, string>();
  for (const { field, index } of places) {
    const isField = (tableFields as readonly string[]).includes(field);
    const cell = record[index] ?? '';
    const value = isField ? readLine(cell) : readValue(cell);
    if (value === null) continue;
    if (isField) Object.assign(lead, { [field]: value.slice(0, maxFieldLength).toWellFormed() });
    else attributes.set(field, value.slice(0, maxAttributeLength).toWellFormed());
  }
  lead.name ??= [lead.first_name, lead.last_name].filter(Boolean).join(' ') || null;
  if (lead.name === null) delete lead.name;
  return attributes.size > 0 ? { ...lead, attributes: Object.fromEntries(attributes) } : lead;
}

const refuse = (reason: string) => ({ ok: false as const, reason: storable(reason) });
