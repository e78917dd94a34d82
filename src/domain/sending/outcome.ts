import { hourMs, minuteMs, weekMs } from '../time.ts';

/**
 * Why a send did not succeed, in one word that a policy belongs to:
 * - `temporary`: try again later (4xx, connection lost before the end of DATA)
 * - `rate_limited`: the provider asks this sender to slow down
 * - `credentials`: the provider refuses the sender's login
 * - `bad_recipient`: this address does not exist or does not take mail
 * - `refused`: the provider refuses this message
 * - `ambiguous`: it may have gone out (anything after the end of DATA)
 * - `absent`: it was interrupted, and the provider shows that it never went out
 * - `unreachable_person`: this person cannot be reached here, whoever tries (no such profile, takes no messages)
 * - `not_connected`: only connections can be written to, and the person is none
 * - `already_invited`: an invitation to the person is pending that was not this one
 */
export const faultKinds = [
  'temporary',
  'rate_limited',
  'credentials',
  'bad_recipient',
  'refused',
  'ambiguous',
  'absent',
  'unreachable_person',
  'not_connected',
  'already_invited',
] as const;
export type FaultKind = (typeof faultKinds)[number];
export type Fault = {
  kind: FaultKind;
  /** Provider's answer ("550 5.1.1"), or the name of what broke before one came ("ECONNREFUSED"). */
  code: string | null;
  detail: string;
  /** With `rate_limited`: how long the provider asks this sender to wait, in ms; a quarter of an hour when it does not say. */
  retryAfterMs?: number;
};

/** What follows from a send that did not succeed: for the person, and for the sender's lane. One policy each. */
export type Policy = {
  person:
    | { act: 'retry'; afterMs: number; reason: string }
    | { act: 'bounce'; reason: string }
    /** `ofPerson`: it lies with the person, and says nothing about the campaign. */
    | { act: 'fail'; reason: string; ofPerson?: true }
    /** Nothing went out, and nothing will until the person is a connection. `invited`: an invitation is pending. */
    | { act: 'await'; invited: boolean; reason: string }
    /** It may have gone out: the channel is asked (engine/recover.ts). */
    | { act: 'ask' };
  lane:
    | { act: 'go_on' }
    | { act: 'pause'; forMs: number; because: string }
    | { act: 'suspend'; because: string };
};

const retryAfterMs = [1, 5, 15, 60, 180, 360, 720].map((minutes) => minutes * minuteMs);
const pauseUnreachableMs = minuteMs;
const maxUnreachableMs = hourMs;
const pauseRateLimitedMs = 15 * minuteMs;
const maxRateLimitedMs = weekMs;

/** The policy for a fault on the given attempt (1 is the first). */
export function policyOf(fault: Fault, attempt: number): Policy {
  const reason = fault.code ? `${fault.code}: ${fault.detail}` : fault.detail;
  return policies[fault.kind](fault, attempt, reason);
}

const policies: Record<Fault['kind'], (fault: Fault, attempt: number, reason: string) => Policy> = {
  temporary: (fault, attempt, reason) => {
    // Without an answer the provider itself was out of reach: the next person would fare no better, and this one is never failed for it.
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
  rate_limited: ({ retryAfterMs = pauseRateLimitedMs }, _attempt, reason) => {
    const forMs = Math.min(Math.max(retryAfterMs, minuteMs), maxRateLimitedMs);
    return {
      person: { act: 'retry', afterMs: forMs, reason },
      lane: { act: 'pause', forMs, because: 'provider_rate_limit' },
    };
  },
  credentials: (_fault, _attempt, reason) => ({
    person: { act: 'retry', afterMs: 0, reason },
    lane: { act: 'suspend', because: reason },
  }),
  bad_recipient: (_fault, _attempt, reason) => ({
    person: { act: 'bounce', reason },
    lane: { act: 'go_on' },
  }),
  refused: (_fault, _attempt, reason) => ({
    person: { act: 'fail', reason },
    lane: { act: 'go_on' },
  }),
  ambiguous: () => ({ person: { act: 'ask' }, lane: { act: 'go_on' } }),
  // At once the first time; where it happens again and again, others get their turn.
  absent: (_fault, attempt, reason) => {
    const afterMs =
      attempt === 1 ? 0 : Math.min(retryAfterMs[attempt - 2] ?? Infinity, maxUnreachableMs);
    return { person: { act: 'retry', afterMs, reason }, lane: { act: 'go_on' } };
  },
  unreachable_person: (_fault, _attempt, reason) => ({
    person: { act: 'fail', reason, ofPerson: true },
    lane: { act: 'go_on' },
  }),
  not_connected: (_fault, _attempt, reason) => ({
    person: { act: 'await', invited: false, reason },
    lane: { act: 'go_on' },
  }),
  already_invited: (_fault, _attempt, reason) => ({
    person: { act: 'await', invited: true, reason },
    lane: { act: 'go_on' },
  }),
};
