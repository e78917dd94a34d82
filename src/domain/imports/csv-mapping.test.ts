import { describe, expect, it } from 'vitest';
import { columnNames, mappingProblems } from './csv-mapping.ts';

describe('the columns of a table', () => {
  it('have distinct names', () => {
    expect(columnNames([' Email ', '', 'Notes', 'Notes', 'Notes_2', 'Notes', ''])).toEqual([
      'Email',
      'column_2',
      'Notes',
      'Notes_3',
      'Notes_2',
      'Notes_4',
      'column_7',
    ]);
  });
});

describe("a caller's mapping", () => {
  it('is refused for an unknown column and for a column with two fields', () => {
    const columns = ['Mail', 'Who'];
    expect(mappingProblems(columns, { email: 'Mail', name: 'Who', company: null })).toEqual([]);
    expect(
      mappingProblems(columns, { email: 'Post', first_name: 'Who', last_name: 'Who' }).map(
        ({ pointer, code }) => `${pointer} ${code}`,
      ),
    ).toEqual(['/mapping/email unknown_column', '/mapping/last_name column_twice']);
  });
});

describe('a table', () => {
  it('has a header with 5,000 equal names, which are made distinct within a second', () => {
    const start = performance.now();
    const names = columnNames(Array.from({ length: 5_000 }, () => 'a'));
    expect(new Set(names).size).toBe(5_000);
    expect(columnNames(['a', 'a_2', 'a', 'a', ' ', 'A'])).toEqual([
      'a',
      'a_2',
      'a_3',
      'a_4',
      'column_5',
      'A',
    ]);
    expect(performance.now() - start).toBeLessThan(1_000);
  });

  it.each([
    ['too many columns', Array.from({ length: 5_001 }, () => 'a'), '5001 columns'],
    ['a name that is none', ['email', 'x'.repeat(1_001)], 'the name of column 2'],
  ])('that begins with %s is refused', (_case, header, said) => {
    expect(() => columnNames(header)).toThrow(said);
  });
});
