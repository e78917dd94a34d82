import { namesOf, normaliseEmail } from '../identity.ts';
import { type Bounce, gradeBounce } from './bounce.ts';
import { outOfOfficeUntil } from './out-of-office.ts';
import { asksToStop, ownWords } from './own-words.ts';

export type InboundKind =
  | 'reply'
  | 'auto_reply'
  | 'bounce'
  | 'complaint'
  | 'unsubscribe'
  | 'connected'
  | 'other';

/** What deciding needs of a received message; header names in lower case. */
export type Inbound = {
  event?: 'message' | 'connected';
  from: string | null;
  subject: string | null;
  text: string;
  receivedAt: Date;
  headers: Record<string, string>;
  facts: {
    references: readonly string[];
    identities?: readonly string[];
    delivery?: {
      recipient: string | null;
      action: string;
      status: string | null;
      diagnostic: string | null;
      originalKey: string | null;
    };
    calendar?: string;
    complaint?: { type: string; originalKey: string | null };
  };
};

/** `reason` names the sign that decided. `outOfOfficeUntil` is a day such as 2026-12-03, null when an answer states none. */
export type Classification = {
  kind: InboundKind;
  reason: string;
  bounce?: Bounce;
  outOfOfficeUntil?: string | null;
};

/**
 * Says what a received message is: reports first, then wishes to be left alone, then machines, and only what is left
 * is a person's reply. X-Auto-Response-Suppress is no sign: people's Outlook sends it too.
 */
export function classify(message: Inbound): Classification {
  if (message.event === 'connected')
    return { kind: 'connected', reason: 'has become a connection' };
  return (
    byReport(message) ??
    byForeignBounce(message) ??
    byWish(message) ??
    byMachine(message) ?? { kind: 'reply', reason: 'written by a person' }
  );
}

/** `address`: the sender's. `person`: whom it concerns, who wrote to them, and who else got copies of that mail. */
type About = {
  sent: boolean;
  own: readonly string[];
  address?: string | null;
  person?: { identity: string; copies?: string | null; writer?: string | null } | null;
};

/**
 * What a message is for a sender: its own is no reply, whatever it says. `sent`: it is one of those that went out. `own`: the sender's names at
 * its provider. An address alone is none of them: whoever tries a campaign on themselves replies from it, and some groups write every mail
 * under theirs. A mail to the person that bears it is: a copy to itself, or what somebody wrote to them by hand.
 */
export function classifyFor(
  { sent, own, address, person }: About,
  message: Inbound,
): Classification {
  const { from, facts } = message;
  if (sent) return { kind: 'other', reason: "the sender's own" };
  const names = [from, ...(facts.identities ?? [])].flatMap((name) => (name ? namesOf(name) : []));
  if (own.flatMap(namesOf).some((name) => names.includes(name)))
    return { kind: 'other', reason: "the sender's own" };
  const writesTo = (identity: string) =>
    [address, person?.writer].includes(from) &&
    identity !== from &&
    toOf(message).includes(identity);
  if (from && person && writesTo(person.identity))
    return { kind: 'other', reason: "the sender's own" };
  const verdict = classify(message);
  return person && isAboutCopy(verdict, person, message)
    ? { kind: 'other', reason: `about a copy: ${verdict.reason}` }
    : verdict;
}

