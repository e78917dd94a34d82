import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { testDatabase } from '../../test/fixtures/database.ts';
import { type Db, runTransaction, takeTime, withTime } from './database.ts';
import { withClock } from './forecast/clocks.ts';

const { db, pool, services, workspaceId } = await testDatabase({ connections: 1 });

async function limitsOf(on: Db) {
  const { rows } = await sql<Record<string, string>>`
    select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock,
      current_setting('idle_in_transaction_session_timeout') as idle,
      current_setting('synchronous_commit') as commit, current_setting('random_page_cost') as cost`.execute(
    on,
  );
  return rows[0];
}
const usual = { statement: '2min', lock: '10s', idle: '1min', commit: 'on', cost: '1.1' };

test('no statement, lock or idle transaction of the pool lasts without end', async () => {
  expect(await limitsOf(db)).toEqual(usual);
});

test('work that takes long has its time, and leaves the connection as it was', async () => {
  expect(await withTime(db, { ms: 300_000 }, limitsOf)).toEqual({ ...usual, statement: '5min' });
  const endless = { ...usual, statement: '0', lock: '0', idle: '0' };
  expect(await withTime(db, {}, limitsOf)).toEqual(endless);
  await expect(
    withTime(db, { ms: 1 }, (own) => sql`select pg_sleep(9)`.execute(own)),
  ).rejects.toMatchObject({ code: '57014' });
  expect(await limitsOf(db)).toEqual(usual);
  const deleting = await runTransaction(db, async (transaction) => {
    await takeTime(transaction);
    return limitsOf(transaction);
  });
  expect(deleting).toEqual({ ...usual, statement: '30min' });
  expect(await limitsOf(db)).toEqual(usual);
});

test("the connection that moved a sandbox's clock has its limits again", async () => {
  const clock = { workspaceId, patienceMs: 1_000 };
  const moving = await withClock(services.pool, clock, limitsOf);
  expect(moving).toEqual({ ...usual, lock: '0', commit: 'off' });
  expect(await limitsOf(db)).toEqual(usual);
  const { rows } = await pool.query(`select from pg_locks
    where locktype = 'advisory'
      and database = (select oid from pg_database where datname = current_database())`);
  expect(rows).toEqual([]);
});
