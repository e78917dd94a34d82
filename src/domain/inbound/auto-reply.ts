import { anyWord } from '../phrases.ts';
import type { Classification, Inbound } from './inbound.ts';
import { outOfOfficeUntil } from './out-of-office.ts';
import { ownWords } from './own-words.ts';
import { autoReplyRows } from './tables/auto-replies.ts';

/** Marks that gateways and programs put before a subject: "[EXTERNAL] Re: Hello". */
const marks = '\\s*([\\[【(][^\\])】]{1,30}[\\])】]\\s*){0,3}';

/** Without accents, as people leave them out: "Reponse automatique". */
const plain = (text: string) =>
  text.normalize('NFKD').replace(/\p{M}/gu, '').replace(/ß/g, 'ss').normalize('NFC');
const wordsOf = (part: 'subjects' | 'topics' | 'absences') =>
  plain(anyWord(autoReplyRows.flatMap((row) => row[part])));

/** Words that may follow where a program names the time, or the mail it answers. */
const follows =
  're|fwd?|aw|sv|vs|until|till|from|through|notification|message|reply|response|notice|' +
  'bis|vom|ab|von|du|de|jusqu|hasta|del|desde|tot|van|do|od|с|до|le|dal|fino';
const names = `(${wordsOf('subjects')})`;
const topics = `(${wordsOf('topics')})`;
const goesOn = `(\\s*$|\\s*[:：;,.!|/(\\[—–-]|\\s+(${follows})(?![\\p{L}])|\\s+\\d)`;
const autoSubject = new RegExp(
  `^${marks}[【「]?${names}[】」]?${goesOn}|[([【]${names}[)\\]】]\\s*$`,
  'iu',
);
/** Begins with a word that people begin a subject with too: "Vacation". */
const topicSubject = new RegExp(`^${marks}${topics}${goesOn}`, 'iu');
/** Begins as an automatic subject, and goes on as a person's might: "OOO planning". */
const autoBeginning = new RegExp(`^${marks}(${names}|${topics})(?![\\p{L}])`, 'iu');

/** Absences in the text of vacation programs that leave the subject to their user. */
const absence = new RegExp(`(?<![\\p{L}])(${wordsOf('absences')})`, 'iu');

/**
 * A message that a machine wrote: an automatic reply or mass mail. Null when a person wrote it, or
 * when nothing tells: a stop can be undone, a mail after a reply cannot. `ours`: the subject of the
 * mail that the message answers; that the answer bears it as well is no sign.
 */
export function classifyMachine(message: Inbound, ours?: string | null): Classification | null {
  if (isInvitation(message))
    return { kind: 'reply', reason: `a person's calendar (RFC 5546): ${message.facts.calendar}` };
  const sign = autoReplySign(message, ours);
  if (sign) {
    const words = `${message.subject ?? ''}\n${ownWords(message.text)}`;
    const until = outOfOfficeUntil(words, message.receivedAt);
    return { kind: 'auto_reply', reason: sign, outOfOfficeUntil: until };
  }
  if (isAnswer(message)) return null;
  const { headers, from } = message;
  const bulk =
    ['list-id', 'list-unsubscribe'].find((name) => name in headers) ??
    (/^(bulk|list|junk)$/i.test(headers.precedence ?? '') && 'precedence');
  if (bulk) return { kind: 'other', reason: `mass mail (${bulk})` };
  const submitted = submittedOf(message);
  const isCalendar = message.facts.calendar !== undefined && submitted !== 'no';
  if (isCalendar || !['no', 'auto-generated'].includes(submitted))
    return { kind: 'other', reason: `automatic mail (Auto-Submitted: ${submitted})` };
  return /^(no-?reply|do-?not-?reply|notifications?)@/i.test(from ?? '')
    ? { kind: 'other', reason: 'from an address that takes no answers' }
    : null;
}

/**
 * An invitation to a meeting, or the answer to one. A calendar writes it, and Google's marks it as
 * automatic, but a person caused it.
 */
