import { describe, expect, it } from 'vitest';
import {
  answerKey,
  bouncesTooMuch,
  noRefusals,
  type Refusal,
  refusedAfter,
  refusesAll,
} from './guard.ts';

const none = { contacted: 0, bounced: 0 };
const unset = { rate: null, min: null };

describe('the bounce guard', () => {
  it.each([
    ['stops at 5 bounces of 100', { contacted: 100, bounced: 5 }, none, unset, true],
    ['lets 4 bounces of 100 pass', { contacted: 100, bounced: 4 }, none, unset, false],
    [
      'lets 50 bounces of 99 pass, where 100 are asked for',
      { contacted: 99, bounced: 50 },
      none,
      { rate: null, min: 100 },
      false,
    ],
    [
      'stops at 10 bounces of 20, because 10 of 100 are too many in any case',
      { contacted: 20, bounced: 10 },
      none,
      unset,
      true,
    ],
    ['lets 9 bounces of 20 pass', { contacted: 20, bounced: 9 }, none, unset, false],
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

const crowd = (count: number, one: Partial<Refusal> = {}): Refusal[] =>
  Array.from({ length: count }, (_, n) => ({
    end: 'failed',
    answer: null,
    messageId: `m${n}`,
    ...one,
  }));
const stops = (outcomes: readonly Refusal[]) =>
  refusesAll(outcomes.reduce(refusedAfter, noRefusals));
const ok: Refusal = { end: 'ok', answer: null, messageId: 'ok' };
const half = (answer: string, from: number) =>
  crowd(10, { end: 'bounced', answer }).slice(from, from + 5);

it.each([
  ['ten refused texts in a row', crowd(10), true],
  ['nine of them', crowd(9), false],
  ['ten with one that went out between', [...crowd(5), ok, ...crowd(5)], false],
  ['ten people who bounced with the same answer', crowd(10, { end: 'bounced', answer: 'a' }), true],
  ['ten people who bounced with two answers', [...half('a', 0), ...half('b', 5)], false],
  ['one person ten times', crowd(10, { end: 'waits', answer: 'a', messageId: 'm' }), false],
  ['ten people at which the sender was refused', crowd(10, { end: 'waits', answer: 'a' }), true],
  ['ten people who were put off', crowd(10, { end: 'waits' }), false],
  ['ten dead addresses', crowd(10, { end: 'bounced' }), false],
])('%s: the campaign stops is %s', (_name, outcomes, expected) => {
  expect(stops(outcomes)).toBe(expected);
});

it.each([
  ['550 <Bob@people.test>: no, id 4x7', '550 @: no, id #', false],
  ['550 5.1.1 User unknown', '550 5.1.1 user unknown', true],
  ['550 5.1.1 <bob@people.test>: User unknown', null, true],
  ['550 5.4.1 Recipient address rejected: Access denied. [a 2026]', null, true],
] as const)('the answer "%s" is shared as %s', (answer, key, isDead) => {
  expect(answerKey(answer, 'bob@people.test', isDead)).toBe(key);
});
