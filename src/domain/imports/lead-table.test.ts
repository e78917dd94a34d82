import { expect, it } from 'vitest';
import { identifiesPeople, leadReader } from './lead-table.ts';

const columns = ['Mail', 'Handle', 'First', 'Last', 'City', 'Notes'];
const mapping = [
  { column: 'Mail', field: 'email' },
  { column: 'Handle', field: 'x_handle' },
  { column: 'First', field: 'first_name' },
  { column: 'Last', field: 'last_name' },
  { column: 'City', field: 'city' },
];
const read = leadReader({ columns, sample: [] }, mapping);

it.each([
  [
    ['A@B.de', '@Jane', ' Jane ', 'Doe', 'Ulm', 'x'],
    {
      email: 'a@b.de',
      x_handle: 'jane',
      first_name: 'Jane',
      last_name: 'Doe',
      name: 'Jane Doe',
      attributes: { city: 'Ulm' },
    },
  ],
  [['', 'https://x.com/Jane', '', '', '', ''], { x_handle: 'jane' }],
  [['a@b.de', 'not a handle', '', '', '', ''], { email: 'a@b.de' }],
  [['nobody', 'jane', '', '', '', ''], { x_handle: 'jane' }],
  [['a@b.de'], { email: 'a@b.de' }],
  [
    ['a@b.de', '', 'x'.repeat(501), '', 'y'.repeat(10_001), ''],
    {
      email: 'a@b.de',
      first_name: 'x'.repeat(500),
      name: 'x'.repeat(500),
      attributes: { city: 'y'.repeat(10_000) },
    },
  ],
  [['a@b.de', '', '', 'Doe', '', ''], { email: 'a@b.de', last_name: 'Doe', name: 'Doe' }],
])('the record %j becomes the lead %j', (record, fields) => {
  expect(read(record)).toEqual({ ok: true, fields });
});

it.each<[string[] | null, string]>([
  [['', '', 'Jane', 'Doe', 'Ulm', ''], 'names nobody'],
  [['nobody', '-', '', '', '', ''], '"nobody" is not a valid email'],
  [['a@b.de; b@b.de', '', '', '', '', ''], 'several addresses'],
  [['a@b.de', '', '', '', '', '', 'more'], '"more" is left over'],
  [null, 'do not add up'],
])('a bad record (%#) is refused with the reason: %s', (record, reason) => {
  expect(read(record)).toEqual({ ok: false, reason: expect.stringContaining(reason) });
});

it('a person that must not be written to is refused with the names to suppress', () => {
  const table = { columns: ['Mail', 'Handle', 'Unsubscribed'], sample: [] };
  expect(leadReader(table, mapping.slice(0, 2))(['A@B.de', '@Jane', 'yes'])).toEqual({
    ok: false,
    reason: 'The person must not be written to (Unsubscribed: yes).',
    optedOut: { email: 'a@b.de', x_handle: 'jane' },
  });
});

it('an attribute may have any name', () => {
  const odd = leadReader({ columns: ['a', 'b'], sample: [] }, [
    { column: 'a', field: 'email' },
    { column: 'b', field: '__proto__' },
  ]);
  expect(JSON.stringify(odd(['a@b.de', 'x']))).toBe(
    '{"ok":true,"fields":{"email":"a@b.de","attributes":{"__proto__":"x"}}}',
  );
});

it('a table identifies people by address, profile or handle', () => {
  expect(identifiesPeople(mapping)).toBe(true);
  expect(identifiesPeople(mapping.slice(2))).toBe(false);
});
