import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { delayEnds, latestDueAnchor, type Pause } from './delay.ts';

const pauses: Pause[] = [
  [100, 200],
  [500, 510],
];

/** Pauses, generated as lengths of running and resting in turn. */
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

/** The end of a delay, counted in the plainest way: ms by ms outside the pauses. */
function endByCounting(anchor: number, wait: number, list: readonly Pause[]): number {
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
    ['before all pauses ends without them', 20, 50, 70],
    ['that is over as a pause begins ends with the pause', 50, 50, 200],
    ['over a pause is longer by the pause', 50, 60, 210],
    ['from inside a pause counts from its end', 150, 10, 210],
    ['over two pauses is longer by both', 50, 360, 520],
    ['after all pauses ends without them', 600, 5, 605],
  ])('%s', (_name, anchor, wait, ends) => {
    expect(delayEnds(anchor, wait, pauses)).toBe(ends);
  });

  it('ends where counting ms by ms ends', () => {
    fc.assert(
      fc.property(anyPauses, anyInstant, anyWait, (list, anchor, wait) => {
        expect(delayEnds(anchor, wait, list)).toBe(endByCounting(anchor, wait, list));
      }),
    );
  });

  // A small world, so that instants meet the ends of pauses and waits in every way.
  it('is over exactly for anchors up to the latest due anchor, at every edge', () => {
    const list: Pause[] = [
      [3, 5],
      [8, 9],
      [10, 12],
    ];
    const upTo = (from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, i) => from + i);
    for (const wait of upTo(0, 14))
      for (const now of upTo(12, 24))
        for (const anchor of upTo(-4, now))
          expect(
            anchor <= latestDueAnchor(now, wait, list),
            `a wait of ${wait} since ${anchor}, at ${now}`,
          ).toBe(endByCounting(anchor, wait, list) <= now);
  });

  it('is over exactly for anchors up to the latest due anchor', () => {
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
