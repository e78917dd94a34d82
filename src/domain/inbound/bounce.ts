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

/** Words about the message, or about rules that the recipient's server applies to anybody. */
const unwanted = oneOf([
  /spam|black-?list|block-?list|deny-?list|\bblocked\b|reputation|spamhaus|barracuda|sorbs/,
  /dmarc|\bspf\b|dkim|policy|policies|unsolicited|banned|content (was )?(rejected|refused)/,
  /not authenti|authenticat|access denied|virus|malware|attachment|line (is )?too long/,
  /too (big|large)/,
  /size (limit|exceed)|exceeds.{0,20}size|too many (recipients|hops|connections|messages)|loop/,
]);
/** Words about the sender: its address, its server, its limits. */
const ofSender = oneOf([
  /sender.{0,60}\b(reject|den(y|ied)|refus|verif|unknown|invalid|not\b)|(bad|outbound) sender/,
  /(mail )?from (address|must)|must (equal|match)|not (verified|owned|authori[sz]ed)/,
  /(your|this) (ip|host|server|domain|account|network)|outgoing|relay(ing)?( access)? (is )?denied/,
  /(unable to|not permitted to|cannot|do(es)? not) relay|relay(ing)? not (permitted|allowed)/,
  /\bptr\b|reverse dns|\bhelo\b|\behlo\b|rdns|prison|accept mail from|rcpthosts/,
  /emails? per (hour|day)|suspended|too quickly|rate limit|sending limit|quota exceeded for/,
]);
const recipient = /(user|recipient|mailbox|address|account|person|addressee)\b/.source;
const gone = oneOf([
  /unknown|not found|does ?n[o']t exist|not exist|no longer|not listed|not known/,
  /invalid|disabled|inactive|unavailable|deactivated|terminated/,
]).source;
const unknownRecipient = oneOf([
  new RegExp(`${recipient}.{0,60}\\b(${gone})`),
  /no such (user|person|recipient|mailbox|address|account)|not listed in/,
  /unknown (user|recipient|mailbox|address|local)/,
  /(user|recipient|mailbox|address|account) (doesn['’]t|does not) exist/,
  /invalid (recipient|mailbox)|no mailbox here|unrouteable|host (not found|unknown)/,
  /domain.{0,40}(not found|does not exist)|unable to look ?up|no mx|name or service not known/,
  // Microsoft 365 answers so for every unknown address of a domain that it knows.
  /recipient address rejected: access denied/,
]);
const fullMailbox = oneOf([
  /mailbox.{0,30}full|over ?quota|quota (exceeded|full)|exceeded.{0,20}quota/,
  /\bfull\b.{0,20}mailbox/,
  /insufficient.{0,20}storage|storage (is )?full/,
]);
/** RFC 3463: the codes that say by themselves that the address, or its domain, is dead. */
const deadCode = /^5\.(1\.(1|2|3|6|10)|4\.310)$/;

/**
 * Grades a failed delivery by its RFC 3463 status and the server's answer. `hard` needs a positive
 * sign that the address is dead, because a hard bounce suppresses it for good; "5.0.0" and its kin
 * say only that the failure is permanent.
 */
export function gradeBounce(status: string | null, answer: string): BounceType {
  const stated = /\b([45]\.\d{1,3}\.\d{1,3})\b/.exec(answer)?.[1] ?? null;
  const code = status === null || /^[45]\.\d\.0$/.test(status) ? (stated ?? status) : status;
  const smtp = /\b([45])\d\d\b[ -]/.exec(answer)?.[1];
  const isTemporary = (smtp ?? code ?? '5').startsWith('4');
  const isFull = fullMailbox.test(answer) || /^[45]\.2\.2$/.test(code ?? '');
  const isUnknown = unknownRecipient.test(answer);
  const isOfSender = ofSender.test(answer);
  if (/^[45]\.1\.[78]$/.test(code ?? '')) return 'block';
  if (isFull && !deadCode.test(code ?? '')) return 'soft';
  if (deadCode.test(code ?? '')) {
    if (isUnknown && !isOfSender) return 'hard';
    return isOfSender || unwanted.test(answer) ? 'block' : 'hard';
  }
  if (/^[45]\.7\.\d+$/.test(code ?? '') || isOfSender) return 'block';
  if (isUnknown && !isTemporary) return 'hard';
  return unwanted.test(answer) ? 'block' : 'soft';
}
