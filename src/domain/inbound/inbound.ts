import { identityForms, normaliseEmail } from '../identity.ts';
import { oneOf } from '../phrases.ts';
import { classifyMachine, replyReason } from './auto-reply.ts';
import { type Bounce, gradeBounce } from './bounce.ts';
import { classifyMailerBounce } from './mailer-bounce.ts';
import { ownWords } from './own-words.ts';
import { isReceipt } from './receipt.ts';
import type { Received } from './received.ts';
import { asksInSubject, asksToStop } from './stop-request.ts';

export type InboundKind =
  | 'reply'
  | 'auto_reply'
  | 'bounce'
  | 'complaint'
  | 'unsubscribe'
  | 'connected'
  | 'other';

/** The part of a received message that decides its kind. */
export type Inbound = Pick<
  Received,
  'event' | 'from' | 'subject' | 'text' | 'receivedAt' | 'headers' | 'facts'
>;

export type Classification = {
  kind: InboundKind;
  /** The sign that decided. */
  reason: string;
  bounce?: Bounce;
  /** Of an `auto_reply`: a day such as 2026-12-03, null when the message states none. */
  outOfOfficeUntil?: string | null;
};

/**
 * Decides the kind of a received message: reports first, then requests for no more mail, then
 * machines; every other message is a person's reply. X-Auto-Response-Suppress is no sign of a
 * machine, because Outlook sends it with mails that people write. `ours`: the subject of the mail
 * that the message may answer.
 */
export function classify(message: Inbound, ours?: string | null): Classification {
  if (message.event === 'connected')
    return { kind: 'connected', reason: 'has become a connection' };
  return (
    classifyReport(message) ??
    classifyMailerBounce(message, ours) ??
    classifyRequest(message) ??
    classifyMachine(message, ours) ?? { kind: 'reply', reason: replyReason(message) }
  );
}

/** The sender that received a message, and the prospect that the message concerns. */
type MessageContext = {
  /** The message is one that went out from here. */
  sent: boolean;
  /** The sender's names at its provider. */
  own: readonly string[];
  /** The sender's email address. */
  address?: string | null;
  person?: Correspondent | null;
};

type Correspondent = {
  identity: string;
  /** Addresses that got copies of the mail to the prospect, separated by commas. */
  copies?: string | null;
  /** Address of the sender that wrote to the prospect. */
  writer?: string | null;
  /** Subject of the last mail to the prospect. */
  subject?: string | null;
};

/**
 * Classifies a message for the sender that received it. The sender's own messages are never
 * replies:
 * - messages that went out from here, and messages under a name that the sender has at its provider
 * - mails from the sender's address to the prospect: copies to itself, or mails written by hand
 *
 * The sender's address alone proves nothing, because members that try a campaign on themselves
 * reply from it, and some groups send every mail under their own address.
 */
export function classifyFor(
  { sent, own, address, person }: MessageContext,
  message: Inbound,
): Classification {
  const { from, facts } = message;
  const ofSender: Classification = { kind: 'other', reason: "the sender's own" };
  if (sent) return ofSender;
  const names = [from, ...(facts.identities ?? [])].flatMap((name) =>
    name ? identityForms(name) : [],
  );
  if (own.flatMap(identityForms).some((name) => names.includes(name))) return ofSender;
  const writesTo = (identity: string) =>
    [address, person?.writer].includes(from) &&
    identity !== from &&
    toOf(message).includes(identity);
  if (from && person && writesTo(person.identity)) return ofSender;
  const classified = classify(message, person?.subject);
  if (person && isAboutCopy(classified, person, message))
    return { kind: 'other', reason: `about a copy: ${classified.reason}` };
  return person && isOfForward(message, person) ? withoutSign(classified) : classified;
}

/**
 * A delivery status about an address elsewhere, to which the person's mail is forwarded: it is no
 * sign that the person's own address is dead.
 */
function isOfForward({ facts }: Inbound, { identity }: Correspondent): boolean {
  const [there, here] = [facts.delivery?.recipient, identity].map((one) => one?.split('@')[1]);
  if (!there || !here) return false;
  return there !== here && !there.endsWith(`.${here}`) && !here.endsWith(`.${there}`);
}

