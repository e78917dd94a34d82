import { type RawBuilder, sql } from 'kysely';
import type { Db } from './database.ts';

/** The rows of one page as text, in bytes. A page ends before the row that goes beyond. */
export const maxPageBytes = 8 * 1024 * 1024;

export type Page<Row> = {
  rows: Row[];
  /** Whether there are more: beyond the limit, or beyond `maxPageBytes`. */
  more: boolean;
};

/**
 * Up to `limit` rows of a query that is ordered and limited to `limit + 1`. Rows that would make
 * the page too large are counted by the database, and never read; the first row always is.
 */
export async function readPage<Row extends object>(
  db: Db,
  query: RawBuilder<unknown>,
  limit: number,
): Promise<Page<Row>> {
  const { rows } = await sql<Row & { page_rows: number }>`
    select * from (
      select p.*, count(*) over () as page_rows, row_number() over () as page_place,
        sum(octet_length(p::text)) over (rows unbounded preceding) as page_bytes
      from (${query}) as p
    ) as page
    where page_place <= ${limit} and (page_place = 1 or page_bytes <= ${maxPageBytes})
    order by page_place`.execute(db);
  const found = rows[0]?.page_rows ?? 0;
  for (const row of rows) for (const column of ownColumns) Reflect.deleteProperty(row, column);
  return { rows, more: found > rows.length };
}

const ownColumns = ['page_rows', 'page_place', 'page_bytes'];
