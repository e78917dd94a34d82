import { expect, test } from 'vitest';
import { dayMs, hourMs, weekMs } from '../time.ts';
import { type Rest, type Rests, restsAfter, restsAfterSend, restsUntil } from './rest.ts';

const base: Rest = { of: 'connection_request', ms: hourMs, reason: 'said so' };
const untilOf = (rests: Rests) => restsUntil(rests, 'connection_request');

/** The rests after answers, each about a person at an instant, and which the owner hears of. */
function after(rest: Rest, answers: readonly (readonly [string, number])[]) {
  let rests: Rests = {};
  const told = answers.map(([personId, now]) => {
    const next = restsAfter(rests, { rest, personId, now });
    rests = next.rests;
    return next.told;
  });
  return { rests, told };
}

test('a limit that is named ends one kind of touch, and the others go on', () => {
  const { rests } = after(base, [['ann', 0]]);
  expect([untilOf(rests), restsUntil(rests, 'message')]).toEqual([hourMs, null]);
});

test('a refusal that may lie with one person counts once for each person', () => {
  const unclear = { ...base, ms: dayMs, afterPeople: 3 };
  const sameOne = after(unclear, [
    ['ann', 0],
    ['ann', dayMs],
    ['ann', 2 * dayMs],
    ['bob', 3 * dayMs],
  ]);
  expect([untilOf(sameOne.rests), sameOne.told]).toEqual([null, [false, false, false, false]]);
  const three = after(unclear, [
    ['ann', 0],
    ['bob', 1],
    ['cid', 2],
  ]);
  expect([untilOf(three.rests), three.told]).toEqual([2 + dayMs, [false, false, true]]);
});

test('a touch that goes out ends the count, but no rest that has not ended', () => {
  const unclear = { ...base, afterPeople: 3 };
  const { rests } = after(unclear, [
    ['ann', 0],
    ['bob', 1],
  ]);
  const counted = restsAfterSend(rests, 'connection_request', 2);
  expect(counted).toEqual({});
  expect(restsAfterSend(rests, 'message', 2)).toBe(rests);
  const resting = after(base, [['ann', 0]]).rests;
  expect(restsAfterSend(resting, 'connection_request', 1)).toBe(resting);
  expect(restsAfterSend(resting, 'connection_request', hourMs)).toEqual({});
});

test('a rest that grows doubles up to a week, and the owner hears of it from the third on', () => {
  let now = 0;
  let rests: Rests = {};
  const lengths: number[] = [];
  const told: boolean[] = [];
  for (let time = 0; time < 9; time += 1) {
    const next = restsAfter(rests, { rest: { ...base, grows: true }, personId: 'ann', now });
    rests = next.rests;
    told.push(next.told);
    lengths.push((untilOf(rests)! - now) / hourMs);
    now = untilOf(rests)!;
  }
  expect(lengths).toEqual([1, 2, 4, 8, 16, 32, 64, 128, weekMs / hourMs]);
  expect(told).toEqual([false, false, true, true, true, true, true, true, true]);
});

test('answers to touches under way together do not tell the owner twice', () => {
  const long = { ...base, ms: 2 * dayMs };
  expect(
    after(long, [
      ['ann', 0],
      ['bob', 1],
    ]).told,
  ).toEqual([true, false]);
});
