import { expect, it } from 'vitest';
import { z } from 'zod';
import { refuse } from './refusal.ts';

const window = z.strictObject({ start: z.int(), end: z.int() });

it.each<[string, z.ZodType, unknown, string]>([
  ['a field that is missing', z.string(), undefined, 'Required.'],
  ['another kind', z.int(), 'nine', 'Must be a number, not a text.'],
  ['a fraction', z.int(), 1.5, 'Must be a whole number, not 1.5.'],
  ['what is no number', z.coerce.number(), 'abc', 'Must be a number.'],
  ['a text for an object', z.object({}), 'x', 'Must be an object, not a text.'],
  ['null', z.array(z.string()), null, 'Must be a list, not null.'],
  ['a word that is none of them', z.enum(['email', 'x']), 'mail', 'Must be one of email, x.'],
  ['too much', z.int().max(500), 501, 'Must be at most 500.'],
  ['too little', z.number().gt(0), 0, 'Must be more than 0.'],
  ['too long', z.string().max(3), 'abcd', 'May have at most 3 characters.'],
  ['too few', z.array(z.int()).min(1), [], 'Must have at least 1 item.'],
  ['what is no id', z.uuid(), '17', 'Must be an id (a UUID), as the lists show it.'],
  [
    'what is no instant',
    z.iso.datetime(),
    'today',
    'Must be an instant such as 2026-03-02T09:00:00Z.',
  ],
  ['a stray field', window, { start: 1, end: 2, ends: 3 }, 'There is no field "ends" here.'],
  [
    'the part of a shape that is wrong',
    z.union([window, z.array(window)]),
    { start: '9:00', end: 2 },
    'start: Must be a number, not a text.',
  ],
  [
    'none of the shapes',
    z.union([window, z.null()]),
    'x',
    'Must be an object, not a text. Or: Must be null, not a text.',
  ],
  ['its own words', z.string('Say who.'), 1, 'Say who.'],
])('%s', (_case, schema, value, said) => {
  expect(schema.safeParse(value, { error: refuse }).error?.issues[0]?.message).toBe(said);
});
