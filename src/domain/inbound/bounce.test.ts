import { expect, test } from 'vitest';
import { fresh, receivedMail } from '../../../test/fixtures/mails.ts';
import { gradeBounce } from './bounce.ts';
import { classify, type Inbound } from './inbound.ts';
import { foreignRows } from './tables/foreign-answers.ts';

const mailer = {
  from: 'mailer-daemon@mx.test',
  subject: 'Undelivered Mail Returned to Sender',
  headers: { 'return-path': '<>', 'auto-submitted': 'auto-replied' },
};
const dsn = (
  action: string,
  status: string | null,
  diagnostic: string | null,
): Partial<Inbound> => ({
  ...mailer,
  facts: {
    references: [],
    delivery: {
      recipient: 'bob@people.test',
      action,
      status,
      diagnostic,
      originalKey: 'm1@sender.test',
    },
  },
});

/** `expected`: the kind, with the type of a bounce. */
const shapes: [shape: string, message: Partial<Inbound>, expected: string][] = [
  ['DSN, unknown user', dsn('failed', '5.1.1', '550 5.1.1 User unknown'), 'bounce hard'],
  ['DSN, unknown domain', dsn('failed', '5.1.2', 'Host or domain name not found'), 'bounce hard'],
  ['DSN, no mail server', dsn('failed', '5.4.4', 'unable to look up host'), 'bounce hard'],
  ['DSN, disabled mailbox', dsn('failed', '5.2.1', '550 5.2.1 mailbox disabled'), 'bounce hard'],
  [
    'DSN, general status but a plain answer',
    dsn('failed', '5.0.0', '550 5.1.1 no such user'),
    'bounce hard',
  ],
  [
    'DSN, access denied by Microsoft because the address is unknown',
    dsn('failed', '5.4.1', 'Recipient address rejected: Address does not exist'),
    'bounce hard',
  ],
  ['DSN, full mailbox', dsn('failed', '5.2.2', '552 5.2.2 mailbox full'), 'bounce soft'],
  ['DSN, expired', dsn('failed', '4.4.1', 'connection timed out'), 'bounce soft'],
  ['DSN, expired as 5.4.7', dsn('failed', '5.4.7', 'delivery time expired'), 'bounce soft'],
  ['DSN, policy', dsn('failed', '5.7.1', '550 5.7.1 message rejected'), 'bounce block'],
  ['DSN, DMARC', dsn('failed', '5.7.26', '550-5.7.26 unauthenticated'), 'bounce block'],
  [
    'DSN, blocklist under another status',
    dsn('failed', '5.0.0', '554 blocked using zen.spamhaus.org'),
    'bounce block',
  ],
  [
    'DSN, expired because of reputation',
    dsn('failed', '4.7.0', '421 4.7.0 low reputation'),
    'bounce block',
  ],
  ['DSN without a status', dsn('failed', null, null), 'bounce soft'],
  [
    'DSN, on the suppression list of our own provider',
    dsn('failed', '5.1.1', 'not sent, it is on the suppression list for your account.'),
    'bounce block',
  ],
  ['DSN, in the queue too long', dsn('failed', '4.4.1', 'in the queue too long'), 'bounce soft'],
  ['DSN, delayed', dsn('delayed', '4.4.1', 'connection timed out'), 'other'],
  ['DSN, delivered', dsn('delivered', '2.0.0', null), 'other'],
  ['DSN, relayed', dsn('relayed', '2.0.0', null), 'other'],
  [
    'a bounce of qmail',
    {
      ...fresh,
      from: 'mailer-daemon@q.test',
      subject: 'failure notice',
      text:
        'Hi. This is the qmail-send program.\n\n' +
        '<bob@people.test>:\nSorry, no mailbox here by that name. (#5.1.1)',
    },
    'bounce hard',
  ],
  [
    'a bounce of Exim',
    {
      ...fresh,
      subject: 'Mail delivery failed: returning message to sender',
      headers: { 'x-failed-recipients': 'bob@people.test' },
      text: 'bob@people.test\n  550 No such user here',
    },
    'bounce hard',
  ],
  [
    'a bounce of Exim, full mailbox',
    {
      ...fresh,
      subject: 'Mail delivery failed',
      headers: { 'x-failed-recipients': 'bob@people.test' },
      text: '552 mailbox is full',
    },
    'bounce soft',
  ],
  [
    'a bounce of a gateway that blocks',
    {
      ...fresh,
      from: 'postmaster@people.test',
      subject: 'Undeliverable: Quick question',
      text: 'Your message was rejected: 554 spam detected',
    },
    'bounce block',
  ],
  [
    'a bounce in German',
    {
      ...fresh,
      from: 'mailer-daemon@t.test',
      subject: 'Unzustellbar: Hallo',
      text: '<bob@people.test>: 550 unknown user',
    },
    'bounce hard',
  ],
  [
    'a warning of Exim that it still tries',
    {
      ...fresh,
      from: 'mailer-daemon@x.test',
      subject: 'Warning: message 1abc delayed 24 hours',
      headers: { 'x-failed-recipients': 'bob@people.test' },
      text: '450 try later',
    },
    'other',
  ],
  [
    'a digest of a mail system',
    {
      ...fresh,
      from: 'postmaster@people.test',
      subject: 'Quarantine digest',
      text: 'You have mail.',
    },
    'other',
  ],
];

