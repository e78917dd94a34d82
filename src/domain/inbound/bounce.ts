import { oneOf } from '../phrases.ts';

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

const unwanted = oneOf([
  /spam|black-?list|block-?list|deny-?list|\bblocked\b|reputation|spamhaus|barracuda|sorbs/,
  /dmarc|\bspf\b|dkim|policy|unsolicited|banned|content (was )?(rejected|refused)/,
  /not authenti|authentication (failed|required)|access denied/,
]);
const recipient = /(user|recipient|mailbox|address|account|person)\b/.source;
const gone = oneOf([
  /unknown|not found|does ?n[o']t exist|not exist|no longer/,
  /invalid|disabled|inactive|unavailable|deactivated/,
]).source;
const unknownRecipient = oneOf([
  new RegExp(`${recipient}.{0,60}\\b(${gone})`),
  /no such (user|person|recipient|mailbox|address|account)/,
  /unknown (user|recipient|mailbox|address|local)/,
  /(user|recipient|mailbox|address|account) (doesn['’]t|does not) exist/,
  /invalid recipient|no mailbox here|unrouteable|host (not found|unknown)/,
  /domain (not found|does not exist)|permanent (fatal )?error/,
]);
const fullMailbox = oneOf([
  /mailbox.{0,30}full|over ?quota|quota (exceeded|full)|exceeded.{0,20}quota/,
  /insufficient.{0,20}storage/,
]);

/** Grades a failed delivery by its RFC 3463 status and the server's answer. */
export function gradeBounce(status: string | null, answer: string): BounceType {
  // "5.0.0" is no reason; the answer often has a code that is one.
  const stated = /\b([45]\.\d{1,3}\.\d{1,3})\b/.exec(answer)?.[1] ?? null;
  const code = status === null || /^[45]\.0\.0$/.test(status) ? (stated ?? status) : status;
  const smtp = /\b([45])\d\d\b[ -]/.exec(answer)?.[1];
  const isUnknown = unknownRecipient.test(answer);
  const isUnwanted = unwanted.test(answer);
  const isFull = fullMailbox.test(answer);
  if (code && /^5\.1\.[0-69]\d?$|^5\.1\.10$|^5\.2\.1$|^5\.4\.4$/.test(code))
    return isUnwanted && !isUnknown ? 'block' : 'hard';
  if (code && /^[45]\.7\.\d+$|^5\.1\.[78]$/.test(code)) return 'block';
  if (isUnknown && (code ?? smtp ?? '5').startsWith('5') && !isFull) return 'hard';
  if (isUnwanted) return 'block';
  if (isFull) return 'soft';
  if (code) return /^5\.(0\.0|4\.1|1\.\d+)$/.test(code) ? 'hard' : 'soft';
  return smtp === '5' ? 'hard' : 'soft';
}