function isInvitation({ headers, facts }: Inbound): boolean {
  return (
    /^(request|reply|counter)$/i.test(facts.calendar ?? '') && !('list-unsubscribe' in headers)
  );
}

/**
 * The message refers to another one, or its subject begins like a reply or a forwarded mail. Both
 * count, because some programs leave the references out, and groups mark every mail as a list does.
 */
function isAnswer({ subject, facts }: Inbound): boolean {
  return facts.references.length > 0 || answerSubject.test(subject ?? '');
}

const answerSubject = new RegExp(
  `^${marks}(re|aw|antw|sv|vs|rif|odp|ynt|res|fwd?|wg|tr|rv|enc|vb)(\\[\\d+\\])?\\s*:`,
  'i',
);

/**
 * The subject begins as a machine's does, and not because it is the one that we wrote. Where it
 * names a topic alone, it or the text must state an absence, or the text its end; where it goes on
 * in words of its own, the text must state both.
 */
function hasAutoSubject({ subject, text, receivedAt }: Inbound, ours?: string | null): boolean {
  const bare = (given: string) => given.trim().replace(/\s+/g, ' ').toLowerCase();
  if (bare(subject ?? '') === bare(ours ?? '')) return false;
  const said = plain(subject ?? '');
  if (autoSubject.test(said)) return true;
  if (!autoBeginning.test(said)) return false;
  const own = ownWords(text).slice(0, 1000);
  const hasAbsence = absence.test(plain(own));
  const hasEnd = outOfOfficeUntil(own, receivedAt) !== null;
  if (topicSubject.test(said)) return hasAbsence || hasEnd || absence.test(said);
  return hasAbsence && hasEnd;
}

/**
 * The reason of a reply: in doubt between a person and a machine, a stop can be undone, while a
 * mail after a reply cannot.
 */
export function replyReason(message: Inbound): string {
  const submitted = submittedOf(message);
  return submitted === 'no'
    ? 'written by a person'
    : `in doubt taken for a person's, although a process sent it (Auto-Submitted: ${submitted})`;
}

/** RFC 3834 section 5: the keyword of Auto-Submitted; `no` when there is none. */
const submittedOf = ({ headers }: Inbound): string =>
  headers['auto-submitted']?.toLowerCase().split(/[;\s(]/)[0] || 'no';

/**
 * The sign that a message is an automatic reply, null without one: the headers of RFC 3834, then
 * older headers, then the subject. `auto-generated` says only that a process sent the message, as
 * ticket systems do with an agent's own words: it needs a second sign.
 */
function autoReplySign(message: Inbound, ours?: string | null): string | null {
  const { from, subject, headers } = message;
  const submitted = submittedOf(message);
  const byItsSubject = hasAutoSubject(message, ours);
  if (submitted === 'auto-replied') return 'Auto-Submitted: auto-replied';
  const suppresses = 'x-auto-response-suppress' in headers && !answerSubject.test(subject ?? '');
  if (submitted !== 'no' && (byItsSubject || suppresses)) return `Auto-Submitted: ${submitted}`;
  const header = ['x-autoreply', 'x-autorespond', 'x-autoresponder'].find(
    (name) => name in headers && !/^(no|false)$/i.test(headers[name] ?? ''),
  );
  if (header) return header;
  if (/reply/i.test(headers['x-autogenerated'] ?? '')) return 'x-autogenerated';
  const precedence = headers.precedence?.toLowerCase() ?? '';
  if (precedence === 'auto_reply') return 'Precedence: auto_reply';
  if (byItsSubject) return `subject: ${subject}`;
  if (headers['return-path'] === '<>' && isAbsence(message))
    return 'an absence, with an empty return path';
  return /^(no-?reply|do-?not-?reply)@/i.test(from ?? '') && isAnswer(message)
    ? 'from an address that takes no answers'
    : null;
}

const isAbsence = ({ text }: Inbound): boolean =>
  absence.test(plain(ownWords(text).slice(0, 1000)));
