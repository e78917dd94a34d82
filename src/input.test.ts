import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readInput } from './input.ts';

const line = z.string().max(3).optional();
const input = z.object({
  id: z.string(),
  name: line,
  email: line,
  note: z.string().nullable().optional(),
  place: z.object({ city: line, zip: z.string().nullable().optional() }).optional(),
  either: z.union([z.string().max(3), z.object({ full: line })]).optional(),
  all: z.array(z.object({ n: z.int().optional() })).optional(),
});
const output = z.object({ thing: z.object({ id: z.string(), made_at: z.string() }) });
const change = { route: 'PATCH /api/things/{id}', input, output };

function read(raw: object, operation: Parameters<typeof readInput>[0] = change) {
  const warned: string[] = [];
  const warn = (field: string) => void warned.push(field);
  return { value: readInput(operation, { id: 'a', ...raw }, warn), warned };
}

describe('what is sent back as it was read', () => {
  it('is taken: nulls mean nothing, and what is only shown is ignored with a warning', () => {
    expect(read({ name: null, made_at: 'x', place: { city: null, zip: null } })).toEqual({
      value: { id: 'a', place: { zip: null } },
      warned: ['made_at'],
    });
    expect(read({ note: null, all: [{ n: null }] }).value).toEqual({
      id: 'a',
      note: null,
      all: [{}],
    });
  });

  it('is not what no answer shows, nor what makes something new', () => {
    expect(() => read({ colour: 'red' })).toThrow('There is no field "colour" here.');
    expect(() => read({ made_at: 'x' }, { ...change, route: 'POST /api/things' })).toThrow(
      'There is no field "made_at" here.',
    );
  });

  it('a null that is a member of a list, or needed, is refused', () => {
    expect(() => read({ all: [null] })).toThrow('all/0: Must be an object, not null.');
    expect(() => read({ id: null })).toThrow('id: Required.');
  });
});

describe('texts over their length', () => {
  const cutting = { ...change, longTexts: 'cut' as const };

  it('are cut with a warning where the operation says so, in every shape', () => {
    expect(read({ name: 'abcd', place: { city: 'abcd' }, either: 'abcd' }, cutting)).toEqual({
      value: { id: 'a', name: 'abc', place: { city: 'abc' }, either: 'abc' },
      warned: ['name', 'place/city', 'either'],
    });
    expect(read({ either: { full: 'ab\u{1f600}c' } }, cutting).value).toMatchObject({
      either: { full: 'ab' },
    });
  });

  it('are refused elsewhere, and where they name somebody', () => {
    expect(() => read({ name: 'abcd' })).toThrow('name: May have at most 3 characters.');
    expect(() => read({ email: 'abcd' }, cutting)).toThrow('email: May have at most 3 characters.');
  });
});
