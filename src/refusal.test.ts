import { expect, it } from 'vitest';
import { z } from 'zod';
import { refuse } from './refusal.ts';

const window = z.strictObject({ start: z.int(), end: z.int() });

it.each<[string, z.ZodType, unknown, string]>([
  ['a missing field', z.string(), undefined, 'Required.'],
  ['a value of another kind', z.int(), 'nine', 'Must be a number, not a text.'],
  ['a fraction', z.int(), 1.5, 'Must be a whole number, not 1.5.'],
  ['a text that is no number', z.coerce.number(), 'abc', 'Must be a number.'],
  ['a text for an object', z.object({}), 'x', 'Must be an object, not a text.'],
  ['null for a list', z.array(z.string()), null, 'Must be a list, not null.'],
  ['a word outside an enum', z.enum(['email', 'x']), 'mail', 'Must be one of email, x.'],
  ['a number above the maximum', z.int().max(500), 501, 'Must be at most 500.'],
  ['a number that is too small', z.number().gt(0), 0, 'Must be more than 0.'],
  ['a text that is too long', z.string().max(3), 'abcd', 'May have at most 3 characters.'],
  ['a list with too few items', z.array(z.int()).min(1), [], 'Must have at least 1 item.'],
  ['a text that is no id', z.uuid(), '17', 'Must be an id (a UUID), as the lists show it.'],
  [
    'a text that is no instant',
    z.iso.datetime(),
    'today',
    'Must be an instant such as 2026-03-02T09:00:00Z.',
  ],
  ['an unknown field', window, { start: 1, end: 2, ends: 3 }, 'There is no field "ends" here.'],
  [
    'the wrong part of the one shape that fits',
    z.union([window, z.array(window)]),
    { start: '9:00', end: 2 },
    'start: Must be a number, not a text.',
  ],
  [
    'a value that fits no shape',
    z.union([window, z.null()]),
    'x',
    'Must be an object, not a text. Or: Must be null, not a text.',
  ],
  ['a schema with its own message', z.string('Give a name.'), 1, 'Give a name.'],
])('%s is refused in plain words', (_case, schema, value, message) => {
  expect(schema.safeParse(value, { error: refuse }).error?.issues[0]?.message).toBe(message);
});

it('of many unknown fields only some are named, each in few characters', () => {
  const strays = Object.fromEntries(
    Array.from({ length: 5_000 }, (_, at) => [`${at}${'x'.repeat(500)}`, 1]),
  );
  const { message } = window.safeParse({ start: 1, end: 2, ...strays }, { error: refuse }).error!
    .issues[0]!;
  expect(message).toMatch(/"9x{99}", and 4990 more here\.$/);
  expect(message.length).toBeLessThan(1_200);
});
