import { sql } from 'kysely';
import type { Db } from '../../src/db/database.ts';

const head = `// Written by \`npm run record\` from the migrated database: never edit it by hand.
import type { Generated } from 'kysely';
import type { Json, JsonColumns } from './json-columns.ts';

/** The tables as kysely sees them; migrations/ is the truth. */
export type Schema = {`;

/** TypeScript types by the name of a PostgreSQL type, as \`database.ts\` has them parsed. */
const typeNames: Readonly<Record<string, string>> = {
  boolean: 'boolean',
  bytea: 'Buffer',
  date: 'string',
  'double precision': 'number',
  bigint: 'number',
  integer: 'number',
  smallint: 'number',
  text: 'string',
  'text[]': 'string[]',
  'timestamp with time zone': 'Date',
  tsvector: 'string',
  uuid: 'string',
  'uuid[]': 'string[]',
};

type Column = {
  table: string;
  name: string;
  type: string;
  nullable: boolean;
  /** A column that inserts may leave out. */
  generated: boolean;
};

/**
 * The source of `src/db/schema.gen.ts`: a type of every table of the database. @throws for a column
 * type without a TypeScript type
 */
export async function schemaTypes(db: Db): Promise<string> {
  const { rows } = await sql<Column>`
    select c.relname as table, a.attname as name, format_type(a.atttypid, null) as type,
      not a.attnotnull as nullable, a.atthasdef as generated
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
      and c.relname not like 'kysely_%' and a.attnum > 0 and not a.attisdropped
    order by c.relname, a.attnum`.execute(db);
  const tables = [...Map.groupBy(rows, (row) => row.table)].map(([table, columns]) => {
    const lines = columns.map((column) => `    ${column.name}: ${typeOf(column)};`);
    return [`  ${table}: {`, ...lines, '  };'].join('\n');
  });
  return `${[head, ...tables, '};'].join('\n')}\n`;
}

function typeOf({ table, name, type, nullable, generated }: Column): string {
  if (type === 'jsonb') return `Json<JsonColumns['${table}']['${name}']>`;
  const known = typeNames[type];
  if (!known) throw new Error(`${table}.${name} is a ${type}: say its type in typeNames.`);
  const value = nullable ? `${known} | null` : known;
  return generated && !nullable ? `Generated<${value}>` : value;
}
