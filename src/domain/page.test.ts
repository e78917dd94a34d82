import { expect, it } from 'vitest';
import { maxPageDepth, offsetOf } from './page.ts';

it('a page begins after the rows of the pages before it', () => {
  expect(offsetOf({ page: 1, limit: 200 }, 1_000)).toBe(0);
  expect(offsetOf({ page: 3, limit: 200 }, 1_000)).toBe(400);
  expect(offsetOf({ page: maxPageDepth / 100 + 1, limit: 100 }, 5_000_000)).toBe(maxPageDepth);
});

it('a page behind the last row has no offset', () => {
  expect(offsetOf({ page: 6, limit: 200 }, 1_000)).toBeNull();
  expect(offsetOf({ page: 1_000_000, limit: 1_000 }, 1_000)).toBeNull();
});

it('a page beyond the deepest row is refused with the hint to use a cursor', () => {
  expect(() => offsetOf({ page: maxPageDepth / 100 + 2, limit: 100 }, 5_000_000)).toThrow(
    /50000 rows deep: go on by cursor/,
  );
  expect(() => offsetOf({ page: maxPageDepth / 100 + 2, limit: 100 }, maxPageDepth)).toThrow(
    /50000 rows deep/,
  );
});
