import { describe, expect, it } from 'vitest';
import type { Remarks } from './remarks.ts';
import { rowReader, surplus } from './rows.ts';

describe('a row', () => {
  const columns = [
    'Mail',
    'Vorname',
    'Nachname',
    'Deal  Size ($)',
    'Größe',
    'größe',
    '__proto__',
    '!!',
    'Leer',
  ];
  const table = (columns: string[], fields: object, also = {}) => ({
    columns,
    fields,
    also,
    several: 'reject' as const,
  });
  const remarks: Remarks = {};
  const read = rowReader(
    table(columns, { email: 'Mail', first_name: 'Vorname', last_name: 'Nachname' }),
    remarks,
  );

  it('becomes a person, with custom fields from the other columns', () => {
    expect(
      read([' jane@example.com ', 'Jane', 'Doe', '5 k', 'L', 'XL', 'p', 'x', ' ']).person,
    ).toEqual({
      email: 'jane@example.com',
      linkedin_url: null,
      x_handle: null,
      first_name: 'Jane',
      last_name: 'Doe',
      name: null,
      company: null,
      position: null,
      headline: null,
      custom_fields: { deal_size_: '5 k', größe: 'L', größe_2: 'XL', proto: 'p', column_8: 'x' },
    });
  });

  it('may be short, and says what it lacks', () => {
    expect(read(['', 'Jane'])).toMatchObject({
      person: { email: null, first_name: 'Jane', custom_fields: null },
      problems: { email: 'There is no value in "Mail".' },
    });
  });

  it.each([
    [['n/a', 'b@x.de', ''], { email: 'b@x.de' }, undefined],
    [['', '', 'c@x.de'], { email: 'c@x.de' }, undefined],
    [['Ann <a@x.de>', 'b@x.de', ''], { email: 'a@x.de' }, undefined],
    [
      ['ann at x', '', ''],
      { email: null },
      '"ann at x" is not a valid email (tried: "A", "B", "C").',
    ],
    [['', '', ''], { email: null }, 'There is no value in "A", "B", "C".'],
    [
      ['a@x.de; b@x.de', '', ''],
      { email: null },
      'There are several addresses in one cell: "a@x.de; b@x.de".',
    ],
  ])('%j has an address in the first column with one', (row, person, problem) => {
    const reader = rowReader(table(['A', 'B', 'C'], { email: 'A' }, { email: ['B', 'C'] }), {});
    const found = reader(row);
    expect(found.person).toMatchObject(person);
    expect(found.problems.email).toBe(problem);
  });

  it('may have the first of several addresses taken, which is counted', () => {
    const counted: Remarks = {};
    const how = { ...table(['A'], { email: 'A' }), several: 'first' as const };
    expect(rowReader(how, counted)(['a@x.de, b@x.de']).person.email).toBe('a@x.de');
    expect(counted.first_of_several).toEqual({ rows: 1, of: 'a@x.de, b@x.de' });
  });

  it('keeps its person when its other columns have more text than fits', () => {
    const counted: Remarks = {};
    const reader = rowReader(table(['A', 'Note', 'City'], { email: 'A' }), counted);
    expect(reader(['a@x.de', 'x'.repeat(40_000), 'Ulm']).person).toMatchObject({
      email: 'a@x.de',
      custom_fields: { city: 'Ulm' },
    });
    expect(counted.custom_dropped).toEqual({ rows: 1, of: 'note' });
  });

  it('says that its person opted out', () => {
    const reader = rowReader(table(['A', 'Opt out'], { email: 'A' }), {});
    expect(reader(['a@x.de', 'yes']).optOut).toBe('Opt out: yes');
    expect(reader(['a@x.de', '']).optOut).toBeNull();
  });

  it('may have empty cells behind the last column, and no text', () => {
    expect([surplus(['a', 'b', '', ' '], 2), surplus(['a'], 2)]).toEqual([null, null]);
    expect(surplus(['a', 'b', '', 'c'], 2)).toBe(
      'The row has 4 values, the header has 2: "c" is left over.',
    );
  });
});