test.each(shapes.map(([shape, message, expected]) => [shape, expected, message] as const))(
  '%s: %s',
  (_shape, expected, message) => {
    const { kind, bounce, outOfOfficeUntil } = classify(receivedMail(message));
    expect([kind, bounce?.type, outOfOfficeUntil].filter(Boolean).join(' ')).toBe(expected);
  },
);

/** Answers of real servers, and the grade of the bounce that each is. */
const answers: [status: string | null, answer: string, expected: string][] = [
  ['5.1.0', '550 5.1.0 <ann@sender.test> sender rejected, see help page. AUP#CXSNDR', 'block'],
  ['5.0.0', '450 TEMPFAIL: retry timeout exceeded', 'soft'],
  ['5.0.0', '', 'soft'],
  ['5.1.0', '', 'soft'],
  ['5.0.0', '550 your ip sits in prison', 'block'],
  ['5.4.310', '550 5.4.310 DNS domain gone.example does not exist', 'hard'],
  ['5.4.1', '550 5.4.1 Recipient address rejected: Access denied. AS(201806281)', 'hard'],
  ['5.0.0', 'Domain acme.example has exceeded the max emails per hour', 'block'],
  ['5.0.0', 'Outgoing mail from "ann@sender.test" has been suspended.', 'block'],
  [null, '553 Mail from must equal authorized user', 'block'],
  [null, '550 Sender verify failed', 'block'],
  [null, '550 Verification failed for <ann@sender.test>: sender address unknown', 'block'],
  [null, '550 authentication required', 'block'],
  [null, '550 we do not accept mail from this host', 'block'],
  [null, '554 refused, no PTR', 'block'],
  ['5.7.1', '553 sorry, that domain is not in my list of allowed rcpthosts (#5.7.1)', 'block'],
  ['5.2.1', '550 5.2.1 The user is receiving mail too quickly', 'block'],
  ['5.2.1', '550 5.2.1 The email account that you tried to reach is disabled', 'hard'],
  ['5.2.2', '552 5.2.2 mailbox full', 'soft'],
  ['5.0.0', '550 mailbox unavailable: mailbox full', 'soft'],
  ['5.3.4', '552 5.3.4 Message size exceeds fixed limit', 'block'],
  ['5.4.6', '554 5.4.6 Too many hops, routing loop', 'block'],
  ['5.0.0', 'This is a permanent error.', 'soft'],
  ['5.0.0', 'This is a permanent error. The following address failed: no such user', 'hard'],
  ['5.0.0', '550 5.1.1 <bob@people.test>: User unknown in relay recipient table', 'hard'],
  ['5.2.0', '550 person not listed in directory', 'hard'],
  ['5.1.1', '554 5.1.1 blocked by our policy', 'block'],
  ['5.1.8', '550 5.1.8 Access denied, bad outbound sender', 'block'],
  ['5.0.0', '501 Syntax error', 'soft'],
  ['5.0.0', '550 Recipient address rejected: try another day', 'soft'],
  [null, 'Your message was returned to sender.\n550 No such user here', 'hard'],
];

