import { expect, it } from 'vitest';
import { testDatabase } from '../../test/database.ts';
import { textArray } from './text-array.ts';

const { pool } = await testDatabase();

it.each([[['plain', '', null, 'NULL', '{}', '"quoted", \\ and \n', 'Jürgen 会社 \u{1f600}', ' x '.repeat(40_000)]], [[null]], [['']]])(
  'PostgreSQL reads what was written: %j',
  async (values) => {
    const { rows } = await pool.query('select $1::text[] as read', [textArray(values)]);
    expect(rows[0].read).toEqual(values);
  },
);

it('writes an array without values so that unnest finds none', async () => {
  const { rows } = await pool.query('select count(*) as n from unnest($1::text[])', [textArray([])]);
  expect(rows[0].n).toBe(0);
});
