import type { ClientBase } from 'pg';

export type Table = { name: string; columns: string[] };

/** Tables that every copy has its own of. */
const own = ['kysely_migration', 'kysely_migration_lock', 'workers', 'instance'];

/** The tables to save with their stored columns, each behind those that it refers to. */
export async function readTables(client: ClientBase): Promise<Table[]> {
  const { rows } = await client.query<Table & { refers: string[] }>(
    `select c.relname as name,
      (select array_agg(attname::text order by attnum) from pg_attribute
        where attrelid = c.oid and attnum > 0 and not attisdropped and attgenerated = ''
      ) as columns,
      array(select r.confrelid::regclass::text from pg_constraint r
        where r.conrelid = c.oid and r.contype = 'f' and r.confrelid <> c.oid) as refers
    from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> all($1)
    order by c.relname`,
    [own],
  );
  const sorted: Table[] = [];
  const done = new Set<string>();
  while (sorted.length < rows.length) {
    const next = rows.filter(({ name, refers }) => {
      return !done.has(name) && refers.every((other) => done.has(other));
    });
    if (next.length === 0) throw new Error('The tables refer to each other in a circle.');
    for (const { name, columns } of next) {
      sorted.push({ name, columns });
      done.add(name);
    }
  }
  return sorted;
}

/** Names as SQL has them. */
export const quoted = (names: readonly string[]): string =>
  names.map((name) => `"${name.replaceAll('"', '""')}"`).join(', ');
