import { describe, expect, test } from 'vitest';
import { policyOf } from './outcome.ts';

const minute = 60_000;
const fault = { code: '422', detail: 'said so' };

describe('what follows from a touch that only a connection can get', () => {
  test.each([
    ['not_connected', { act: 'await', invited: false, reason: '422: said so' }],
    ['already_invited', { act: 'await', invited: true, reason: '422: said so' }],
  ] as const)('%s', (kind, person) => {
    expect(policyOf({ ...fault, kind }, 3)).toEqual({ person, lane: { act: 'go_on' } });
  });

  test('somebody whom nobody reaches has failed, and is not held against the address', () => {
    expect(policyOf({ ...fault, kind: 'unreachable_person' }, 1)).toMatchObject({
      person: { act: 'fail' },
      lane: { act: 'go_on' },
    });
  });
});

test.each([
  ['a quarter of an hour unless told', undefined, 15 * minute],
  ['as long as it is told', 6 * 60 * minute, 6 * 60 * minute],
  ['not less than a minute', 5, minute],
  ['not longer than a week', 365 * 24 * 60 * minute, 7 * 24 * 60 * minute],
])('a provider that asks to slow down is left alone %s', (_name, retryAfterMs, forMs) => {
  const asked = retryAfterMs === undefined ? {} : { retryAfterMs };
  const { person, lane } = policyOf({ ...fault, ...asked, kind: 'rate_limited' }, 1);
  expect(lane).toEqual({ act: 'pause', forMs, because: 'provider_rate_limit' });
  expect(person).toMatchObject({ act: 'retry', afterMs: forMs });
});

test.each([
  [1, 0],
  [2, minute],
  [3, 5 * minute],
  [50, 60 * minute],
])(
  'what never went out is tried again: after try %i in %i ms, whatever becomes of it',
  (attempt, afterMs) => {
    expect(policyOf({ ...fault, kind: 'absent' }, attempt)).toMatchObject({
      person: { act: 'retry', afterMs },
      lane: { act: 'go_on' },
    });
  },
);
