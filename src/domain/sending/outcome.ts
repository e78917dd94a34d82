import { dayMs, hourMs, minuteMs, weekMs } from '../time.ts';
import type { Quiet } from './lane-facts.ts';
import type { Rest } from './rest.ts';

/**
 * Why a send did not succeed. Each kind has one policy:
 * - `temporary`: try again later (4xx, connection lost before the end of DATA)
 * - `rate_limited`: the provider asks this sender to slow down
 * - `credentials`: the provider refuses the sender's login
 * - `unready`: the server turned the sender away before it heard of any message
 * - `sender_refused`: the provider does not want this sender, its server or its network for now
 * - `sender_barred`: the login may not send as this sender
 * - `bad_recipient`: a positive sign says that this address does not exist
 * - `undeliverable`: the address takes nothing now, such as a full mailbox; it may be alive
 * - `refused`: the provider refuses this message
 * - `ambiguous`: it may have gone out (silence, or an error behind which there may be an effect)
 * - `absent`: it was interrupted, and the provider shows that it never went out
 * - `unreachable_person`: no sender can reach the person here (no such profile, takes no messages)
 * - `not_connected`: the touch needs a connection, and the person is none
 * - `not_yet`: the person can be reached, and the provider does not take it so far
 * - `already_invited`: another invitation to the person is pending
 */
export const faultKinds = [
  'temporary',
  'rate_limited',
  'credentials',
  'unready',
  'sender_refused',
  'sender_barred',
  'bad_recipient',
  'undeliverable',
  'refused',
  'ambiguous',
  'absent',
  'unreachable_person',
  'not_connected',
  'not_yet',
  'already_invited',
] as const;
export type FaultKind = (typeof faultKinds)[number];
export type Fault = {
  kind: FaultKind;
  /** Provider's answer ("550 5.1.1"), or the error's name when none came ("ECONNREFUSED"). */
  code: string | null;
  detail: string;
  /**
   * With `rate_limited`: the wait that the provider asks for, in ms; 15 minutes when it names none.
   * With `ambiguous`: the wait that the sender needs too, because its provider is in trouble.
   */
  retryAfterMs?: number;
  /** With these two kinds, instead: one kind of touch rests, and the others go on. */
  rest?: Rest;
};

/** The consequences of a send that did not succeed, for the prospect and for the sender's lane. */
export type Policy = {
  person:
    | { act: 'retry'; afterMs: number; reason: string }
    /** `isDead`: the address is suppressed. */
    | { act: 'bounce'; reason: string; isDead: boolean }
    /** `ofPerson`: the cause lies with the person, so a campaign's guard does not count it. */
    | { act: 'fail'; reason: string; ofPerson?: true }
    /** Nothing goes out before the person is a connection. `invited`: an invitation is pending. */
    | { act: 'await'; invited: boolean; reason: string }
    /** It may have gone out: recovery asks the channel (engine/sending/recover.ts). */
    | { act: 'ask' };
  lane:
    | { act: 'go_on' }
    | { act: 'pause'; forMs: number; because: Quiet['because'] }
    /** `reason` is the provider's answer. */
    | { act: 'suspend'; reason: string };
};

const retryAfterMs = [1, 5, 15, 60, 180, 360, 720].map((minutes) => minutes * minuteMs);
const pauseUnreachableMs = minuteMs;
const maxUnreachableMs = hourMs;
const pauseRateLimitedMs = 15 * minuteMs;
const maxRateLimitedMs = weekMs;
/** The waits of a touch that the provider does not take so far. */
const notYetMs = [15 * minuteMs, 2 * hourMs, dayMs];
const maxSparedMs = 12 * hourMs;
/** Two looks that agree lie so many times the provider's lag apart. */
const lagsBetweenLooks = 5;

/**
 * When a second look decides, in ms after one that showed no such touch: a provider's lists may lag
 * behind by `lagMs`. 0: the first look decides.
 */
export const secondLookAfterMs = (lagMs: number): number => lagsBetweenLooks * lagMs;

/**
 * The policy for a fault.
 * @param attempt which attempt it was, 1 is the first
 * @param tries how many of the attempts count against the person: those that the server put off
 */
export function policyOf(fault: Fault, attempt: number, tries = attempt): Policy {
  const reason = fault.code ? `${fault.code}: ${fault.detail}` : fault.detail;
  return policies[fault.kind](fault, countsAsTry(fault) ? tries : attempt, reason);
}

/** Whether a fault is one of the tries after which a touch fails: the sender's faults are not. */
export const countsAsTry = ({ kind, code }: Fault): boolean =>
  kind === 'temporary' && /^\d/.test(code ?? '');