const toOf = ({ headers }: Inbound) => (headers.to ?? '').toLowerCase().split(/[\s<>,;"]+/);

/** A bounce of a copy, or the automatic answer of who got one, says nothing about the person the mail was to. */
function isAboutCopy(
  { kind, bounce }: Classification,
  person: { identity: string; copies?: string | null },
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

/** RFC 5965 and RFC 3464. A delay is not the end of a delivery, so it never counts against the person. */
function byReport({ facts, headers }: Inbound): Classification | null {
  if (facts.complaint) {
    const { type } = facts.complaint;
    // RFC 6591 and RFC 6430 use the same form to tell of a failed check, and that somebody took a mail out of Junk.
    const kind = type === 'auth-failure' || type === 'not-spam' ? 'other' : 'complaint';
    return { kind, reason: `feedback report (RFC 5965): ${type}` };
  }
  if (/^multipart\/report\b.*\bdisposition-notification\b/is.test(headers['content-type'] ?? ''))
    return { kind: 'other', reason: 'read receipt (RFC 8098)' };
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

const mailer =
  /^(mailer-?daemon|microsoftexchange[0-9a-f]{32}|mail-?daemon|postmaster|mdaemon|mail-?delivery(-subsystem)?|bounces?)([+-][^@]*)?@/i;
const failure =
  /undeliver|deliver\w{0,12}.{0,20}(fail|problem|error|status)|fail\w{0,12}.{0,12}deliver|return(ed|ing) (mail|message|to sender)|failure notice|could ?n[o']t be delivered|unzustellbar|nicht zugestellt|zustellung.{0,20}fehl|non remis|échec de (la )?remise|no se (ha podido|pudo) entregar|mancata consegna|rejected mail|onbestelbaar/i;
const delay =
  /delay|still (being )?(retried|trying)|warning: (message|could not send)|verzögert|retardé|will (keep|continue) (to )?(retry|try)|not yet been delivered/i;
/** Begins what is returned for good; the subject of the returned mail follows. */
const returnedSubject =
  /^\s*(undeliver|unzustellbar|non remis|non recapitabile|no se puede entregar|onbestelbaar)/i;
/** What Exim, Sendmail and Gmail write while they go on trying, whatever the subject. */
const stillTrying =
  /do(es)? not need to resend|has not yet been delivered|delivery attempts will continue|will (keep|continue) (to )?(retry|try)|will retry for|this is a warning (message )?only/i;

/** Bounces that are not of RFC 3464: qmail, Exim, old Exchange, gateways. */
function byForeignBounce({ from, subject, text, headers, facts }: Inbound): Classification | null {
  const failedTo = headers['x-failed-recipients'];
  const fromMailer = mailer.test(from ?? '') || (from === null && headers['return-path'] === '<>');
  if (!failedTo && (!fromMailer || isFromPerson(subject, headers))) return null;
  const beginning = text.slice(0, 4000);
  if (
    stillTrying.test(beginning) ||
    (delay.test(subject ?? '') && !returnedSubject.test(subject ?? ''))
  )
    return { kind: 'other', reason: `notice of a delay: ${subject}` };
  const said =
    /^.*\b[45]\d\d[ -].*$|^.*#?[45]\.\d{1,3}\.\d{1,3}.*$/m.exec(beginning)?.[0].trim() ?? null;
  if (!failedTo && !failure.test(subject ?? '') && !failure.test(beginning) && !said)
    return { kind: 'other', reason: 'from a mail system, without a failure' };
  const status = /\b[45]\.\d{1,3}\.\d{1,3}\b/.exec(said ?? '')?.[0] ?? null;
  const recipient = (
    failedTo ??
    /<([^<>\s]+@[^<>\s]+)>|\b([\w.+-]+@[\w.-]+\.\w{2,})\b/.exec(beginning)?.[0] ??
    ''
  ).split(',')[0];
  return {
    kind: 'bounce',
    reason: failedTo
      ? 'X-Failed-Recipients'
      : `from a mail system: ${said ?? subject ?? 'failure'}`.slice(0, 300),
    bounce: {
      type: gradeBounce(status, beginning),
      recipient: recipient?.replace(/[<>\s]/g, '').toLowerCase() || null,
      status,
      diagnostic: said?.slice(0, 1000) ?? null,
      originalKey: facts.references[0] ?? null,
    },
  };
}

/** An answer that could be bounced itself: what mail systems write has an empty return path (RFC 3464) or tells of a failure. */
function isFromPerson(subject: string | null, headers: Record<string, string>): boolean {
  const answers = 'in-reply-to' in headers || 'references' in headers;
  return (
    answers &&
    /@/.test(headers['return-path'] ?? '') &&
    !failure.test(subject ?? '') &&
    !delay.test(subject ?? '')
  );
}

/** The mail a List-Unsubscribe mailto makes, or a reply that says nothing else. */
function byWish({ subject, text }: Inbound): Classification | null {
  if (/^\s*(unsubscribe|abmelden|désabonner|remove me|stop)\s*$/i.test(subject ?? ''))
    return { kind: 'unsubscribe', reason: 'the subject says so' };
  const words = ownWords(text);
  return asksToStop(words)
    ? { kind: 'unsubscribe', reason: `asks for no more mail: ${words.slice(0, 100)}` }
    : null;
}

/** What gateways put before a subject: "[EXTERNAL] Re: Hello". */
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

function byMachine(message: Inbound): Classification | null {
  if (isInvitation(message))
    return { kind: 'reply', reason: `a person's calendar (RFC 5546): ${message.facts.calendar}` };
  const sign = autoReplySign(message);
  if (sign) {
    const until = outOfOfficeUntil(
      `${message.subject ?? ''}\n${ownWords(message.text)}`,
      message.receivedAt,
    );
    return { kind: 'auto_reply', reason: sign, outOfOfficeUntil: until };
  }
  if (isAnswer(message)) return null;
  const { headers, from } = message;
  const bulk =
    ['list-id', 'list-unsubscribe'].find((name) => name in headers) ??
    (/^(bulk|list|junk)$/i.test(headers.precedence ?? '') && 'precedence');
  if (bulk) return { kind: 'other', reason: `mass mail (${bulk})` };
  if ((headers['auto-submitted'] ?? 'no').toLowerCase() !== 'no')
    return {
      kind: 'other',
      reason: `automatic mail (Auto-Submitted: ${headers['auto-submitted']})`,
    };
  return /^(no-?reply|do-?not-?reply|notifications?)@/i.test(from ?? '')
    ? { kind: 'other', reason: 'from an address that takes no answers' }
    : null;
}

/** A calendar writes it, and Google's says so, but at the wish of whoever invites to a meeting or answers an invitation. */
function isInvitation({ headers, facts }: Inbound): boolean {
  return (
    /^(request|reply|counter)$/i.test(facts.calendar ?? '') && !('list-unsubscribe' in headers)
  );
}

/** It names what it answers, or says that it answers: some programs leave the references out, and groups mark every mail as a list does. */
function isAnswer({ subject, facts }: Inbound): boolean {
  return facts.references.length > 0 || answerSubject.test(subject ?? '');
}

const answerSubject = new RegExp(
  `^${marks}(re|aw|antw|sv|vs|rif|odp|ynt|res)(\\[\\d+\\])?\\s*:`,
  'i',
);

/** RFC 3834, what came before it, and last the subject. */
function autoReplySign(message: Inbound): string | null {
  const { from, subject, headers } = message;
  const submitted = headers['auto-submitted']?.toLowerCase().split(/[;\s(]/)[0] ?? 'no';
  const answers = isAnswer(message) || autoSubject.test(subject ?? '');
  if (submitted === 'auto-replied' || (submitted !== 'no' && submitted !== '' && answers))
    return `Auto-Submitted: ${submitted}`;
  const own = ['x-autoreply', 'x-autorespond', 'x-autoresponder'].find(
    (name) => name in headers && !/^(no|false)$/i.test(headers[name] ?? ''),
  );
  if (own) return own;
  if (/reply/i.test(headers['x-autogenerated'] ?? '')) return 'x-autogenerated';
  const precedence = headers.precedence?.toLowerCase() ?? '';
  if (precedence === 'auto_reply') return 'Precedence: auto_reply';
  if (/^(bulk|junk)$/.test(precedence) && headers['return-path'] === '<>')
    return `Precedence: ${precedence} with an empty return path`;
  if (autoSubject.test(subject ?? '')) return `subject: ${subject}`;
  return /^(no-?reply|do-?not-?reply)@/i.test(from ?? '') && isAnswer(message)
    ? 'from an address that takes no answers'
    : null;
}
