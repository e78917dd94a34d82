import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { testDatabase } from '../fixtures/database.ts';
import { readDocuments } from './documents.ts';

const { db } = await testDatabase();

/** Queries that a document shows. Statements that change the server's settings are left out. */
const queries = readDocuments()
  .flatMap(({ file, blocks }) =>
    blocks
      .filter(({ info }) => info === 'sql')
      .flatMap(({ code }) => code.split(';').map((query) => ({ file, query: query.trim() }))),
  )
  .filter(({ query }) => query.startsWith('select') && !query.includes('pg_reload_conf'));

it('the documents show queries', () => expect(queries.length).toBeGreaterThan(5));

it.each(queries)('a query in $file runs on this schema: $query', async ({ query }) => {
  // Variables of psql, such as :'sender', are ids.
  const runnable = query.replaceAll(/:'\w+'/g, `'${crypto.randomUUID()}'`);
  expect(await sql.raw(runnable).execute(db)).toHaveProperty('rows');
});
