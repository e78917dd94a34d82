import { describe, expect, it } from 'vitest';
import { bouncesTooMuch, refusedAfter } from './guard.ts';

const none = { contacted: 0, bounced: 0 };
const unset = { rate: null, min: null };

describe('the bounce guard', () => {
  it.each([
    ['stops at 5 bounces of 100', { contacted: 100, bounced: 5 }, none, unset, true],
    ['lets 4 bounces of 100 pass', { contacted: 100, bounced: 4 }, none, unset, false],
    [
      'lets 50 bounces of 99 pass, because 99 are too few',
      { contacted: 99, bounced: 50 },
      none,
      unset,
      false,
    ],
    [
      'stops at 2 bounces of 10 when it is set to 20 % of at least 10',
      { contacted: 10, bounced: 2 },
      none,
      { rate: 0.2, min: 10 },
      true,
    ],
    [
      'does not count bounces that it has stopped for already',
      { contacted: 150, bounced: 7 },
      { contacted: 100, bounced: 5 },
      unset,
      false,
    ],
    [
      'stops again at 5 more bounces of 100 more',
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
  it('count from zero after every touch that goes out', () => {
    expect(refusedAfter(3, [true, true])).toBe(5);
    expect(refusedAfter(3, [true, false, true, null, true])).toBe(2);
    expect(refusedAfter(3, [null])).toBe(3);
  });
});
