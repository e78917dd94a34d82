import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseReceived } from '../../../src/channels/email/parse.ts';
import { classify } from '../../../src/domain/inbound/inbound.ts';
import { hourMs } from '../../../src/domain/time.ts';
import { hello, launchEmailCampaign } from '../../factories/campaigns.ts';
import { addMailbox } from '../../factories/rows.ts';
import { openEmailFixture } from '../../fixtures/email.ts';
import { readProspects } from '../../fixtures/engine.ts';
import { mail } from '../../fixtures/mails.ts';

// Anybody can write to a mailbox. Any mail must be processed without stopping the mails after it.
const t = await openEmailFixture();

const pieces = [
  ...[
    '\u0000',
    '😀',
    '\u202e',
    '\ufeff',
    '\uffff',
    '\t',
    '\n',
    '\r\n',
    '\\',
    '"',
    '<',
    '>',
    '(',
    ')',
    ',',
    ';',
    ':',
    '@',
    ' ',
    '%first_name%',
  ],
  ...[
    '=?utf-8?B?8J+YgA==?=',
    '=?utf-8?Q?=00=ED=A0=BD?=',
    '=?utf-16?B?2D0=?=',
    '=ED=A0=BD',
    '=00',
    '--b',
    '--b--',
  ],
  ...[
    'a@b.test',
    'pat@people.test',
    'MAILER-DAEMON@x.test',
    '<a@b.test>',
    'x'.repeat(900),
    '😀'.repeat(100),
  ],
  ...[
    'unsubscribe',
    'stop',
    'out of office until 2026-12-24',
    'back on 99.99.',
    '550 5.1.1 no such user',
  ],
];
const text = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((some) => some.join(''));
const kinds = [
  ...[
    'text/plain',
    'text/html',
    'text/plain; charset=utf-16',
    'text/plain; charset="x"',
    'text/rfc822-headers',
    'message/rfc822',
  ],
  ...[
    'message/delivery-status',
    'message/feedback-report',
    'multipart/report; report-type=delivery-status; boundary="b"',
  ],
  ...['multipart/mixed; boundary=b', 'application/octet-stream'],
].map((kind) => `Content-Type: ${kind}`);
const names = [
  ...[
    'From',
    'Sender',
    'Reply-To',
    'To',
    'Subject',
    'Date',
    'Message-ID',
    'In-Reply-To',
    'References',
    'Return-Path',
    'Precedence',
  ],
  ...[
    'Auto-Submitted',
    'X-Autoreply',
    'X-Failed-Recipients',
    'List-Id',
    'Content-Transfer-Encoding',
    'Feedback-ID',
  ],
];
const field = fc.oneof(
  fc.tuple(fc.constantFrom(...names), text).map(([name, value]) => `${name}: ${value}`),
  fc.constantFrom(
    ...kinds,
    'Content-Transfer-Encoding: base64',
    'Content-Transfer-Encoding: quoted-printable',
  ),
);
const said = [
  'Final-Recipient: rfc822; ',
  'Action: ',
  'Status: ',
  'Diagnostic-Code: smtp; ',
  'Feedback-Type: ',
  'Message-ID: ',
  '',
];
const lines = fc.array(
  fc.tuple(fc.constantFrom(...said), text).map(([name, value]) => name + value),
  { maxLength: 6 },
);
const part = fc
  .tuple(fc.constantFrom(...kinds), lines)
  .map(([kind, body]) => `--b\r\n${kind}\r\n\r\n${body.join('\r\n')}\r\n`);
const parts = fc.array(part, { maxLength: 4 }).map((some) => `${some.join('')}--b--\r\n`);
const anything = fc
  .tuple(fc.array(field, { maxLength: 12 }), fc.oneof(text, parts))
  .map(([head, body]) => `${head.join('\r\n')}\r\n\r\n${body}`);

test('any mail is processed, and a reply after it is applied', async () => {
  const sender = await addMailbox(t, {
    address: 'sam@sender.test',
    smtp: t.sink,
    dailyLimit: 500,
    minGapSeconds: 1,
  });
  const people = ['kim', 'pat'].map((name) => ({ email: `${name}@people.test`, first_name: name }));
  const id = await launchEmailCampaign(t, {
    name: 'hostile',
    senders: [sender],
    nodes: [hello],
    people,
    settings: {},
  });
  await t.runFor(hourMs);
  for (const raw of fc.sample(anything, { numRuns: 600, seed: 20_261_121 }))
    await t.deliver(sender, raw);
  await t.deliver(sender, mail({ from: 'kim@people.test' }));
  await t.readInboxes();
  expect(await t.db.selectFrom('inboxes').select('error').execute()).toEqual([{ error: null }]);
  expect(
    await t.db.selectFrom('inbound_messages').selectAll().where('applied_at', 'is', null).execute(),
  ).toEqual([]);
  expect(
    (await readProspects(t, id)).find(({ email }) => email === 'kim@people.test'),
  ).toMatchObject({ status: 'replied' });
  await t.checkLaws();
});

test('a mail of a million lines is read as far as a person would write', async () => {
  const startedAt = performance.now();
  const source = Buffer.from(
    `From: ann@people.test\r\nSubject: Re: Hello\r\n\r\nSounds good.${'\n'.repeat(1_000_000)}`,
  );
  const received = await parseReceived(source, {
    sourceKey: 'x',
    receivedAt: new Date('2026-03-02T09:00:00Z'),
  });
  expect(received).toMatchObject({
    from: 'ann@people.test',
    subject: 'Re: Hello',
    text: expect.stringMatching(/^Sounds good\./),
  });
  expect(performance.now() - startedAt).toBeLessThan(4_000);
});

test('a mail made to be slow to parse is not slow', () => {
  const receivedAt = new Date('2026-03-02T09:00:00Z');
  for (const piece of [
    `<${'@'.repeat(65_000)}`,
    `<${'a@'.repeat(32_500)}`,
    'deliver',
    'fail',
    '_torn',
    ' torn_',
    'rientr_',
    'until ',
    '4.',
    '<@',
    '> ',
    'On wrote:',
    'stop ',
    ' \n',
  ]) {
    const long = piece.repeat(Math.ceil(65_536 / piece.length)).slice(0, 65_536);
    const message = {
      subject: `Auto: ${long.slice(0, 990)}`,
      text: long,
      receivedAt,
      headers: {},
      facts: { references: [] },
    };
    const startedAt = performance.now();
    for (let times = 0; times < 10; times += 1)
      for (const from of ['mailer-daemon@x.test', 'ann@people.test'])
        classify({ ...message, from });
    expect(performance.now() - startedAt, piece.slice(0, 20)).toBeLessThan(2_000);
  }
});
