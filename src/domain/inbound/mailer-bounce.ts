import { oneOf } from '../phrases.ts';
import { meaningsOf } from './answer-words.ts';
import { gradeBounce } from './bounce.ts';
import type { Classification, Inbound } from './inbound.ts';
import { delayRows, failureRows, mailerNameRows, mailerRows } from './tables/mailers.ts';
import { repeatRows, reportRows } from './tables/reports.ts';

const says = (rows: readonly { says: RegExp }[]) => oneOf(rows.map((row) => row.says));
const mailerNames = says(mailerRows);
const mailerAddress = new RegExp(`^(${mailerNames.source})([+._-][^@]*)?@`, 'i');
const mailerDisplay = says(mailerNameRows);
const failure = says(failureRows);
const delay = says(delayRows.filter(({ where }) => where === 'subject'));
const stillTrying = says(delayRows.filter(({ where }) => where === 'text'));
const report = new RegExp(says(reportRows).source, 'im');
const repeats = new RegExp(says(repeatRows).source, 'im');
/** Begins the subject of a final return; the subject of the returned mail follows. */
const returnedSubject =
  /^\s*(undeliver|unzustellbar|non remis|non recapitabile|no se puede entregar|onbestelbaar)/i;
const answerSubject = /^\s*(re|aw|antw|sv|vs|rif|odp|res|fwd?|wg|tr|rv)\s*(\[\d+\])?\s*:/i;
/** A line of a transcript: an SMTP answer, or an RFC 3463 status. */
const answerLine = /^.*(?:\b[45]\d\d[ :-](?=\D)|#?\b[45]\.\d{1,3}\.\d{1,3}\b).*$/gm;

/**
 * A message of a mail system that has no RFC 3464 part: qmail, Exim, old Exchange, gateways,
 * carriers (`tables/reports.ts`). Null when a person wrote it.
 */
export function classifyMailerBounce(
  message: Inbound,
  ours?: string | null,
): Classification | null {
  const { subject, text, headers, facts } = message;
  const failedTo = headers['x-failed-recipients'];
  const own = ownPart(text);
  const isReport = reportsFailure(message, own);
  if (!failedTo && !isReport && (!isFromMailer(message) || isFromPerson(message, ours)))
    return null;
  if (stillTrying.test(own) || (delay.test(subject ?? '') && !returnedSubject.test(subject ?? '')))
    return { kind: 'other', reason: `notice of a delay: ${subject}` };
  const answer = answerIn(own);
  if (!failedTo && !isReport && !failure.test(subject ?? '') && !failure.test(own) && !answer)
    return { kind: 'other', reason: 'from a mail system, without a failure' };
  const status = /\b[45]\.\d{1,3}\.\d{1,3}\b/.exec(answer ?? '')?.[0] ?? null;
  const recipient = (failedTo ?? recipientIn(own, headers.to ?? '') ?? '').split(',')[0];
  return {
    kind: 'bounce',
    reason: failedTo
      ? 'X-Failed-Recipients'
      : `from a mail system: ${answer ?? subject ?? 'failure'}`.slice(0, 300),
    bounce: {
      type: gradeBounce(status, gradedWords(answer, own)),
      recipient: recipient?.replace(/[<>\s]/g, '').toLowerCase() || null,
      status,
      diagnostic: answer?.slice(0, 1000) ?? null,
      originalKey: facts.references[0] ?? null,
    },
  };
}

/** The beginning of a report, without the mail of ours that it repeats. */
function ownPart(text: string): string {
  const beginning = text.replace(/\r\n?/g, '\n').slice(0, 4000);
  const end = beginning.search(repeats);
  return end > 0 ? beginning.slice(0, end) : beginning;
}

function isFromMailer({ from, headers }: Inbound): boolean {
  if (mailerAddress.test(from ?? '')) return true;
  return (
    from === null && (headers['return-path'] === '<>' || mailerDisplay.test(headers.from ?? ''))
  );
}

/**
 * The text begins as a report of a mail system does, and neither header nor subject says that a
 * person forwards or answers it.
 */
function reportsFailure({ subject, headers, from }: Inbound, own: string): boolean {
  if (!report.test(own) || answerSubject.test(subject ?? '')) return false;
  if ('in-reply-to' in headers && !mailerAddress.test(from ?? '')) return false;
  const signs = [
    headers['return-path'] === '<>',
    /^auto-/i.test(headers['auto-submitted'] ?? ''),
    mailerDisplay.test(headers.from ?? '') || mailerAddress.test(from ?? ''),
    failure.test(subject ?? ''),
    answerIn(own) !== null || meaningsOf(own).size > 0,
  ];
  return signs.some(Boolean);
}

/** The lines that say why: an answer with a code and the words behind it. */
function answerIn(own: string): string | null {
  const lines = [...own.matchAll(answerLine)].map(([line]) => line.trim());
  return lines.length > 0 ? lines.slice(0, 4).join(' ') : null;
}

/** The words to grade by: those of the answer, or all when they say nothing. */
function gradedWords(answer: string | null, own: string): string {
  return answer !== null && meaningsOf(answer).size > 0 ? answer : own;
}

/** The first address in a report that is not the one it was sent to. */
function recipientIn(own: string, to: string): string | undefined {
  const addresses = own.matchAll(
    /<[^<>\s@]{1,200}@[^<>\s@]{1,250}>|\b[\w.+-]{1,200}@[\w.-]{1,250}\.\w{2,20}\b/g,
  );
  const ours = to.toLowerCase();
  return [...addresses]
    .map(([address]) => address.replace(/[<>]/g, '').toLowerCase())
    .find((address) => !ours.includes(address));
}

/**
 * A postmaster's own reply: it names the mail it answers, and either begins its subject as a reply
 * or could be bounced itself. Mails of mail systems have an empty return path (RFC 3464), or a
 * failure in a subject that is not ours.
 */
function isFromPerson({ subject, headers }: Inbound, ours?: string | null): boolean {
  const answers = 'in-reply-to' in headers || 'references' in headers;
  const returnPath = headers['return-path'] ?? '';
  if (!answers || returnPath === '<>') return false;
  const [, repeated] =
    /^\s*(?:re|aw|antw|sv|vs|rif|odp|res)\s*:\s*(.*)$/i.exec(subject ?? '') ?? [];
  if (repeated !== undefined && (!ours || repeated.trim() === ours.trim())) return true;
  const said = subject ?? '';
  return /@/.test(returnPath) && !failure.test(said) && !delay.test(said);
}
