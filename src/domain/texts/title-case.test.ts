import { expect, it } from 'vitest';
import { titleCase } from './title-case.ts';

it.each([
  ['MÜLLER', 'Müller'],
  ['hans', 'Hans'],
  ['HANS-PETER', 'Hans-Peter'],
  ["O'BRIEN", "O'Brien"],
  ["JAMIE'S", "Jamie's"],
  ['MÜLLER & SÖHNE 24', 'Müller & Söhne 24'],
  ['élodie', 'Élodie'],
  ['McDonald', 'McDonald'],
  ['van der Berg', 'van der Berg'],
  ['李', '李'],
])('%j is written %j', (value, written) => {
  expect(titleCase(value)).toBe(written);
});