const withoutSign = (classified: Classification): Classification =>
  classified.bounce?.type === 'hard'
    ? { ...classified, bounce: { ...classified.bounce, type: 'soft' } }
    : classified;

/** The addresses in the To header, among its other words. */
const toOf = ({ headers }: Inbound) => (headers.to ?? '').toLowerCase().split(/[\s<>,;"]+/);

/**
 * A bounce of a copy, or the automatic reply of a person that got one: it says nothing about the
 * prospect that the mail was to.
 */
function isAboutCopy(
  { kind, bounce }: Classification,
  person: Correspondent,
  { from, headers }: Inbound,
): boolean {
  if (kind !== 'bounce' && kind !== 'auto_reply') return false;
  const failed = bounce && (headers['x-failed-recipients']?.split(',') ?? [bounce.recipient]);
  const concerned = (failed ?? [from]).map((address) => normaliseEmail(address ?? ''));
  const copies = (person.copies ?? '').split(',').map((address) => normaliseEmail(address));
  return concerned.every(
    (address) => address !== null && address !== person.identity && copies.includes(address),
  );
}

const complaintSubject =
  /complaint about message|\b(abuse|spam|junk|feedback) (report|complaint)|\bcomplaint\b/i;
/** Reports of complaints that are not of RFC 5965 in form. */
const complaintText = oneOf([
  /this is an? (e-?mail )?(abuse|spam|feedback|opt-out|fraud|virus) report/,
  /"notificationtype\\?" ?: ?\\?"complaint/,
]);

const isAnswerSubject = /^\s*(re|aw|sv|fwd?|wg|tr)\s*:/i;

/**
 * Feedback reports (RFC 5965), read receipts and delivery status (RFC 3464). A delay is not the end
 * of a delivery, so it is no bounce.
 */
function classifyReport(message: Inbound): Classification | null {
  const { facts, headers, subject } = message;
  if (facts.complaint) {
    const { type } = facts.complaint;
    // RFC 6591 (a check failed) and RFC 6430 (not spam) use the same form, and are no complaints.
    const kind = type === 'auth-failure' || type === 'not-spam' ? 'other' : 'complaint';
    return { kind, reason: `feedback report (RFC 5965): ${type}` };
  }
  // Hotmail's reports of complaints are older than RFC 5965.
  const isComplaint =
    complaintText.test(message.text.slice(0, 2000)) ||
    (facts.returns && complaintSubject.test(subject ?? '') && headers['return-path'] === '<>');
  if (isComplaint && !isAnswerSubject.test(subject ?? ''))
    return { kind: 'complaint', reason: `a report of a complaint: ${subject}` };
  if (/^multipart\/report\b.*\bdisposition-notification\b/is.test(headers['content-type'] ?? ''))
    return { kind: 'other', reason: 'read receipt (RFC 8098)' };
  if (isReceipt(message)) return { kind: 'other', reason: `read receipt: ${subject}` };
  const { delivery } = facts;
  if (!delivery) return null;
  const { action, status, diagnostic } = delivery;
  if (action !== 'failed')
    return { kind: 'other', reason: `delivery status (RFC 3464): ${action}` };
  const type = gradeBounce(status, diagnostic ?? '');
  const { recipient, originalKey } = delivery;
  const reason = `delivery status (RFC 3464): failed ${status ?? ''} ${diagnostic ?? ''}`
    .trim()
    .slice(0, 300);
  return { kind: 'bounce', reason, bounce: { type, recipient, status, diagnostic, originalKey } };
}

/**
 * A request for no more mail: the mail of a List-Unsubscribe mailto, or a reply that is only that.
 */
function classifyRequest({ subject, text, from }: Inbound): Classification | null {
  if (asksInSubject(subject ?? '')) return { kind: 'unsubscribe', reason: 'the subject says so' };
  const words = ownWords(text);
  return asksToStop(words, from)
    ? { kind: 'unsubscribe', reason: `asks for no more mail: ${words.slice(0, 100)}` }
    : null;
}
