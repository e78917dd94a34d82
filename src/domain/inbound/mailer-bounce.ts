import { oneOf } from '../phrases.ts';
import { gradeBounce } from './bounce.ts';
import type { Classification, Inbound } from './inbound.ts';

const mailerNames = oneOf([
  /mailer-?daemon|microsoftexchange[0-9a-f]{32}|mail-?daemon|postmaster|mdaemon/,
  /mail-?delivery(-subsystem)?|bounces?/,
]);
const mailerAddress = new RegExp(`^(${mailerNames.source})([+-][^@]*)?@`, 'i');
const failure = oneOf([
  /undeliver|deliver\w{0,12}.{0,20}(fail|problem|error|status)|fail\w{0,12}.{0,12}deliver/,
  /return(ed|ing) (mail|message|to sender)|failure notice|could ?n[o']t be delivered/,
  /unzustellbar|nicht zugestellt|zustellung.{0,20}fehl|non remis|échec de (la )?remise/,
  /no se (ha podido|pudo) entregar|mancata consegna|rejected mail|onbestelbaar/,
]);
const delay = oneOf([
  /delay|still (being )?(retried|trying)|warning: (message|could not send)|verzögert|retardé/,
  /will (keep|continue) (to )?(retry|try)|not yet been delivered/,
]);
/** Begins the subject of a final return; the subject of the returned mail follows. */
const returnedSubject =
  /^\s*(undeliver|unzustellbar|non remis|non recapitabile|no se puede entregar|onbestelbaar)/i;
/** Exim, Sendmail and Gmail write this while they go on trying, under any subject. */
const stillTrying = oneOf([
  /do(es)? not need to resend|has not yet been delivered|delivery attempts will continue/,
  /will (keep|continue) (to )?(retry|try)|will retry for|this is a warning (message )?only/,
]);

/**
 * A message of a mail system that has no RFC 3464 part: qmail, Exim, old Exchange, gateways. Null
 * when a person wrote it.
 */
export function classifyMailerBounce(
  { from, subject, text, headers, facts }: Inbound,
  ours?: string | null,
): Classification | null {
  const failedTo = headers['x-failed-recipients'];
  const fromMailer =
    mailerAddress.test(from ?? '') || (from === null && headers['return-path'] === '<>');
  if (!failedTo && (!fromMailer || isFromPerson(subject, headers, ours))) return null;
  const beginning = text.slice(0, 4000);
  if (
    stillTrying.test(beginning) ||
    (delay.test(subject ?? '') && !returnedSubject.test(subject ?? ''))
  )
    return { kind: 'other', reason: `notice of a delay: ${subject}` };
  const answer =
    /^.*\b[45]\d\d[ -].*$|^.*#?[45]\.\d{1,3}\.\d{1,3}.*$/m.exec(beginning)?.[0].trim() ?? null;
  if (!failedTo && !failure.test(subject ?? '') && !failure.test(beginning) && !answer)
    return { kind: 'other', reason: 'from a mail system, without a failure' };
  const status = /\b[45]\.\d{1,3}\.\d{1,3}\b/.exec(answer ?? '')?.[0] ?? null;
  const recipient = (
    failedTo ??
    /<([^<>\s]+@[^<>\s]+)>|\b([\w.+-]+@[\w.-]+\.\w{2,})\b/.exec(beginning)?.[0] ??
    ''
  ).split(',')[0];
  return {
    kind: 'bounce',
    reason: failedTo
      ? 'X-Failed-Recipients'
      : `from a mail system: ${answer ?? subject ?? 'failure'}`.slice(0, 300),
    bounce: {
      type: gradeBounce(status, beginning),
      recipient: recipient?.replace(/[<>\s]/g, '').toLowerCase() || null,
      status,
      diagnostic: answer?.slice(0, 1000) ?? null,
      originalKey: facts.references[0] ?? null,
    },
  };
}

/**
 * A postmaster's own reply: it names the mail it answers, and either begins its subject as a reply
 * or could be bounced itself. Mails of mail systems have an empty return path (RFC 3464), or a
 * failure in a subject that is not ours.
 */
function isFromPerson(
  subject: string | null,
  headers: Record<string, string>,
  ours?: string | null,
): boolean {
  const answers = 'in-reply-to' in headers || 'references' in headers;
  const returnPath = headers['return-path'] ?? '';
  if (!answers || returnPath === '<>') return false;
  const [, repeated] =
    /^\s*(?:re|aw|antw|sv|vs|rif|odp|res)\s*:\s*(.*)$/i.exec(subject ?? '') ?? [];
  if (repeated !== undefined && (!ours || repeated.trim() === ours.trim())) return true;
  const said = subject ?? '';
  return /@/.test(returnPath) && !failure.test(said) && !delay.test(said);
}
