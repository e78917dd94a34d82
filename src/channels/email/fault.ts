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

/** Several patterns as one, without regard to case. */
const anyOf = (...patterns: RegExp[]): RegExp =>
  new RegExp(patterns.map(({ source }) => source).join('|'), 'i');

const rate = anyOf(
  /\brate\b|throttl|too (many|fast|frequent)|slow down/,
  /limit(s|ed)?\b.*(exceed|reach)|(exceed|reach)\w*\b.*\blimit/,
  /sending (quota|limit)|quota.*exceed\w* for|submissionquota/,
  /messages? per (second|minute|hour|day)/,
);
const greylisted = /gr[ae]y-?list/i;
const policy = anyOf(
  /spam|block|black-?list|deny-?list|policy|relay|denied|spf|dkim|dmarc|reputation/,
  /not allowed|prohibited|banned|listed/,
);
/** Characters of a reply that are searched, because several patterns search them. */
const maxReplyLength = 4_000;
const fullMailbox = /mailbox.{0,20}full|over ?quota|quota exceeded|insufficient.{0,20}storage/i;

/**
 * The fault that an SMTP error stands for, by its reply code and enhanced status code (RFC 5321
 * 4.2, RFC 3463).
 * @param sending `dotWritten`: the end of DATA may have reached the server; from then on, an error
 * without a reply is ambiguous
 */
export function mapFault(
  error: SmtpError,
  mailbox: Mailbox,
  { dotWritten }: { dotWritten: boolean },
): Fault {
  const reply = (error.response ?? '').slice(0, maxReplyLength);
  const enhanced = /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(reply)?.[1] ?? null;
  const code = error.responseCode
    ? [error.responseCode, enhanced].filter(Boolean).join(' ')
    : (error.originalCode ?? error.code ?? null);
  const kind =
    error.responseCode && error.responseCode >= 400
      ? byReply(error, { enhanced: enhanced ?? '', reply, dotWritten })
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
    return /recipient/i.test(message) ? 'bad_recipient' : 'refused';
  return 'temporary';
}

function byReply(
  { responseCode = 0, command = '' }: SmtpError,
  { enhanced, reply, dotWritten }: { enhanced: string; reply: string; dotWritten: boolean },
): FaultKind {
  const login = command.startsWith('AUTH');
  if ([530, 534, 535, 538].includes(responseCode)) return 'credentials';
  if (responseCode < 500) {
    if (greylisted.test(reply)) return 'temporary';
    const tooFast =
      rate.test(reply) ||
      enhanced === '4.7.28' ||
      (responseCode === 454 && /too many/i.test(reply));
    if (tooFast) return 'rate_limited';
    return dotWritten && leavesOpen(responseCode, enhanced) ? 'ambiguous' : 'temporary';
  }
  if (login) return responseCode === 503 || responseCode === 504 ? 'temporary' : 'credentials';
  if (responseCode === 503) return 'temporary';
  if (rate.test(reply) && !fullMailbox.test(reply)) return 'rate_limited';
  return isAboutRecipient(responseCode, command, enhanced, reply) ? 'bad_recipient' : 'refused';
}

/**
 * Whether a reply to the end of DATA leaves open what became of the mail. With 421 a server closes
 * the connection at any moment, and 4.4.x is about the network behind it: a proxy or a filter that
 * no longer waits. Other replies say that the server did not take the mail (RFC 5321 4.2.5).
 */
const leavesOpen = (responseCode: number, enhanced: string): boolean =>
  (responseCode === 421 && !enhanced.startsWith('4.7.')) || enhanced.startsWith('4.4.');

/**
 * Whether a refusal is about the recipient's address. By RFC 3463, 5.1.7 and 5.1.8 are about the
 * sender's address, and 5.7.x is policy, even in the answer to RCPT.
 */
function isAboutRecipient(
  responseCode: number,
  command: string,
  enhanced: string,
  reply: string,
): boolean {
  if (/^5\.1\.(7|8)$/.test(enhanced)) return false;
  if (/^5\.(1\.\d+|2\.[0-4]|4\.4)$/.test(enhanced)) return command !== 'MAIL FROM';
  if (enhanced && enhanced !== '5.0.0' && enhanced !== '5.5.0') return false;
  return (
    command === 'RCPT TO' &&
    [501, 550, 551, 552, 553, 554, 556].includes(responseCode) &&
    !policy.test(reply)
  );
}
