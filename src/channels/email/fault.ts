import { meaningsOf } from '../../domain/inbound/answer-words.ts';
import { deadCode } from '../../domain/inbound/bounce.ts';
import type { Meaning } from '../../domain/inbound/tables/meaning.ts';
import type { Fault, FaultKind } from '../channel.ts';
import type { Mailbox } from './connection.ts';
import { redact } from './redact.ts';

/** The fields of an SMTP client's error (nodemailer's). */
export type SmtpError = Error & {
  code?: string | undefined;
  originalCode?: string | undefined;
  responseCode?: number | undefined;
  response?: string | undefined;
  command?: string | undefined;
};

/** The command that was answered, of which a session has these. */
type Stage = 'connect' | 'login' | 'mail' | 'rcpt' | 'data';

/**
 * The fault that an SMTP error stands for, by its reply code and enhanced status code (RFC 5321
 * 4.2, RFC 3463).
 * @param sending `dotWritten`: the end of DATA may have reached the server; from then on, an error
 * without a reply is ambiguous. `begun`: whether the text was begun; absent before the session was
 * open. A server that closes the session (421) does so outside of any command.
 */
export function mapFault(
  error: SmtpError,
  mailbox: Mailbox,
  { dotWritten, begun }: { dotWritten: boolean; begun?: boolean },
): Fault {
  const reply = error.response ?? '';
  const enhanced = /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(reply)?.[1] ?? null;
  const code = error.responseCode
    ? [error.responseCode, enhanced].filter(Boolean).join(' ')
    : (error.originalCode ?? error.code ?? null);
  const kind =
    error.responseCode && error.responseCode >= 400
      ? byReply({
          stage: stageOf(error.command ?? '') ?? (begun === undefined ? 'connect' : 'rcpt'),
          code: error.responseCode,
          enhanced: enhanced ?? '',
          reply,
          dotWritten,
        })
      : withoutReply(error, dotWritten);
  return {
    kind,
    code,
    detail: redact(reply || error.message, mailbox)
      .replace(/\s+/g, ' ')
      .slice(0, 500),
  };
}

function withoutReply({ code, command, message }: SmtpError, dotWritten: boolean): FaultKind {
  if (dotWritten) return 'ambiguous';
  if (code === 'EAUTH' || code === 'ENOAUTH') return 'credentials';
  // The library refuses the address before it connects: RFC 5321 has no form for it.
  if (code === 'EENVELOPE' && command === 'API')
    return /recipient/i.test(message) ? 'bad_recipient' : 'sender_barred';
  return 'temporary';
}

/** An answer of a server: its codes, its words, and the command that it answers. */
type Answer = { stage: Stage; code: number; enhanced: string; reply: string; dotWritten: boolean };

const stages: [command: RegExp, stage: Stage][] = [
  [/^AUTH/, 'login'],
  [/^MAIL/, 'mail'],
  // The client calls it API when a mail is taken back because its first recipient was refused.
  [/^(RCPT|API)/, 'rcpt'],
  [/^DATA/, 'data'],
];
const stageOf = (command: string): Stage | null =>
  stages.find(([pattern]) => pattern.test(command))?.[1] ?? null;

/** RFC 4954 section 6: the login is refused or asked for, at whatever command. */
const loginCodes = [530, 534, 535, 538];
/** The server means that it may well work later, whatever the code. */
const passing =
  /temporar|try again|(service|system|server) (is )?unavailable|time[d-]? ?out|too many|busy/i;

/**
 * The kind of fault of an answer of 400 and more. Before MAIL nothing is said about any person, so
 * such a fault is never theirs.
 */
function byReply(answer: Answer): FaultKind {
  const { stage, code, enhanced, reply } = answer;
  const means = meaningsOf(reply);
  if (stage === 'connect') return 'unready';
  if (stage === 'login') return byLogin(code, reply);
  if (loginCodes.includes(code)) return 'credentials';
  if (code < 500) return byDelay(answer, means);
  if (code === 503 && !means.has('barred')) return 'unready';
  const about = byMeaning(enhanced, means, reply);
  if (about !== null) return about;
  if (stage === 'mail') return 'sender_refused';
  if (isDead(enhanced, means)) return 'bad_recipient';
  if (means.has('full') || /^5\.2\.\d+$/.test(enhanced)) return 'undeliverable';
  if (means.has('content') || /^5\.[67]\.\d+$/.test(enhanced)) return 'refused';
  return stage === 'rcpt' ? 'undeliverable' : 'refused';
}

/** RFC 4954: 454 and 432 are temporary; 504 refuses the mechanism, 503 the order of commands. */
function byLogin(code: number, reply: string): FaultKind {
  if (code < 500 || [500, 501, 502, 503, 504].includes(code) || passing.test(reply))
    return 'unready';
  return 'credentials';
}

/** The kind of a temporary answer to MAIL, RCPT or the text. */
function byDelay(answer: Answer, means: ReadonlySet<Meaning>): FaultKind {
  const { stage, code, enhanced, dotWritten } = answer;
  if (means.has('greylist')) return 'temporary';
  if (means.has('limit') || enhanced === '4.7.28') return 'rate_limited';
  if (stage === 'mail') return 'unready';
  if (dotWritten && leavesOpen(code, enhanced)) return 'ambiguous';
  if (means.has('sender') || means.has('barred') || /^4\.1\.[78]$/.test(enhanced))
    return 'sender_refused';
  return 'temporary';
}

/** Codes that say that the login may not send as this sender (Microsoft 365). */
const barredCodes = /^5\.(7\.60|7\.57|2\.252|1\.8|7\.(705|708))$/;

/** The kind of a refusal that is about the sender or the size, null when it is about neither. */
function byMeaning(enhanced: string, means: ReadonlySet<Meaning>, reply: string): FaultKind | null {
  if (/^5\.7\.60$|^5\.2\.252$/.test(enhanced)) return 'sender_barred';
  if (deadCode.test(enhanced) && means.has('dead') && !means.has('barred')) return null;
  if (means.has('barred')) return 'sender_barred';
  if (barredCodes.test(enhanced) && /outbound|spam/i.test(reply)) return 'sender_barred';
  if (means.has('size') || enhanced === '5.3.4') return 'refused';
  if (means.has('limit') && !means.has('full')) return 'rate_limited';
  return means.has('sender') || /^5\.1\.[78]$/.test(enhanced) ? 'sender_refused' : null;
}

/** True when a refusal has a positive sign that the address is dead, and no sign of a rule. */
function isDead(enhanced: string, means: ReadonlySet<Meaning>): boolean {
  if (deadCode.test(enhanced)) return means.has('dead') || !means.has('content');
  if (/^5\.7\.\d+$/.test(enhanced) && means.has('content')) return false;
  return means.has('dead') && !means.has('full');
}

/**
 * True when a reply to the end of DATA leaves open the fate of the mail. With 421 a server closes
 * the connection at any moment, and 4.4.x is about the network behind it: a proxy or a filter that
 * no longer waits. Other replies say that the server did not take the mail (RFC 5321 4.2.5).
 */
const leavesOpen = (responseCode: number, enhanced: string): boolean =>
  (responseCode === 421 && !enhanced.startsWith('4.7.')) || enhanced.startsWith('4.4.');
