import { expect, it } from 'vitest';
import { testDatabase } from '../../test/fixtures/database.ts';
import { textArray } from './text-array.ts';

const { pool } = await testDatabase();

it.each([
  ['signs', ['plain', '', 'NULL', '{}', '"quoted", \\ and \n', 'Jürgen 会社 \u{1f600}']],
  ['nulls', [null, 'between', null]],
  ['a long one', ['x'.repeat(100_000)]],
])('PostgreSQL reads what was written: %s', async (_what, values) => {
  const { rows } = await pool.query('select $1::text[] as read', [textArray(values)]);
  expect(rows[0].read).toEqual(values);
});

it('writes an array without values so that unnest finds none', async () => {
  const { rows } = await pool.query('select count(*) as n from unnest($1::text[])', [
    textArray([]),
  ]);
  expect(rows[0].n).toBe(0);
});
