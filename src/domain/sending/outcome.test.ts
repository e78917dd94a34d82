import { describe, expect, test } from 'vitest';
import { dayMs, hourMs, minuteMs, weekMs } from '../time.ts';
import { policyOf, secondLookAfterMs } from './outcome.ts';

const fault = { code: '422', detail: 'said so' };

describe('a touch that needs a connection', () => {
  test.each([
    ['not_connected', { act: 'await', invited: false, reason: '422: said so' }],
    ['already_invited', { act: 'await', invited: true, reason: '422: said so' }],
  ] as const)('waits after the fault %s', (kind, person) => {
    expect(policyOf({ ...fault, kind }, 3)).toEqual({ person, lane: { act: 'go_on' } });
  });

  test('fails for a person that no sender can reach, and the lane goes on', () => {
    expect(policyOf({ ...fault, kind: 'unreachable_person' }, 1)).toMatchObject({
      person: { act: 'fail' },
      lane: { act: 'go_on' },
    });
  });
});

test.each([
  ['15 minutes when it names no time', undefined, 15 * minuteMs],
  ['as long as it asks', 6 * hourMs, 6 * hourMs],
  ['at least a minute', 5, minuteMs],
  ['at most a week', 365 * dayMs, weekMs],
])('a lane pauses for a provider that asks to slow down: %s', (_name, retryAfterMs, forMs) => {
  const asked = retryAfterMs === undefined ? {} : { retryAfterMs };
  const { person, lane } = policyOf({ ...fault, ...asked, kind: 'rate_limited' }, 1);
  expect(lane).toEqual({ act: 'pause', forMs, because: 'provider_rate_limit' });
  expect(person).toMatchObject({ act: 'retry', afterMs: forMs });
});

describe('a provider that takes no more of one kind of touch', () => {
  const rest = { of: 'connection_request', ms: dayMs, reason: 'said so' };

  test('puts its people off, without an end, and the lane goes on', () => {
    expect(policyOf({ ...fault, kind: 'rate_limited', rest }, 99)).toMatchObject({
      person: { act: 'retry', afterMs: dayMs },
      lane: { act: 'go_on' },
    });
  });

  test('puts a person off longer each time who may be meant alone, and then gives up', () => {
    const unclear = { ...fault, kind: 'rate_limited', rest: { ...rest, giveUpAfter: 6 } } as const;
    const acts = [1, 2, 6, 7].map((attempt) => policyOf(unclear, attempt).person);
    expect(acts).toMatchObject([
      { act: 'retry', afterMs: dayMs },
      { act: 'retry', afterMs: 2 * dayMs },
      { act: 'retry', afterMs: 6 * dayMs },
      { act: 'fail', ofPerson: true },
    ]);
  });

  test('leaves the lane alone after a doubtful answer', () => {
    expect(policyOf({ ...fault, kind: 'ambiguous', rest }, 1)).toEqual({
      person: { act: 'ask' },
      lane: { act: 'go_on' },
    });
  });
});

test('a touch that the provider does not take so far is tried three times more', () => {
  const acts = [1, 2, 3, 4].map((attempt) => policyOf({ ...fault, kind: 'not_yet' }, attempt));
  expect(acts.map(({ person }) => person.act)).toEqual(['retry', 'retry', 'retry', 'fail']);
  expect(acts.every(({ lane }) => lane.act === 'go_on')).toBe(true);
});

test('a lane rests after a doubtful answer of a provider in trouble', () => {
  const lane = (retryAfterMs?: number) =>
    policyOf({ ...fault, kind: 'ambiguous', ...(retryAfterMs ? { retryAfterMs } : {}) }, 1).lane;
  expect(lane()).toEqual({ act: 'go_on' });
  expect(lane(hourMs)).toMatchObject({ act: 'pause', forMs: hourMs });
});

test('a second look decides well after a provider’s lists have caught up', () => {
  expect(secondLookAfterMs(minuteMs)).toBe(5 * minuteMs);
  expect(secondLookAfterMs(0)).toBe(0);
});

test.each([
  [1, 0],
  [2, minuteMs],
  [3, 5 * minuteMs],
  [50, hourMs],
])(
  'a message that never went out is tried again after attempt %i, in %i ms, without an end',
  (attempt, afterMs) => {
    expect(policyOf({ ...fault, kind: 'absent' }, attempt)).toMatchObject({
      person: { act: 'retry', afterMs },
      lane: { act: 'go_on' },
    });
  },
);
