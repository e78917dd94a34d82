import { readFileSync, writeFileSync } from 'node:fs';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { migrate } from '../../src/db/migrate.ts';
import { testDatabase } from '../fixtures/database.ts';
import { dumpSchema } from './schema-dump.ts';
import { schemaTypes } from './schema-types.ts';

const { db } = await testDatabase();

it.each([
  ['migrations/schema.sql', dumpSchema],
  ['src/db/schema.gen.ts', schemaTypes],
])(
  '%s is as the database has it (npm run record, when that changes on purpose)',
  async (name, read) => {
    const file = new URL(`../../${name}`, import.meta.url);
    const found = await read(db);
    if (process.env.POSTRIDER_RECORD) writeFileSync(file, found);
    expect(found.split('\n'), 'npm run record, then read the diff').toEqual(
      readFileSync(file, 'utf8').split('\n'),
    );
  },
);

it('migrating again changes nothing', async () => {
  const before = await dumpSchema(db);
  expect(await migrate(db)).toEqual([]);
  expect(await dumpSchema(db)).toBe(before);
});

it('a database of a newer release is refused with the way out', async () => {
  await sql`insert into kysely_migration (name, timestamp) values ('9999_future', '2030-01-01')`.execute(
    db,
  );
  await expect(migrate(db)).rejects.toThrow(/newer release of Postrider \(9999_future\)/);
  await sql`delete from kysely_migration where name = '9999_future'`.execute(db);
});
