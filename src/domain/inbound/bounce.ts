/** `hard`: the address is no good. `soft`: not this time. `block`: the address is fine, the sender or the text is not wanted. */
export type BounceType = 'hard' | 'soft' | 'block';

export type Bounce = {
  type: BounceType;
  recipient: string | null;
  status: string | null;
  diagnostic: string | null;
  originalKey: string | null;
};

const unwanted =
  /spam|black-?list|block-?list|deny-?list|\bblocked\b|reputation|spamhaus|barracuda|sorbs|dmarc|\bspf\b|dkim|policy|unsolicited|banned|content (was )?(rejected|refused)|not authenti|authentication (failed|required)|access denied/i;
const unknownPerson =
  /(user|recipient|mailbox|address|account|person)\b.{0,60}\b(unknown|not found|does ?n[o']t exist|not exist|no longer|invalid|disabled|inactive|unavailable|deactivated)|no such (user|person|recipient|mailbox|address|account)|unknown (user|recipient|mailbox|address|local)|(user|recipient|mailbox|address|account) (doesn['’]t|does not) exist|invalid recipient|no mailbox here|unrouteable|host (not found|unknown)|domain (not found|does not exist)|permanent (fatal )?error/i;
const fullMailbox =
  /mailbox.{0,30}full|over ?quota|quota (exceeded|full)|exceeded.{0,20}quota|insufficient.{0,20}storage/i;

/** Grades a failed delivery by its RFC 3463 status and what the server said. */
export function gradeBounce(status: string | null, said: string): BounceType {
  // "5.0.0" says nothing; the code in the server's own words often does.
  const spoken = /\b([45]\.\d{1,3}\.\d{1,3})\b/.exec(said)?.[1] ?? null;
  const code = status === null || /^[45]\.0\.0$/.test(status) ? (spoken ?? status) : status;
  const smtp = /\b([45])\d\d\b[ -]/.exec(said)?.[1];
  if (code && /^5\.1\.[0-69]\d?$|^5\.1\.10$|^5\.2\.1$|^5\.4\.4$/.test(code))
    return unwanted.test(said) && !unknownPerson.test(said) ? 'block' : 'hard';
  if (code && /^[45]\.7\.\d+$|^5\.1\.[78]$/.test(code)) return 'block';
  if (unknownPerson.test(said) && (code ?? smtp ?? '5').startsWith('5') && !fullMailbox.test(said))
    return 'hard';
  if (unwanted.test(said)) return 'block';
  if (fullMailbox.test(said)) return 'soft';
  if (code) return /^5\.(0\.0|4\.1|1\.\d+)$/.test(code) ? 'hard' : 'soft';
  return smtp === '5' ? 'hard' : 'soft';
}
