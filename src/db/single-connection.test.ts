import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { testDatabase } from '../../test/fixtures/database.ts';
import { singleConnection } from './single-connection.ts';

const { pool } = await testDatabase();

async function open() {
  const client = await pool.connect();
  return { client, db: singleConnection(client) };
}

test('every statement runs on the one connection and is prepared once', async () => {
  const { client, db } = await open();
  const pids = await Promise.all(
    [1, 2, 3].map(
      async (n) =>
        (await sql<{ pid: number }>`select pg_backend_pid() as pid, ${n}::int`.execute(db)).rows[0]!
          .pid,
    ),
  );
  expect(new Set(pids).size).toBe(1);
  const { rows } = await client.query<{ n: number }>(
    `select count(*)::int as n from pg_prepared_statements
     where statement like 'select pg_backend_pid()%'`,
  );
  expect(rows[0]!.n).toBe(1);
  client.release(true);
});

test('a statement outside a transaction waits for the end of the transaction', async () => {
  const { client, db } = await open();
  await sql`create temporary table seen (n int)`.execute(db);
  const { promise: begun, resolve } = Promise.withResolvers<void>();
  const finished = db.transaction().execute(async (transaction) => {
    await sql`insert into seen values (1)`.execute(transaction);
    resolve();
    await sql`rollback`.execute(transaction);
    await sql`begin`.execute(transaction);
  });
  await begun;
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from seen`.execute(db);
  await finished;
  expect(rows[0]!.n).toBe(0);
  client.release(true);
});
