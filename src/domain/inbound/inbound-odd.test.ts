import { expect, test } from 'vitest';
import { fresh, receivedMail } from '../../../test/fixtures/mails.ts';
import { classify, type Inbound } from './inbound.ts';

/** Messages of real mail systems and programs that are easily taken for another kind. */
const shapes: [shape: string, message: Partial<Inbound>, expected: string][] = [
  [
    'an invitation that Google Calendar sends in the name of the person',
    {
      facts: { references: [], calendar: 'REQUEST' },
      subject: 'Invitation: Call',
      headers: { 'auto-submitted': 'auto-generated' },
    },
    'reply',
  ],
  [
    'an invitation of a mailing list',
    {
      facts: { references: [], calendar: 'REQUEST' },
      subject: 'Our webinar',
      headers: { 'list-unsubscribe': '<https://x.test>' },
    },
    'other',
  ],
  [
    'a meeting that is cancelled',
    {
      facts: { references: [], calendar: 'CANCEL' },
      subject: 'Cancelled: Call',
      headers: { 'auto-submitted': 'auto-generated' },
    },
    'other',
  ],
  [
    'a subject that a gateway marked',
    { subject: '[EXTERNAL] [Spam?] Automatic reply: Quick question' },
    'auto_reply',
  ],
  [
    'a marked subject that quotes one',
    { subject: '[EXT] Re: Automatic reply: Quick question', text: 'Back now.' },
    'reply',
  ],
  [
    'a reply through a group, marked',
    {
      ...fresh,
      subject: '[sales] Re: Quick question',
      headers: { 'list-id': '<sales.sender.test>' },
      text: 'Yes.',
    },
    'reply',
  ],
  [
    'a report of Exchange that a gateway has taken apart',
    {
      from: 'microsoftexchange329e71ec88ae4615bbc36ab6ce41109e@people.test',
      subject: 'Undeliverable: Quick question',
      text:
        "Your message to bob@people.test couldn't be delivered.\n" +
        "Remote server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound'",
    },
    'bounce hard',
  ],
  [
    'a report of a failed DMARC check (RFC 6591)',
    {
      ...fresh,
      facts: { references: [], complaint: { type: 'auth-failure', originalKey: 'm1@sender.test' } },
    },
    'other',
  ],
  [
    'a report that a mail is no spam',
    {
      ...fresh,
      facts: { references: [], complaint: { type: 'not-spam', originalKey: 'm1@sender.test' } },
    },
    'other',
  ],
  [
    'a read receipt (RFC 8098)',
    {
      subject: 'Read: Quick question',
      headers: {
        'content-type': 'multipart/report; report-type=disposition-notification; boundary="b"',
      },
      text: 'Your message was read on Friday, November 20, 2026 9:59:12 AM.',
    },
    'other',
  ],
  [
    'a receipt of a person that deletes unread',
    {
      ...fresh,
      subject: 'Not read: Quick question',
      headers: {
        'content-type': 'multipart/report; boundary=b;\r\n report-type="disposition-notification"',
      },
    },
    'other',
  ],
  [
    'a new mail from Fastmail, which marks every mail with Feedback-ID',
    {
      ...fresh,
      subject: 'Your offer',
      headers: { 'feedback-id': 'i1234abcd:Fastmail' },
      text: 'Tell me more.',
    },
    'reply',
  ],
  [
    'a reply without references through a group, which marks every mail as a list does',
    {
      ...fresh,
      headers: {
        'list-id': '<sales.sender.test>',
        'list-unsubscribe': '<https://groups.test>',
        precedence: 'list',
      },
      text: 'Yes, gladly.',
    },
    'reply',
  ],
  [
    'a reply without references in German, numbered',
    { ...fresh, subject: 'AW[2]: Kurze Frage', headers: { precedence: 'bulk' } },
    'reply',
  ],
  [
    'an answer that a process sent, without references',
    { ...fresh, subject: 'Re: Quick question', headers: { 'auto-submitted': 'auto-generated' } },
    'reply',
  ],
  [
    'a ticket from no-reply without references',
    { ...fresh, from: 'noreply@people.test', subject: 'Re: Quick question' },
    'auto_reply',
  ],
  [
    'a person whose address is postmaster',
    {
      from: 'postmaster@people.test',
      headers: { 'return-path': '<postmaster@people.test>', 'in-reply-to': '<m1@sender.test>' },
      text: 'Call me at 415-555-0100.',
    },
    'reply',
  ],
  [
    'a mail system that answers without a failure',
    {
      from: 'postmaster@people.test',
      headers: { 'return-path': '<>', 'in-reply-to': '<m1@sender.test>' },
      text: 'It is in quarantine.',
    },
    'other',
  ],
  [
    'a refusal of a filter, from a postmaster with a return path',
    {
      from: 'postmaster@people.test',
      subject: 'Undeliverable: Quick question',
      headers: { 'return-path': '<postmaster@people.test>', 'in-reply-to': '<m1@sender.test>' },
      text: '550 5.1.1 no such user',
    },
    'bounce hard',
  ],
  [
    'a warning of Exim under a subject of its own',
    {
      ...fresh,
      from: 'mailer-daemon@x.test',
      subject: 'Mail delivery status',
      headers: { 'x-failed-recipients': 'bob@people.test' },
      text:
        'A message that you sent has not yet been delivered to one or more of its recipients ' +
        'after more than 24 hours.\n  bob@people.test\n    Delay reason: 451 4.7.1 greylisted\n' +
        'No action is required on your part. Delivery attempts will continue for some time.',
    },
    'other',
  ],
  [
    'a warning of Sendmail',
    {
      ...fresh,
      from: 'mailer-daemon@x.test',
      subject: 'Returned mail: see transcript',
      text:
        'THIS IS A WARNING MESSAGE ONLY\n**  YOU DO NOT NEED TO RESEND YOUR MESSAGE  **\n' +
        '451 4.4.1 reply: read error',
    },
    'other',
  ],
  [
    'a bounce of a mail about delays',
    {
      ...fresh,
      from: 'postmaster@people.test',
      subject: 'Undeliverable: Your shipping delays',
      text: '<bob@people.test>: 550 5.1.1 no such user',
    },
    'bounce hard',
  ],
];

test.each(shapes.map(([shape, message, expected]) => [shape, expected, message] as const))(
  '%s: %s',
  (_shape, expected, message) => {
    const { kind, bounce } = classify(receivedMail(message));
    expect([kind, bounce?.type].filter(Boolean).join(' ')).toBe(expected);
  },
);
