import { oneOf } from '../../phrases.ts';

/** How a mail system begins a report in plain text, with an example and the system's name. */
export type ReportRow = { says: RegExp; example: string; source: string };

const row = (source: string, says: RegExp | RegExp[], example: string): ReportRow => ({
  says: Array.isArray(says) ? oneOf(says) : says,
  example,
  source,
});

/** Phrases that mail systems write and people do not, unless they forward such a report. */
export const reportRows: readonly ReportRow[] = [
  row(
    'DragonFly Mail Agent, dma/local.c',
    /this is the dragonfly mail agent|there was an error delivering your mail to/,
    'This is the DragonFly Mail Agent v0.13 at df.people.test.',
  ),
  row('qmail, qmail-send.c', /this is the qmail-send program/, 'This is the qmail-send program at'),
  row(
    'qmail, qmail-send.c',
    [
      /i('m| am) (sorry|afraid).{0,40}(i|we) (wasn't|was not|weren't|were not) able to deliver/,
      /i('m| am) sorry to have to (inform|tell) you/,
    ],
    "I'm afraid I wasn't able to deliver your message to the following addresses.",
  ),
  row(
    'Exim, deliver.c; 1&1; GMX; mail.ru',
    /(was )?created automatically by mail delivery software/,
    'This message was created automatically by mail delivery software.',
  ),
  row(
    'Exim, deliver.c',
    /could not be delivered to (one or more|all|some|any) of (its|your|the) recipients/,
    'A message that you sent could not be delivered to one or more of its recipients.',
  ),
  row(
    'Sendmail, savemail.c',
    /-{3,} ?transcript of session follows/,
    '   ----- Transcript of session follows -----',
  ),
  row(
    'Sendmail, savemail.c; fml; McAfee; Biglobe; Activehunter',
    [
      /following (e-?mail )?address(es|\(es\))? had (permanent fatal errors|transient)/,
      /following (e-?mail )?address(es|\(es\))? had delivery (problems|errors)/,
    ],
    '   ----- The following addresses had permanent fatal errors -----',
  ),
  row(
    'Postfix, bounce(8)',
    /this is the (mail system|postfix program) at host/,
    'This is the mail system at host mx.people.test.',
  ),
  row(
    'OpenSMTPD, bounce.c',
    /this is the mailer-daemon, please do not reply/,
    'This is the MAILER-DAEMON, please DO NOT REPLY to this e-mail.',
  ),
  row(
    'Apache James, Bounce mailet',
    /message details:[\s\S]{0,600}(error message below|mail from:)/,
    'Message details:\n  MAIL FROM: ann@sender.test\n\nError message below:\n550 no',
  ),
  row(
    'Exchange 5.5 to 2003, Internet Mail Service',
    /did not reach the following recipient|the mts-id of the original message|msexch:ims/,
    'did not reach the following recipient(s):',
  ),
  row(
    'Exchange 2007 to 2019',
    [
      /delivery (has )?failed to these (recipients|distribution lists)/,
      /diagnostic information for administrators/,
    ],
    'Delivery has failed to these recipients or groups:',
  ),
  row(
    'Domino router',
    /was not delivered to:\s+\S+[\s\S]{0,200}because:/,
    'was not delivered to:\n\n  bob@people.test\n\nbecause:\n',
  ),
  row('Lotus Notes', /-{3,} *failure reasons *-{3,}/, '------- Failure Reasons  --------'),
  row(
    'Gmail',
    [
      /delivery to the following recipients? (has )?(failed|been delayed)/,
      /technical details of (permanent|temporary) failure/,
    ],
    'Delivery to the following recipient failed permanently:',
  ),
  row(
    'Gmail groups',
    /the group you tried to contact .{0,200}(may not|doesn)/,
    'the group you tried to contact (sales) may not exist',
  ),
  row(
    'Yahoo',
    /(we were|was) unable to deliver your (message|mail) to the following/,
    'Sorry, we were unable to deliver your message to the following address.',
  ),
  row(
    'MailFoundry; unnamed gateways',
    /unable to deliver (the |your |this )?message to( the following)?( address(es|\(es\))?)?[ :.]/,
    'Unable to deliver message to: <bob@people.test>',
  ),
  row(
    'Trend Micro InterScan',
    /sent (<<<|>>>) (rcpt|mail|data)|received (>>>|<<<) [45]\d\d/,
    'Sent <<< RCPT TO:<bob@people.test>',
  ),
  row('m-FILTER', /-{3,} ?server message/, '-------server message'),
  row(
    'MailMarshal',
    /(could|can) ?not be delivered because of|the following recipients were affected/,
    'Could not be delivered because of\n\n550 5.1.1 User unknown',
  ),
  row(
    'SurfControl',
    /a transcript of the attempts to send the message follows|message non-deliverable/,
    'Your message could not be sent. A transcript of the attempts to send the message follows.',
  ),
  row(
    'IMail Server (Ipswitch)',
    [
      /^[ \t]*(undeliverable to|unknown (user|host):|invalid final delivery user)/,
      /^[ \t]*(delivery failed \d+ attempts|rcpt to generated following response)/,
    ],
    'Unknown user: bob@people.test',
  ),
  row(
    'KDDI, au',
    /could not be delivered to: ?<|^[ \t]*as (their|the) mailbox is full/m,
    'Could not be delivered to: <bob@people.test>\nAs their mailbox is full.',
  ),
  row(
    'EZweb, docomo',
    [
      /the user\(s\) account is|the following recipients did not receive (this|your)/,
      /each of the following( recipients)? was rejected/,
    ],
    'The user(s) account is disabled.',
  ),
  row(
    'Verizon',
    /no valid recipients? (from|for) this|could not be delivered to mobile/,
    'Error:  No valid recipients from this MM',
  ),
  row(
    'fml',
    [
      /not member article|sorry,? (you are|your mail is) not (a )?member/,
      /restriction: .{0,60}(not|reject)|fml (status|mailing list)/,
      /does not (permit|accept) .{0,40}(post|article)/,
      /you are not a member of this (mailing )?list/,
    ],
    'NOT MEMBER article from bob@people.test',
  ),
  row(
    'unnamed carriers',
    /-{2,} ?the following addresses had delivery errors/,
    '---The following addresses had delivery errors---',
  ),
  row(
    'CommuniGate, AXIGEN',
    [
      /we had trouble delivering your message|rejected recipient </,
      /there was an error sending your mail/,
    ],
    'SMTP Server <mta.people.test> rejected recipient <bob@people.test>',
  ),
  row(
    'Courier',
    /running the courier mail server|this is a delivery status notification from/,
    'This is a delivery status notification from mx.people.test, running the Courier mail server',
  ),
  row(
    'PowerMTA',
    /to inform you on the delivery status of a message/,
    'I am sending you this message to inform you on the delivery status of a message',
  ),
  row(
    'SendGrid, MailChannels',
    /your message was (not able|unable) to be delivered|was not able to be delivered/,
    'your message was not able to be delivered to one of its intended recipients.',
  ),
  row(
    'Amazon SES',
    /an error occurred while trying to deliver the mail to|"notificationtype\\?" ?: ?\\?"bounce/,
    'An error occurred while trying to deliver the mail to the following recipients:',
  ),
  row(
    'MDaemon',
    /had permanent fatal delivery errors|failed address:/,
    'The attached message had PERMANENT fatal delivery errors.',
  ),
  row(
    'Sun and Oracle Messaging Server',
    /your message cannot be delivered to the following recipients/,
    'Your message cannot be delivered to the following recipients:',
  ),
  row('Zoho', /error_code ?:/, 'bob@people.test Invalid Address, ERROR_CODE :550'),
  row(
    'X.400 gateways',
    [
      /(non-?delivery|undeliverable) (report|notification|message)\b/,
      /unable to transfer the message|message (was )?not delivered/,
    ],
    'Non-Delivery Report',
  ),
  row(
    'Netscape Messaging Server, Mirapoint',
    /this message was undeliverable due to the following reason/,
    'This Message was undeliverable due to the following reason:',
  ),
  row(
    'generic',
    [
      /(your|the) (e-?mail )?message (could|can) ?no(t|n)?.{0,10}be delivered/,
      /(following|these) (recipient|address)(s|es|\(s\)|\(es\))? (failed|could not be)/,
      /mail delivery failed|delivery (status )?notification ?\(failure\)/,
    ],
    'Your message could not be delivered',
  ),
];

/** Lines behind which a report repeats our mail: the lines after it are not the report's. */
export const repeatRows: readonly ReportRow[] = [
  row(
    'DragonFly; Gmail; IMail; MailMarshal',
    /^[^\w\n]*(the )?original (message|mail|header)s?\b/m,
    'Original message follows.',
  ),
  row('DragonFly', /^[^\w\n]*message headers? follows?/m, 'Message headers follow.'),
  row(
    'Sendmail 5 to 8',
    /^[^\w\n]*(unsent|returned|non-?delivered) (message|mail|information)/m,
    '   ----- Unsent message follows -----',
  ),
  row(
    'qmail, Yahoo',
    /^[^\w\n]*below this line is/m,
    '--- Below this line is a copy of the message.',
  ),
  row(
    'Exim, OpenSMTPD',
    /^[^\w\n]*(this is|below is|here is|included is) a copy of/m,
    '------ This is a copy of the message, including all the headers. ------',
  ),
  row('Postfix', /^[^\w\n]*(the )?(undelivered|attached) message/m, 'Undelivered message headers:'),
  row(
    'header of a repeated mail',
    /^[> \t]*(return-path:|received: (from|by)\b|mime-version:|dkim-signature:|x-mailer:)/m,
    'Received: from mx.people.test',
  ),
];
