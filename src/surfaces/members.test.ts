import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { toJsonSchema } from '../json-schema.ts';
import { defineOperation } from '../operation.ts';
import { coerceText, coerceTexts, describeMembers, splitRoute } from './members.ts';

const operation = defineOperation({
  name: 'thing.change',
  route: 'PATCH /api/things/{id}/parts/{partId}',
  cli: 'thing part change',
  summary: 'Change a part',
  scope: 'write',
  input: z.object({
    id: z.uuid(),
    partId: z.uuid(),
    n: z.int().optional(),
    on: z.boolean().optional(),
    tags: z.array(z.string()).optional(),
    numbers: z.array(z.int()).nullable().optional(),
    hours: z.record(z.string(), z.unknown()).nullable().optional(),
    size: z.union([z.literal('all'), z.int()]).optional(),
    note: z.string().nullable().optional(),
    kind: z.enum(['a', 'b']).default('a'),
  }),
  output: z.object({}),
  errors: [],
  run: async () => ({}),
});

const member = (name: string) => describeMembers(operation).find((one) => one.name === name)!;

describe('members of an input', () => {
  it('are in the path, and in the body of a write or the query of a read', () => {
    expect(splitRoute(operation)).toEqual({
      method: 'PATCH',
      path: '/api/things/{id}/parts/{partId}',
      pathNames: ['id', 'partId'],
    });
    expect(
      describeMembers(operation)
        .map((one) => one.in)
        .slice(0, 3),
    ).toEqual(['path', 'path', 'body']);
    expect(
      describeMembers({ ...operation, route: 'GET /api/things/{id}/parts/{partId}' })[2]!.in,
    ).toBe('query');
  });

  it('are required unless they are optional or have a default', () => {
    expect(member('id').required).toBe(true);
    expect(member('kind').required).toBe(false);
  });
});

describe('text from a query or a command line', () => {
  it.each([
    ['n', '12', 12],
    ['n', 'twelve', 'twelve'],
    ['n', '1e3', '1e3'],
    ['on', 'false', false],
    ['on', 'yes', 'yes'],
    ['tags', 'a,b', ['a', 'b']],
    ['tags', '["a,b"]', ['a,b']],
    ['tags', '', []],
    ['numbers', '1, 2', [1, 2]],
    ['numbers', 'x', ['x']],
    ['hours', '{"1":null}', { 1: null }],
    ['hours', 'null', null],
    ['hours', '{', '{'],
    ['size', 'all', 'all'],
    ['size', '3', 3],
    ['note', '3', '3'],
    ['note', 'null', null],
    ['kind', 'b', 'b'],
  ])('%s: %s', (name, text, value) => {
    expect(coerceText(text, member(name))).toEqual(value);
  });

  it('given more than once becomes a list, for arrays only', () => {
    expect(coerceTexts(['a', 'b,c'], member('tags'))).toEqual(['a', 'b,c']);
    expect(coerceTexts(['1', '2'], member('n'))).toEqual(['1', '2']);
  });
});

describe('JSON Schema', () => {
  it('omits parts that only zod needs, and allows more members in answers', () => {
    const schema = toJsonSchema(z.strictObject({ id: z.uuid(), n: z.int() }), 'output');
    expect(schema).toEqual({
      type: 'object',
      properties: { id: { type: 'string', format: 'uuid' }, n: { type: 'integer' } },
      required: ['id', 'n'],
    });
    const record = toJsonSchema(z.record(z.enum(['a', 'b']), z.string()), 'output');
    expect(record).toEqual({
      type: 'object',
      properties: { a: { type: 'string' }, b: { type: 'string' } },
      required: ['a', 'b'],
    });
    expect(toJsonSchema(z.strictObject({}), 'input')).toHaveProperty('additionalProperties', false);
  });
});
