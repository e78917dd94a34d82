import { identityFields } from '../identity.ts';
import type { LeadFields } from '../people/lead.ts';

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

export type LeadRecord = { ok: true; fields: LeadFields } | { ok: false; reason: string };

/**
 * A reader of a table's records, made once per table: texts trimmed, blank ones left out,
 * identities normalised. A null record is a row that could not be read.
 */
export function leadReader(
  columns: readonly string[],
  mapping: readonly LeadColumn[],
): (record: readonly string[] | null) => LeadRecord {
  const places = mapping.map(({ column, field }) => ({ field, index: columns.indexOf(column) }));
  return (record) => {
    if (record?.length !== columns.length)
      return refuse(
        `The row has ${record?.length ?? 'no readable'} values, the header has ${columns.length}.`,
      );
    const fields: LeadFields & Record<string, unknown> = {};
    const attributes = new Map<string, string>();
    for (const { field, index } of places) {
      const value = record[index]!.trim();
      if (value === '') continue;
      const isField = (tableFields as readonly string[]).includes(field);
      const max = isField ? maxFieldLength : maxAttributeLength;
      if (value.length > max) return refuse(`${field}: Must have at most ${max} characters.`);
      const normalise = identities.get(field);
      const read = normalise ? normalise(value) : value;
      if (read === null) return refuse(`${field}: This is not a valid ${field}.`);
      if (isField) Object.assign(fields, { [field]: read });
      else attributes.set(field, read);
    }
    if (![...identities.keys()].some((field) => fields[field]))
      return refuse('The row names nobody.');
    fields.name ??= [fields.first_name, fields.last_name].filter(Boolean).join(' ') || null;
    if (fields.name === null) delete fields.name;
    return {
      ok: true,
      fields:
        attributes.size > 0 ? { ...fields, attributes: Object.fromEntries(attributes) } : fields,
    };
  };
}

const refuse = (reason: string): LeadRecord => ({ ok: false, reason });
