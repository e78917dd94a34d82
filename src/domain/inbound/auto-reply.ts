import { oneOf } from '../phrases.ts';
import type { Classification, Inbound } from './inbound.ts';
import { outOfOfficeUntil } from './out-of-office.ts';
import { ownWords } from './own-words.ts';

/** Marks that gateways put before a subject: "[EXTERNAL] Re: Hello". */
const marks = '\\s*(\\[[^\\]]{1,30}\\]\\s*){0,3}';

const autoSubject = new RegExp(
  `^${marks}(${[
    'automatic (e-?mail )?(reply|response)',
    'auto(matic)?[ -]?(reply|response|responder)',
    'out of (the )?office',
    'ooo\\b',
    'auto: ',
    'on (annual |parental |maternity |paternity |sick )?leave\\b',
    'on vacation',
    'automatische (antwort|e-?mail)',
    'abwesenheit',
    'abwesend',
    'nicht im (büro|haus)',
    'réponse automatique',
    'absence du bureau',
    'absent\\(e\\)? du bureau',
    "message d[’']absence",
    'respuesta automática',
    'fuera de (la )?oficina',
    'risposta automatica',
    'fuori ufficio',
    "assente dall[’']ufficio",
    'automatisch antwoord',
    'afwezig',
    'resposta automática',
    'ausência',
    'autosvar',
    'automatiskt svar',
    'automatisk svar',
    'poissaoloviesti',
    'automatyczna odpowiedź',
    'автоответ',
    '自動返信',
    '自动回复',
  ].join('|')})`,
  'iu',
);

/** Absences in the text of vacation programs that leave the subject to their user. */
const absence = oneOf([
  /out of (the )?office|on (vacation|holidays?|(annual |parental |sick )?leave)\b/,
  /away (from|until|till)|not in the office|currently (away|out|travell?ing)/,
  /nicht im (büro|haus)|im urlaub|abwesend|außer haus|nicht erreichbar/,
  /absent|en congés?|en vacances|fuera de la oficina|de vacaciones|ausente/,
  /fuori (ufficio|sede)|in ferie|afwezig|op vakantie|de férias|ausente do/,
]);

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

/** The subject begins as a machine's does; not because it is the one that we wrote. */
function hasAutoSubject({ subject }: Inbound, ours?: string | null): boolean {
  const bare = (text: string) => text.trim().replace(/\s+/g, ' ').toLowerCase();
  return autoSubject.test(subject ?? '') && bare(subject ?? '') !== bare(ours ?? '');
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
 * ticket systems do with what an agent wrote: it needs a second sign.
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
  if (/^(bulk|junk)$/.test(precedence) && headers['return-path'] === '<>' && isAbsence(message))
    return `Precedence: ${precedence} with an empty return path`;
  return /^(no-?reply|do-?not-?reply)@/i.test(from ?? '') && isAnswer(message)
    ? 'from an address that takes no answers'
    : null;
}

const isAbsence = ({ text }: Inbound): boolean => absence.test(ownWords(text).slice(0, 1000));
