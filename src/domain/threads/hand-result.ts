import { countsAsTry, type Fault, policyOf } from '../sending/outcome.ts';

/** After so many attempts the author is told, who can try again. */
const maxAttempts = 8;
const minRetryMs = 60_000;

type Sent = { ok: true; response: string; providerKey?: string | null; threadKey?: string | null };
export type Handed = Sent | { ok: 'unknown' } | { ok: false; fault: Fault };

/** The end of an attempt, as the ledger of messages written by hand keeps it. */
export type HandEnd = {
  state: 'sent' | 'failed' | 'unknown' | 'scheduled';
  dueAt: Date | null;
  counts: boolean;
  errorCode: string | null;
  detail: string | null;
  providerKey?: string | null;
  threadKey?: string | null;
};

/**
 * The end of an attempt to send a message written by hand; null when the channel is to be asked
 * whether it went out. What lies with the sender or its login fails at once, because a person
 * waits for the answer and can mend it; what may pass is tried again.
 */
export function resultOf(
  result: Handed,
  { attempt, tries }: { attempt: number; tries: number },
  now: Date,
): HandEnd | null {
  const base = { dueAt: null, counts: false, errorCode: null };
  if (result.ok === true) {
    const { response: detail, providerKey = null, threadKey = null } = result;
    return { ...base, state: 'sent', detail, providerKey, threadKey };
  }
  if (result.ok === 'unknown') {
    const detail = 'The channel cannot tell whether it went out. It is not sent again by guess.';
    return { ...base, state: 'unknown', errorCode: 'unknown', detail };
  }
  const { fault } = result;
  const { person, lane } = policyOf(fault, attempt, tries + 1);
  if (person.act === 'ask') return null;
  const detail = `${fault.code ?? ''} ${fault.detail}`.trim();
  const failed = { ...base, errorCode: fault.kind, detail, counts: countsAsTry(fault) };
  const isPassing = person.act === 'retry' && lane.act !== 'suspend' && attempt < maxAttempts;
  if (!isPassing) return { ...failed, state: 'failed' };
  const waitMs = fault.kind === 'absent' ? person.afterMs : Math.max(person.afterMs, minRetryMs);
  return { ...failed, state: 'scheduled', dueAt: new Date(now.getTime() + waitMs) };
}