test.each(answers)('the status %s with "%s" is a %s bounce', (status, answer, expected) => {
  expect(gradeBounce(status, answer)).toBe(expected);
});

test('the table has enough shapes', () => expect(shapes.length).toBeGreaterThanOrEqual(20));

test('a bounce has the recipient, the status and the id of the returned message', () => {
  expect(classify(receivedMail(dsn('failed', '5.1.1', '550 5.1.1 User unknown'))).bounce).toEqual({
    type: 'hard',
    recipient: 'bob@people.test',
    status: '5.1.1',
    diagnostic: '550 5.1.1 User unknown',
    originalKey: 'm1@sender.test',
  });
});

test('a bounce without a delivery status is read from its text', () => {
  const text = '<Bob@people.test>:\n550 5.1.1 no such user';
  const { bounce } = classify(receivedMail({ ...mailer, text }));
  expect(bounce).toMatchObject({
    type: 'hard',
    recipient: 'bob@people.test',
    status: '5.1.1',
    diagnostic: '550 5.1.1 no such user',
  });
});

test.each([
  // A full mailbox is emptied one day, whatever else the server calls it.
  [null, '550 mailbox unavailable: mailbox full', 'soft'],
  [null, '552 user over quota', 'soft'],
  [null, '550 mailbox unavailable', 'hard'],
  [null, '450 mailbox unavailable', 'soft'],
  ['4.2.0', '550 user unknown', 'hard'],
  [null, '550 insufficient system storage', 'soft'],
  ['5.2.2', '552 5.2.2 user unknown, over quota', 'soft'],
  // A refusal of the sender says nothing about the address, unless it also says "unknown".
  ['5.1.1', '550 5.1.1 blocked by our spam policy', 'block'],
  ['5.1.1', '550 5.1.1 user unknown, blocked by our spam policy', 'hard'],
  [null, '554 5.7.1 mailbox unavailable: policy', 'block'],
  ['5.1.8', "550 5.1.8 sender's domain does not exist", 'block'],
  ['5.1.7', '550 5.1.7 invalid address of the sender', 'block'],
  ['4.7.1', '451 4.7.1 greylisted', 'block'],
  // A general status gives way to one in the answer.
  ['5.0.0', '550 5.7.1 refused', 'block'],
  ['5.0.0', '552 5.2.2 refused', 'soft'],
  ['5.0.0', 'refused', 'soft'],
  ['4.0.0', 'refused', 'soft'],
  ['5.1.10', 'refused', 'hard'],
  ['5.1.3', 'refused', 'hard'],
  ['5.4.1', 'refused', 'soft'],
  ['5.4.14', 'refused', 'soft'],
  ['5.3.4', 'message too big', 'block'],
  ['4.1.1', 'try later', 'soft'],
  [null, '554 refused', 'soft'],
  [null, '421 try later', 'soft'],
  [null, '', 'soft'],
] as const)('a failure with the status %s and the answer "%s" is %s', (status, answer, grade) => {
  expect(gradeBounce(status, answer)).toBe(grade);
});

test.each(foreignRows.filter(({ means }) => means === 'sender'))(
  'an answer in $source about the sender kills no address: $example',
  ({ example }) => expect(gradeBounce(null, example)).toBe('block'),
);
const plain = (given: Partial<Inbound>) =>
  classify(receivedMail({ ...fresh, from: 'robot@mx.test', text: 'Sorry.', ...given }));

test('a header that names failed recipients is enough', () => {
  expect(plain({ headers: { 'x-failed-recipients': 'Bob@people.test, c@x.test' } })).toMatchObject({
    kind: 'bounce',
    reason: 'X-Failed-Recipients',
    bounce: { recipient: 'bob@people.test' },
  });
  expect(plain({ headers: {} }).kind).toBe('reply');
});

test('a mail system that repeats the subject answers nobody unless it names a mail', () => {
  const given = {
    from: 'mailer-daemon@mx.test',
    subject: 'Re: Hello',
    text: '550 5.1.1 no such user',
  };
  const headers = { 'return-path': '<robot@mx.test>' };
  expect(plain({ ...given, headers }).kind).toBe('bounce');
  const answering = { ...headers, 'in-reply-to': '<m1@sender.test>' };
  expect(plain({ ...given, headers: answering }).kind).not.toBe('bounce');
});
