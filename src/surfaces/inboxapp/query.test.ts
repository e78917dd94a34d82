import { describe, expect, it } from 'vitest';
import { readBrackets } from './query.ts';

describe('bracket notation', () => {
  it.each<[Record<string, string | string[]>, unknown]>([
    [{ a: '1' }, { a: '1' }],
    [{ ids: ['1', '2'] }, { ids: ['1', '2'] }],
    [{ 'ids[]': '1' }, { ids: ['1'] }],
    [{ 'ids[]': ['1', '2'] }, { ids: ['1', '2'] }],
    [{ 'ids[1]': 'b', 'ids[0]': 'a' }, { ids: ['a', 'b'] }],
    [{ 'ids[10]': 'b', 'ids[9]': 'a' }, { ids: ['a', 'b'] }],
    [{ 'cursor[id]': 'x', 'cursor[timestamp]': 't' }, { cursor: { id: 'x', timestamp: 't' } }],
    [
      {
        'filters[tags][selectedIds][0]': 'a',
        'filters[tags][selectedIds][1]': 'b',
        'filters[tags][noTags]': 'true',
      },
      { filters: { tags: { selectedIds: ['a', 'b'], noTags: 'true' } } },
    ],
    [{ 'a[]': '1', 'a[b]': '2' }, null],
    [{ a: '1', 'a[b]': '2' }, null],
    [{ 'a[b]': '2', a: '1' }, null],
    [{ 'a[b': '1' }, null],
    [{ 'a]b': '1' }, null],
    [{ '[a]': '1' }, null],
    [{ 'a[b][c][d][e][f]': '1' }, null],
    [Object.fromEntries(Array.from({ length: 201 }, (_, index) => [`a${index}`, '1'])), null],
  ])('%j reads as %j', (query, read) => {
    if (read === null) expect(() => readBrackets(query)).toThrow();
    else expect(readBrackets(query)).toEqual(read);
  });

  it('changes no prototype', () => {
    expect(
      readBrackets({
        '__proto__[polluted]': '1',
        'a[__proto__][polluted]': '1',
        'constructor[prototype][polluted]': '1',
      }),
    ).toBeTypeOf('object');
    expect('polluted' in {}).toBe(false);
  });
});
