import { expect, it } from 'vitest';
import { getImport } from './get.ts';

it.each([
  ['failed', {}, true],
  ['completed', {}, true],
  ['completed', { invalid: 3 }, true],
  ['completed', { opted_out: 3 }, true],
  ['completed', { imported: 1 }, false],
  ['completed', { updated: 1 }, false],
  ['completed', { duplicates: 3 }, false],
  ['running', {}, false],
  ['cancelled', {}, false],
] as const)('an import that is %s with %j is a failure: %s', (status, counts, expected) => {
  const none = { imported: 0, updated: 0, duplicates: 0, invalid: 0, opted_out: 0 };
  const body = { import: { status, ...none, ...counts } };
  expect(getImport.isFailure!(body as Parameters<NonNullable<typeof getImport.isFailure>>[0])).toBe(
    expected,
  );
});