/**
 * The sender is at fault: its lane rests and nobody is used up. A person's rest grows from attempt
 * to attempt, so that one whose own server says such things does not keep the others waiting.
 */
function restLane(restMs: number, attempt: number, reason: string): Policy {
  const lane = restFor(restMs);
  const afterMs = Math.max(lane.forMs, Math.min(lane.forMs * 2 ** (attempt - 1), maxSparedMs));
  return { person: { act: 'retry', afterMs, reason }, lane };
}

const restFor = (ms: number) => ({
  act: 'pause' as const,
  forMs: Math.min(Math.max(ms, minuteMs), maxRateLimitedMs),
  because: 'provider_rate_limit' as const,
});

/** The policy for the person while that kind of touch rests. */
function putOff({ ms, giveUpAfter }: Rest, attempt: number, reason: string): Policy['person'] {
  if (giveUpAfter === undefined) return { act: 'retry', afterMs: ms, reason };
  return attempt > giveUpAfter
    ? { act: 'fail', reason, ofPerson: true }
    : { act: 'retry', afterMs: Math.min(ms * attempt, maxRateLimitedMs), reason };
}

const policies: Record<Fault['kind'], (fault: Fault, attempt: number, reason: string) => Policy> = {
  temporary: (fault, attempt, reason) => {
    // No answer: the provider is out of reach for every prospect, so the lane pauses and this
    // prospect never fails for it.
    if (!/^\d/.test(fault.code ?? '')) {
      const afterMs = Math.min(retryAfterMs[attempt - 1] ?? Infinity, maxUnreachableMs);
      return {
        person: { act: 'retry', afterMs, reason },
        lane: { act: 'pause', forMs: pauseUnreachableMs, because: 'provider_unreachable' },
      };
    }
    const afterMs = retryAfterMs[attempt - 1];
    return {
      person: afterMs === undefined ? { act: 'fail', reason } : { act: 'retry', afterMs, reason },
      lane: { act: 'go_on' },
    };
  },
  rate_limited: ({ retryAfterMs = pauseRateLimitedMs, rest }, attempt, reason) => {
    if (rest) return { person: putOff(rest, attempt, reason), lane: { act: 'go_on' } };
    return restLane(retryAfterMs, attempt, reason);
  },
  credentials: (_fault, _attempt, reason) => ({
    person: { act: 'retry', afterMs: 0, reason },
    lane: { act: 'suspend', reason },
  }),
  unready: (_fault, _attempt, reason) => ({
    person: { act: 'retry', afterMs: pauseRateLimitedMs, reason },
    lane: { act: 'pause', forMs: pauseRateLimitedMs, because: 'provider_unreachable' },
  }),
  sender_refused: (_fault, attempt, reason) => restLane(pauseRateLimitedMs, attempt, reason),
  sender_barred: (_fault, _attempt, reason) => ({
    person: { act: 'retry', afterMs: 0, reason },
    lane: { act: 'suspend', reason },
  }),
  bad_recipient: (_fault, _attempt, reason) => ({
    person: { act: 'bounce', reason, isDead: true },
    lane: { act: 'go_on' },
  }),
  undeliverable: (_fault, _attempt, reason) => ({
    person: { act: 'bounce', reason, isDead: false },
    lane: { act: 'go_on' },
  }),
  refused: (_fault, _attempt, reason) => ({
    person: { act: 'fail', reason },
    lane: { act: 'go_on' },
  }),
  ambiguous: ({ retryAfterMs }) => ({
    person: { act: 'ask' },
    lane: retryAfterMs === undefined ? { act: 'go_on' } : restFor(retryAfterMs),
  }),
  // The first retry is immediate; later ones wait, so that other prospects get their turn.
  absent: (_fault, attempt, reason) => {
    const afterMs =
      attempt === 1 ? 0 : Math.min(retryAfterMs[attempt - 2] ?? Infinity, maxUnreachableMs);
    return { person: { act: 'retry', afterMs, reason }, lane: { act: 'go_on' } };
  },
  unreachable_person: (_fault, _attempt, reason) => ({
    person: { act: 'fail', reason, ofPerson: true },
    lane: { act: 'go_on' },
  }),
  not_yet: (_fault, attempt, reason) => {
    const afterMs = notYetMs[attempt - 1];
    return {
      person:
        afterMs === undefined
          ? { act: 'fail', reason, ofPerson: true }
          : { act: 'retry', afterMs, reason },
      lane: { act: 'go_on' },
    };
  },
  not_connected: (_fault, _attempt, reason) => ({
    person: { act: 'await', invited: false, reason },
    lane: { act: 'go_on' },
  }),
  already_invited: (_fault, _attempt, reason) => ({
    person: { act: 'await', invited: true, reason },
    lane: { act: 'go_on' },
  }),
};
