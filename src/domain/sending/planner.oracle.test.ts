import { expect, test } from 'vitest';
import { capViolationsOf } from '../../../test/oracle/caps.ts';
import { limitViolationsOf } from '../../../test/oracle/limits.ts';

const first = Number(process.env.TEST_SEED ?? 1);
const seeds = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);

// `npm run oracle` tries many more.
test.each([0, 10, 20, 30])(
  'every limit is kept and none is left unused, as touches counted by the wall say, from world %i',
  (from) => {
    expect(seeds(first + from, 10).flatMap(limitViolationsOf)).toEqual([]);
  },
);

test('every cap on a domain or company is kept, and its line has no gaps', () => {
  expect(seeds(first, 40).flatMap(capViolationsOf)).toEqual([]);
});
