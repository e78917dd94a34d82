import type { RawBuilder, Selectable } from 'kysely';
import type { Db } from './database.ts';
import type { Schema } from './schema.gen.ts';

type CamelCase<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name;

/**
 * Columns of a table as `camelRows` reads them: `Columns<'messages', 'id' | 'sender_id'>` has `id`
 * and `senderId`.
 */
export type Columns<
  Table extends keyof Schema,
  Name extends keyof Selectable<Schema[Table]> & string,
> = {
  [Column in Name as CamelCase<Column>]: Selectable<Schema[Table]>[Column];
};

const camelCase = (name: string) =>
  name.replaceAll(/_(\w)/g, (_match, letter: string) => letter.toUpperCase());

/**
 * Runs a statement and returns its rows with the columns' names in camelCase. Values inside jsonb
 * keep their names.
 */
export async function camelRows<Row>(db: Db, statement: RawBuilder<unknown>): Promise<Row[]> {
  const { rows } = await (statement as RawBuilder<Record<string, unknown>>).execute(db);
  const [first] = rows;
  if (!first) return [];
  const names = Object.keys(first).map((column) => [column, camelCase(column)] as const);
  return rows.map((row) => {
    const named: Record<string, unknown> = {};
    for (const [column, name] of names) named[name] = row[column];
    return named as Row;
  });
}
