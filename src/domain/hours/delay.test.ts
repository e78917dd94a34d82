import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { delayEnds, latestDueAnchor, type Pause } from './delay.ts';

const pauses: Pause[] = [
  [100, 200],
  [500, 510],
];

/** Pauses from lengths of run and rest in turn. */
const anyPauses = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 50 })), {
    maxLength: 5,
  })
  .map((turns) => {
    let at = 0;
    return turns.map(([run, rest]): Pause => {
      const from = at + run;
      at = from + rest;
      return [from, at];
    });
  });
const anyInstant = fc.integer({ min: -50, max: 600 });
const anyWait = fc.integer({ min: 0, max: 300 });

/** The plain reading: ms by ms, counting those outside the pauses. */
function countedOut(anchor: number, wait: number, list: readonly Pause[]): number {
  let left = wait;
  let at = anchor;
  while (left > 0 || list.some(([from, to]) => from <= at && at < to)) {
    if (!list.some(([from, to]) => from <= at && at < to)) left -= 1;
    at += 1;
  }
  return at;
}

describe('a delay', () => {
  it.each([
    ['before all pauses', 20, 50, 70],
    ['that runs out as a pause begins ends with the pause', 50, 50, 200],
    ['over a pause', 50, 60, 210],
    ['from inside a pause', 150, 10, 210],
    ['over two pauses', 50, 360, 520],
    ['after all pauses', 600, 5, 605],
  ])('%s', (_name, anchor, wait, ends) => {
    expect(delayEnds(anchor, wait, pauses)).toBe(ends);
  });

  it('ends where counting ms by ms ends', () => {
    fc.assert(
      fc.property(anyPauses, anyInstant, anyWait, (list, anchor, wait) => {
        expect(delayEnds(anchor, wait, list)).toBe(countedOut(anchor, wait, list));
      }),
    );
  });

  it('has run out for exactly those anchored until the latest due anchor, whenever it is asked', () => {
    fc.assert(
      fc.property(
        anyPauses,
        anyInstant,
        anyWait,
        fc.integer({ min: 0, max: 400 }),
        (list, anchor, wait, later) => {
          const now = (list.at(-1)?.[1] ?? 0) + later;
          expect(anchor <= latestDueAnchor(now, wait, list)).toBe(
            delayEnds(anchor, wait, list) <= now,
          );
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
