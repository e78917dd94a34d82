/** An object of an answer. */
export type Row = Record<string, unknown>;

export const isEmpty = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === '' ||
  (Array.isArray(value) && value.length === 0) ||
  (isRow(value) && Object.keys(value).length === 0);

export const isRow = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isRows = (value: unknown): value is Row[] =>
  Array.isArray(value) && value.every(isRow);

/** Whether a value does not fit a line: rows, and objects with an id or with objects inside. */
export const isNested = (value: unknown): boolean =>
  (isRows(value) && value.length > 0) ||
  (isRow(value) &&
    ('id' in value ||
      Object.values(value).some((member) => typeof member === 'object' && !isEmpty(member))));
