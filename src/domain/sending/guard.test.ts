import { describe, expect, it } from 'vitest';
import { bouncesTooMuch, refusedAfter } from './guard.ts';

const none = { contacted: 0, bounced: 0 };
const unset = { rate: null, min: null };

describe('the bounce guard', () => {
  it.each([
    ['5 of 100', { contacted: 100, bounced: 5 }, none, unset, true],
    ['4 of 100', { contacted: 100, bounced: 4 }, none, unset, false],
    ['50 of 99: too few to tell', { contacted: 99, bounced: 50 }, none, unset, false],
    [
      '2 of 10, of at least 10 at 20 %',
      { contacted: 10, bounced: 2 },
      none,
      { rate: 0.2, min: 10 },
      true,
    ],
    [
      '5 of 100 that it has stopped for already',
      { contacted: 150, bounced: 7 },
      { contacted: 100, bounced: 5 },
      unset,
      false,
    ],
    [
      '5 more of 100 more',
      { contacted: 200, bounced: 10 },
      { contacted: 100, bounced: 5 },
      unset,
      true,
    ],
  ])('%s', (_name, now, from, settings, stops) => {
    expect(bouncesTooMuch(now, from, settings)).toBe(stops);
  });
});

describe('refusals in a row', () => {
  it('begin anew with every touch that goes out', () => {
    expect(refusedAfter(3, [true, true])).toBe(5);
    expect(refusedAfter(3, [true, false, true, null, true])).toBe(2);
    expect(refusedAfter(3, [null])).toBe(3);
  });
});
