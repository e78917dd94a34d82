import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRateCounter } from './rate.ts';

it('no stretch of a window holds more than its limit, and `reset` lets the caller in', () => {
  const windows = [
    { limit: 5, ms: 60_000 },
    { limit: 12, ms: 600_000 },
  ];
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 30_000 }), { minLength: 1, maxLength: 200 }),
      (gaps) => {
        const count = createRateCounter(windows);
        const taken: number[] = [];
        let now = 1_700_000_000_000;
        for (const gap of gaps) {
          now += gap;
          const { allowed, reset, remaining } = count('a', now);
          expect(remaining).toBeGreaterThanOrEqual(0);
          expect(reset).toBeGreaterThan(now);
          if (allowed) taken.push(now);
          else expect(isAllowedAt(windows, taken, reset)).toBe(true);
        }
        for (const { limit, ms } of windows)
          for (const at of taken)
            expect(taken.filter((one) => one > at - ms && one <= at).length).toBeLessThanOrEqual(
              limit,
            );
      },
    ),
  );
});

/** Whether a caller with requests at these instants is allowed one more. */
function isAllowedAt(
  windows: { limit: number; ms: number }[],
  taken: number[],
  at: number,
): boolean {
  const count = createRateCounter(windows);
  for (const one of taken) count('a', one);
  return count('a', at).allowed;
}

it('each caller is counted apart', () => {
  const count = createRateCounter([{ limit: 1, ms: 1_000 }]);
  expect([count('a', 0).allowed, count('a', 0).allowed, count('b', 0).allowed]).toEqual([
    true,
    false,
    true,
  ]);
});

it('the caller that was away longest is forgotten when there are too many', () => {
  const count = createRateCounter([{ limit: 1, ms: 60_000 }]);
  for (const caller of ['idle', 'busy']) count(caller, 0);
  for (let n = 0; n < 10_050; n++) {
    count(`other ${n}`, 0);
    expect(count('busy', 0).allowed).toBe(false);
  }
  expect(count('idle', 0).allowed).toBe(true);
});
