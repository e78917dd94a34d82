import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/fixtures/database.ts';

// One connection, so that its prepared statements can be seen.
const { db, pool, workspaceId } = await testDatabase({ connections: 1 });

const prepared = async () => {
  const { rows } = await pool.query<{ statement: string }>(
    "select statement from pg_prepared_statements where name like 'postrider%'",
  );
  return rows.map((row) => row.statement);
};

describe('prepared statements', () => {
  it('are made for plain statements that run again', async () => {
    for (let n = 0; n < 4; n++) {
      await sql`select name from workspaces where id = ${workspaceId}`.execute(db);
      await sql`select name from workspaces where id = any(${[workspaceId]})`.execute(db);
      await sql`select name from workspaces where (${null}::text is null or name = ${null})`.execute(
        db,
      );
    }
    await sql`select name, mode from workspaces where id = ${workspaceId}`.execute(db);
    expect(await prepared()).toEqual(['select name from workspaces where id = $1']);
  });

  it('go on working when a newer release changes their table', async () => {
    await sql`create table moving (id int, a text)`.execute(db);
    await sql`insert into moving values (1, 'x')`.execute(db);
    const read = () => sql`select * from moving where id = ${1}`.execute(db);
    for (let n = 0; n < 4; n++) expect((await read()).rows).toEqual([{ id: 1, a: 'x' }]);
    await sql`alter table moving add column b int`.execute(db);
    expect((await read()).rows).toEqual([{ id: 1, a: 'x', b: null }]);
    expect((await read()).rows).toEqual([{ id: 1, a: 'x', b: null }]);
  });
});

it('a statement takes its values and its SQL parts anew at each run', async () => {
  const read = async (value: unknown) =>
    (await sql<{ v: string }>`select ${value}::text as v`.execute(db)).rows[0]!.v;
  for (const n of [1, 2, 3, 4])
    expect([await read(`${n}`), await read(sql`'a' || ${n}::text`)]).toEqual([`${n}`, `a${n}`]);
});

describe('transactions', () => {
  it('are rolled back after a failed statement, even when its error is caught', async () => {
    const failing = db
      .transaction()
      .execute((inside) => sql`select 1 / 0`.execute(inside).catch(() => 'swallowed'));
    await expect(failing).rejects.toThrow('rolled back');
  });

  it('leave no broken connection behind when they lose theirs', async () => {
    const ended = db
      .transaction()
      .execute((inside) => sql`select pg_terminate_backend(pg_backend_pid())`.execute(inside));
    await expect(ended).rejects.toThrow();
    expect((await sql`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }]);
  });
});
