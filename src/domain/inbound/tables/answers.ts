import { foreignRows } from './foreign-answers.ts';
import { type AnswerRow, row } from './meaning.ts';

const postfix = 'Postfix: src/smtpd/smtpd_check.c, postconf(5)';
const exim = 'Exim: default configuration, spec chapter 45';
const sendmail = 'Sendmail: cf/README, proto.m4';
const microsoft = 'learn.microsoft.com: non-delivery reports in Exchange Online';
const google = 'support.google.com/a/answer/3726730: SMTP errors of Gmail';
const qmail = 'qmail: qmail-smtpd(8), qmail-remote(8), netqmail';
const rfc = 'RFC 3463, RFC 5321: texts of the codes';
const field = 'seen in answers of several hosts';

const person = '(user|recipient|mailbox|address|account|person|addressee|alias|customer|member)';
const lost =
  "(unknown|not found|does ?n[o'’]t exist|not exist|no longer|not listed|not known|invalid|" +
  'disabled|inactive|unavailable|deactivated|terminated|discontinued|expired|closed)';

/** Answers about the person's address or mailbox. */
export const personRows: readonly AnswerRow[] = [
  ...foreignRows,
  row('dead', postfix, new RegExp(`${person}\\b.{0,60}\\b${lost}`), '550 5.1.1 User unknown'),
  row(
    'dead',
    postfix,
    /unknown (user|recipient|mailbox|address|local|account)/,
    '550 5.1.1 <bob@people.test>: Recipient address rejected: Unknown user',
  ),
  row(
    'dead',
    exim,
    /no such (user|person|recipient|mailbox|address|account|mail ?drop|local user)/,
    '550 No such user here',
  ),
  row('dead', exim, /unrouteable|unroutable (address|mail domain)/, '550 Unrouteable address'),
  row('dead', microsoft, /not listed in|not in (the )?directory/, 'User not listed in directory'),
  row(
    'dead',
    microsoft,
    [
      /recipient address(es)? rejected ?: access denied|resolver\.adr\.(recip|exrecip)notfound/,
      /recipnotfound/,
    ],
    '550 5.4.1 Recipient address rejected: Access denied. AS(201806281)',
  ),
  row(
    'dead',
    microsoft,
    /infodomainnonexistent|domain.{0,40}(not found|does ?n[o'’]t exist|not exist)/,
    '550 5.4.310 DNS domain gone.example does not exist',
  ),
  row(
    'dead',
    microsoft,
    /(recipient|name) (name )?is not recogni[sz]ed|e-?mail account does not exist/,
    'The recipient name is not recognized',
  ),
  row(
    'dead',
    field,
    /no valid recipients?|invalid final delivery user|no such address/,
    'No valid recipients from this MM',
  ),
  row(
    'dead',
    field,
    /(could|can)( no|')t (be )?(find|found|locate).{0,30}(user|recipient|mailbox|address)/,
    'could not find recipient',
  ),
  row('dead', qmail, /no mailbox (here|by that)|couldn'?t find any host named/, 'no mailbox here'),
  row(
    'dead',
    qmail,
    /that (user|address|mailbox|domain) (is|was|has)n'?t? .{0,20}(here|found|valid|known)/,
    "550 sorry, that user isn't known here",
  ),
  row(
    'dead',
    sendmail,
    /host (name )?(not found|unknown)|name or service not known|name service error/,
    '550 5.1.2 Host unknown',
  ),
  row('dead', postfix, /unable to look ?up|no mx\b|does not accept mail \(null ?mx\)/, 'no MX'),
  row('dead', rfc, /bad destination (mailbox|system)|addressee unknown/, 'Addressee unknown'),
  row('dead', field, /(invalid|bad|wrong) (recipient|mailbox|addressee)/, '550 Invalid recipient'),
  row(
    'dead',
    field,
    /(is|are) not (a )?(valid|known|existing) (user|mailbox|recipient|address|account|e-?mail)/,
    '550 bob@people.test is not a valid mailbox',
  ),
  row(
    'dead',
    field,
    /(not|isn'?t) (a )?(valid|local|our) (user|customer|mailbox|recipient|account)/,
    '550 not our customer',
  ),
  row(
    'dead',
    field,
    /(doesn['’]?t|does not|do not|don['’]?t) (have|exist).{0,30}(account|user|mailbox)/,
    "554 delivery error: This user doesn't have a people.test account",
  ),
  row('dead', field, /can(no|')t find (that )?(user|recipient|mailbox|address)/, "can't find user"),
  row('dead', field, /(recipient|user|mailbox) (was )?not found/, '550 user not found'),
  row(
    'dead',
    field,
    /left the (company|organi[sz]ation)|no longer (works|employed)/,
    'left the company',
  ),
  row(
    'full',
    rfc,
    /(mailbox|mail ?box|inbox|mail ?folder|account).{0,30}\bfull|\bfull\b.{0,20}(mailbox|inbox)/,
    '552 5.2.2 Mailbox full',
  ),
  row(
    'full',
    google,
    /over ?(the )?(disk )?quota|(quota|storage|space).{0,20}(exceeded|full|reached)/,
    '552-5.2.2 The email account that you tried to reach is over quota',
  ),
  row(
    'full',
    field,
    /exceed.{0,30}(quota|storage|mailbox size|disk|space)|mailbox (size )?limit/,
    '552 user has exceeded his quota',
  ),
  row(
    'full',
    postfix,
    /insufficient.{0,20}(storage|space|disk)|not enough (space|storage)|disk (is )?full/,
    '452 4.3.1 Insufficient system storage',
  ),
  row(
    'full',
    microsoft,
    /quotaexceeded|storage (is )?full|out of (storage|space)/,
    'QuotaExceeded',
  ),
];
