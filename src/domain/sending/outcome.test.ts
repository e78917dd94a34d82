import { describe, expect, test } from 'vitest';
import { dayMs, hourMs, minuteMs, weekMs } from '../time.ts';
import { countsAsTry, policyOf, secondLookAfterMs } from './outcome.ts';

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
  expect(acts.map(({ person }) => person)).toMatchObject([
    { act: 'retry', afterMs: 15 * minuteMs },
    { act: 'retry', afterMs: 2 * hourMs },
    { act: 'retry', afterMs: dayMs },
    { act: 'fail', ofPerson: true },
  ]);
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

const minutes = (...all: number[]) => all.map((one) => one * minuteMs);
/** The fate of the person at each attempt: the wait in ms, or the act. */
const courseOf = (given: Partial<Parameters<typeof policyOf>[0]>, attempts: readonly number[]) =>
  attempts.map((attempt) => {
    const { person } = policyOf({ ...fault, kind: 'temporary', ...given }, attempt);
    return person.act === 'retry' ? person.afterMs : person.act;
  });
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

test('a touch that a server puts off fails after seven waits that grow', () => {
  const course = courseOf({ code: '451' }, upTo(8));
  expect(course).toEqual([...minutes(1, 5, 15, 60, 180, 360, 720), 'fail']);
  expect(policyOf({ ...fault, kind: 'temporary' }, 1).lane).toEqual({ act: 'go_on' });
});

test.each([null, 'ECONNREFUSED'])('nobody fails for a server out of reach (%s)', (code) => {
  expect(courseOf({ code }, [1, 4, 5, 7, 8, 99])).toEqual(minutes(1, 60, 60, 60, 60, 60));
  expect(policyOf({ ...fault, kind: 'temporary', code }, 1).lane).toEqual({
    act: 'pause',
    forMs: minuteMs,
    because: 'provider_unreachable',
  });
});

test('tries that the server put off count, other attempts do not', () => {
  const retry = (code: string | null) => policyOf({ ...fault, kind: 'temporary', code }, 4, 1);
  expect(retry('451').person).toMatchObject({ afterMs: minuteMs });
  expect(retry(null).person).toMatchObject({ afterMs: hourMs });
  expect(countsAsTry({ ...fault, kind: 'temporary', code: '421' })).toBe(true);
  expect(countsAsTry({ ...fault, kind: 'temporary', code: null })).toBe(false);
  expect(countsAsTry({ ...fault, kind: 'sender_refused', code: '421' })).toBe(false);
});

test('a refused sender rests a quarter of an hour, its people up to half a day', () => {
  const kind = 'sender_refused';
  expect(courseOf({ kind }, [1, 2, 3, 6, 7, 50])).toEqual(minutes(15, 30, 60, 480, 720, 720));
  const rest = { act: 'pause', forMs: 15 * minuteMs, because: 'provider_rate_limit' };
  expect(policyOf({ ...fault, kind }, 9).lane).toEqual(rest);
  expect(courseOf({ kind: 'rate_limited', retryAfterMs: dayMs }, [1, 5])).toEqual([dayMs, dayMs]);
});

const reason = '422: said so';
const goOn = { act: 'go_on' };
const suspend = { act: 'suspend', reason };
const unreachable = { act: 'pause', forMs: 15 * minuteMs, because: 'provider_unreachable' };
test.each([
  ['credentials', { act: 'retry', afterMs: 0, reason }, suspend],
  ['sender_barred', { act: 'retry', afterMs: 0, reason }, suspend],
  ['unready', { act: 'retry', afterMs: 15 * minuteMs, reason }, unreachable],
  ['bad_recipient', { act: 'bounce', isDead: true, reason }, goOn],
  ['undeliverable', { act: 'bounce', isDead: false, reason }, goOn],
  ['refused', { act: 'fail', reason }, goOn],
  ['unreachable_person', { act: 'fail', ofPerson: true, reason }, goOn],
] as const)('the fault %s has the same outcome at each attempt', (kind, person, lane) => {
  for (const attempt of [1, 2, 99])
    expect(policyOf({ ...fault, kind }, attempt)).toEqual({ person, lane });
});

test('the reason is the answer of the server, with its code where there is one', () => {
  const { person } = policyOf({ kind: 'refused', code: null, detail: 'no' }, 1);
  expect(person).toEqual({ act: 'fail', reason: 'no' });
});
