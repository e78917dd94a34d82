import { meaningsOf } from './answer-words.ts';

/**
 * - `hard`: the address cannot receive mail
 * - `soft`: the delivery failed for now, such as for a full mailbox
 * - `block`: the address is fine, but the server refuses the sender or the text
 */
export type BounceType = 'hard' | 'soft' | 'block';

export type Bounce = {
  type: BounceType;
  recipient: string | null;
  status: string | null;
  diagnostic: string | null;
  originalKey: string | null;
};

/** RFC 3463: the codes that say by themselves that the address, or its domain, is dead. */
export const deadCode = /^5\.(1\.(1|2|3|6|10)|4\.310)$/;

/**
 * Grades a failed delivery by its RFC 3463 status and the server's answer. `hard` needs a positive
 * sign that the address is dead, because a hard bounce suppresses it for good; "5.0.0" and its kin
 * say only that the failure is permanent.
 */
export function gradeBounce(status: string | null, answer: string): BounceType {
  const stated = /\b([45]\.\d{1,3}\.\d{1,3})\b/.exec(answer)?.[1] ?? null;
  const code =
    (status === null || /^[45]\.\d\.0$/.test(status) ? (stated ?? status) : status) ?? '';
  const smtp = /\b([45])\d\d\b[ -]/.exec(answer)?.[1];
  const isTemporary = (smtp ?? (code || '5')).startsWith('4');
  const means = meaningsOf(answer);
  const isOfSender = means.has('sender') || means.has('barred') || means.has('limit');
  if (/^[45]\.1\.[78]$/.test(code)) return 'block';
  const isDead = means.has('dead');
  const isUnwanted = means.has('content') || means.has('size');
  if (deadCode.test(code)) {
    if (isDead && !isOfSender) return 'hard';
    return isOfSender || isUnwanted ? 'block' : 'hard';
  }
  if (means.has('full') || /^[45]\.2\.2$/.test(code)) return 'soft';
  if (isOfSender) return 'block';
  if (/^[45]\.7\.\d+$/.test(code)) return isDead && !isUnwanted ? 'hard' : 'block';
  if (isDead && !isTemporary) return 'hard';
  return isUnwanted ? 'block' : 'soft';
}
