import { type AnswerRow, row } from './meaning.ts';

const postfix = 'Postfix: src/smtpd/smtpd_check.c, postconf(5)';
const exim = 'Exim: default configuration, spec chapter 45';
const sendmail = 'Sendmail: cf/README, proto.m4';
const microsoft = 'learn.microsoft.com: non-delivery reports in Exchange Online';
const google = 'support.google.com/a/answer/3726730: SMTP errors of Gmail';
const cpanel = 'docs.cpanel.net: mail limits of Exim in cPanel';
const amazon = 'docs.aws.amazon.com/ses: SMTP response codes';
const qmail = 'qmail: qmail-smtpd(8), qmail-remote(8), netqmail';
const rfc = 'RFC 3463, RFC 5321: texts of the codes';
const field = 'seen in answers of several hosts';

/** Answers about the sender, or about the message. */
export const senderRows: readonly AnswerRow[] = [
  row(
    'barred',
    amazon,
    /(from|sender|e-?mail) address.{0,20}(is )?not (been )?verified|not verified/,
    '554 Message rejected: Email address is not verified',
  ),
  row(
    'barred',
    microsoft,
    /permissions? to send as|sendasdenied|send ?as denied|client was not authenticated/,
    '550 5.7.60 SMTP; Client does not have permissions to send as this sender',
  ),
  row(
    'barred',
    microsoft,
    /bad outbound sender|outbound ?spam|sender.{0,30}(disabled|restricted) from sending/,
    '550 5.1.8 Access denied, bad outbound sender',
  ),
  row(
    'barred',
    postfix,
    /not owned by (user|authenticated)|not logged in|sender address.{0,20}not owned/,
    '553 5.7.1 <ann@sender.test>: Sender address rejected: not owned by user bob',
  ),
  row(
    'barred',
    qmail,
    /(must|should) (equal|match)|does not match (the )?(authenti|login|user)/,
    '553 Mail from must equal authorized user',
  ),
  row(
    'barred',
    exim,
    [
      /authenti(cation|cate).{0,20}(is )?(required|needed|first|must)/,
      /must (be )?(authenticate|log ?in)|smtp auth|please (authenticate|log in)/,
      /not authenticated|(login|log in) (is )?required/,
    ],
    '550 authentication required',
  ),
  row(
    'barred',
    cpanel,
    /(outgoing|outbound) (mail|e-?mails?|messages?)\b.{0,80}(suspended|blocked|disabled|held)/,
    'Outgoing mail from "ann@sender.test" has been suspended.',
  ),
  row(
    'barred',
    field,
    [
      /(your|sender'?s?) (account|mailbox|user) (is|has been|was) (suspended|blocked|restricted)/,
      /(your|sender'?s?) (account|mailbox|user) (is|has been|was) (disabled|locked)/,
    ],
    '554 5.7.1 Your account has been suspended',
  ),
  row(
    'barred',
    field,
    [
      /not (allowed|permitted|authori[sz]ed) to (send|use this (sender|from))/,
      /sending (is )?(disabled|not allowed)/,
    ],
    '550 You are not allowed to send mail from this address',
  ),
  row(
    'sender',
    postfix,
    /sender.{0,60}\b(reject|den(y|ied)|refus|unknown|invalid|blocked|blacklist|not\b)/,
    '450 4.1.8 <ann@sender.test>: Sender address rejected: Domain not found',
  ),
  row(
    'sender',
    exim,
    /sender verif(y|ication)|verif(y|ication) (failed|of sender)|could not verify.{0,20}sender/,
    '550 Sender verify failed',
  ),
  row('sender', field, /(bad|invalid|unknown|forged|spoofed) sender|return path/, 'Unknown sender'),
  row(
    'sender',
    qmail,
    /(mail ?|envelope )from (address|must|domain)/,
    '553 Mail from domain is bad',
  ),
  row(
    'sender',
    sendmail,
    [
      /relay(ing)?( access| attempt)? (is )?(denied|prohibited|blocked|refused)/,
      /(unable|not permitted|not allowed|not authori[sz]ed|refus\w*) (to )?relay/,
      /(cannot|ca[n']+t|won'?t|do(es)? ?n[o'’]t) relay/,
      /relay(ing)? (is )?(not|access)|no relay/,
    ],
    '550 5.7.1 Relaying denied',
  ),
  row(
    'sender',
    qmail,
    /rcpthosts|not a (valid )?relay|not (a )?gateway/,
    '553 … rcpthosts (#5.7.1)',
  ),
  row(
    'sender',
    postfix,
    [
      /\bptr\b|reverse (dns|lookup|hostname|address)|\brdns\b/,
      /cannot find your (hostname|reverse)|no reverse/,
    ],
    '450 4.7.25 Client host rejected: cannot find your hostname',
  ),
  row(
    'sender',
    postfix,
    /\bhelo\b|\behlo\b|need fully-?qualified hostname/,
    '504 5.5.2 <local>: Helo command rejected: need fully-qualified hostname',
  ),
  row(
    'sender',
    field,
    [
      /(your|sending|client|connecting) (ip|host|server|network|mta)\b/,
      /(your|sending|client|connecting) (smtp server|mail server|domain name|domain)\b/,
      /\bfrom (this|your) (ip|host|server|network|domain)\b|\bthis (ip|network)\b/,
      /(messages?|mail) from \[?\d+\.\d+/,
    ],
    '550 your ip sits in prison',
  ),
  row(
    'sender',
    field,
    [
      /(accept|want|take) (any )?(mail|messages|connections?|e-?mail) from/,
      /client (host )?(rejected|refused|blocked)/,
    ],
    '550 we do not accept mail from this host',
  ),
  row('sender', field, /dynamic (ip|address|range)|dial-?up|residential|\bdul\b/, 'dynamic IP'),
  row(
    'sender',
    field,
    /\baccess denied.{0,40}\[?\d{1,3}\.\d{1,3}\.\d{1,3}\.\d/,
    'access denied [192.0.2.9]',
  ),
  row(
    'limit',
    cpanel,
    [
      /(e-?mails?|messages?|recipients?).{0,12} (per|an?|each|every) ?(second|minute|hour|day)/,
      /per[- ](hour|day|minute)|frequency limit/,
    ],
    'Domain acme.example has exceeded the max emails per hour',
  ),
  row(
    'limit',
    google,
    [
      /(daily|hourly|sending|sender|outgoing|outbound) (rate )?(limit|quota)/,
      /(message|rate|submission|connection) (rate )?(limit|quota)/,
      /limits? on sending|limits? exceeded/,
    ],
    '550 5.4.5 Daily user sending limit exceeded',
  ),
  row(
    'limit',
    google,
    [
      /too (quickly|fast|frequent)|at a rate|unusual rate/,
      /\brate\b.{0,30}(limit|exceed|too)|throttl|slow down/,
    ],
    '550-5.2.1 The user you are trying to contact is receiving mail too quickly',
  ),
  row(
    'limit',
    microsoft,
    [
      /submissionquota|quota exceeded for|exceeded (the |your )?(max|limit|sending)/,
      /(exceed|reach)\w*\b.{0,40}\blimit/,
    ],
    '554 5.2.0 SubmissionQuotaExceeded',
  ),
  row(
    'limit',
    field,
    [
      /too many (messages|mails|e-?mails|connections|recipients)/,
      /too many (login|attempts|auth|requests|sessions|errors)/,
    ],
    '452 too many messages',
  ),
  row('limit', field, /\blimits?\b.{0,40}(exceed|reach)/, '450 limit for this account reached'),
  row('limit', field, /\bhourly\b|\brate[- ]?limit/, '451 rate limited'),
  row(
    'content',
    field,
    [
      /spam|black-?list|block-?list|deny-?list|\bblocked\b|reputation|listed (in|by|at|on)/,
      /\brbl\b|dnsbl/,
    ],
    '554 5.7.1 Service unavailable; blocked using zen.spamhaus.org',
  ),
  row(
    'content',
    google,
    /dmarc|\bspf\b|dkim|unauthenti|not authenti|authenticat/,
    '550-5.7.26 This mail is unauthenticated',
  ),
  row(
    'content',
    field,
    /policy|policies|unsolicited|banned|prohibited|access denied|security/,
    '550 5.7.1 Message rejected by security policy',
  ),
  row(
    'content',
    field,
    /content (was )?(rejected|refused)|virus|malware|attachment|infected|phish/,
    '554 5.7.1 Message contains a virus',
  ),
  row(
    'size',
    rfc,
    [
      /(?<!queue )too (big|large|long)|size (limit|exceed)|exceeds.{0,20}size|message size/,
      /line (is )?too long/,
    ],
    '552 5.3.4 Message size exceeds fixed limit',
  ),
  row(
    'content',
    postfix,
    /too many hops|\bloop(s|ing|ed)?\b|loops back/,
    '554 5.4.6 Too many hops',
  ),
  row(
    'content',
    sendmail,
    /message (was )?(rejected|refused|discarded)|not (been )?accepted/,
    'message rejected',
  ),
  row('content', amazon, /suppression list/, 'it is on the suppression list for your account'),
  row('greylist', postfix, /gr[ae]y-?list|gr[ae]ylisted/, '450 4.2.0 Greylisted, come back'),
];
