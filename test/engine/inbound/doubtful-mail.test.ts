import { expect, test } from 'vitest';
import { dayMs } from '../../../src/domain/time.ts';
import { delayHours, followUp, hello } from '../../factories/campaigns.ts';
import { openContacted } from '../../fixtures/email.ts';

const { t, contacted, suppressions } = await openContacted();
type Contacted = Awaited<ReturnType<typeof contacted>>;

const lines = (...parts: string[]) => parts.join('\r\n');
const body = 'MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n';
const thread = ({ key }: Contacted) => `In-Reply-To: <${key}>\r\nReferences: <${key}>`;

/** Each raw mail about a person, with the status that the person then has. */
const mails: [situation: string, raw: (c: Contacted) => string, status: string][] = [
  [
    'an answer that a rule of the mailbox passed on',
    (c) =>
      lines(
        `From: ${c.address}`,
        thread(c),
        'Auto-Submitted: auto-generated',
        'Subject: Re: Hello Pat',
        `${body}Sounds good, call me tomorrow.`,
      ),
    'replied',
  ],
  [
    'an answer of an agent out of a ticket system',
    (c) =>
      lines(
        `From: ${c.address}`,
        thread(c),
        'Auto-Submitted: auto-generated',
        'X-Auto-Response-Suppress: All',
        'Subject: Re: Hello Pat',
        `${body}##- Please type your reply above this line -##\r\n\r\nYes, call me.`,
      ),
    'replied',
  ],
  [
    'an answer with Precedence: junk and an empty return path',
    (c) =>
      lines(
        'Return-Path: <>',
        `From: ${c.address}`,
        thread(c),
        'Precedence: junk',
        'Subject: Re: Hello Pat',
        `${body}Yes, Tuesday at 3 works.`,
      ),
    'replied',
  ],
  [
    'a ticket receipt with our id',
    (c) =>
      lines(
        `From: ${c.address}`,
        thread(c),
        'Auto-Submitted: auto-generated',
        'X-Auto-Response-Suppress: All',
        'Subject: [Ticket #4711] We received your request',
        `${body}We will answer within two days.`,
      ),
    'sent',
  ],
  [
    'a vacation program without a word in its subject',
    (c) =>
      lines(
        'Return-Path: <>',
        `From: ${c.address}`,
        thread(c),
        'Precedence: bulk',
        'Subject: Re: Hello Pat',
        `${body}I am out of the office this week.`,
      ),
    'sent',
  ],
  [
    'an answer from another address with the person in Reply-To',
    (c) =>
      lines(
        'From: Pat <pat.home@elsewhere.test>',
        `Reply-To: ${c.address}`,
        'Subject: Re: Hello',
        `${body}Yes, call me.`,
      ),
    'replied',
  ],
  [
    'an answer with two authors',
    (c) =>
      lines(
        `From: Bob <bob@elsewhere.test>, Pat <${c.address}>`,
        'Subject: Re: Hello',
        `${body}Yes, call me.`,
      ),
    'replied',
  ],
  [
    'an answer of an assistant with the person in Cc',
    (c) =>
      lines(
        'From: Petra <pa@elsewhere.test>',
        `Cc: Pat <${c.address}>`,
        'Subject: Hello Pat',
        `${body}I was asked to answer: please call on Tuesday.`,
      ),
    'replied',
  ],
  [
    'a request from another address by the mailto of List-Unsubscribe',
    (c) => lines('From: pat.home@elsewhere.test', `Subject: unsubscribe ${c.key}`, `${body}`),
    'unsubscribed',
  ],
  [
    'a complaint that returns our mail without a report of RFC 5965',
    (c) =>
      lines(
        'Return-Path: <>',
        'From: <staff@hotmail.example>',
        'Subject: complaint about message from 192.0.2.9',
        'MIME-Version: 1.0',
        'Content-Type: multipart/mixed; boundary="h"',
        '',
        '--h',
        'Content-Type: message/rfc822',
        '',
        'From: Sam <sam@sender.test>',
        `To: ${c.address}`,
        `Message-ID: <${c.key}>`,
        '',
        'Hi',
        '--h--',
      ),
    'unsubscribed',
  ],
  [
    'a bounce that names the person in its text alone',
    (c) =>
      lines(
        'Return-Path: <>',
        'From: MDaemon <MDaemon@mx.people.test>',
        'Subject: Permanent Delivery Failure',
        `${body}The attached message had PERMANENT fatal delivery errors.`,
        '',
        `Failed address: ${c.address}`,
        '',
        '<-- 550 5.1.1 Recipient unknown',
      ),
    'bounced',
  ],
  [
    'a request to stop above a signature',
    (c) =>
      lines(
        `From: ${c.address}`,
        thread(c),
        'Subject: Re: Hello Pat',
        `${body}Please remove me from your list.`,
        '',
        'Kind regards',
        'Pat Lee',
        'Head of Purchasing, Example GmbH, Hauptstr. 1, 12345 Berlin, T +49 30 1234',
      ),
    'unsubscribed',
  ],
];

test.each(mails)('%s: the person is afterwards as it says', async (_situation, raw, status) => {
  const c = await contacted();
  await t.deliver(c.sender, `${raw(c)}\r\n`);
  await t.readInboxes();
  expect(await c.person()).toMatchObject({ status });
  await t.runFor(2 * dayMs);
  expect(c.mails()).toBe(status === 'sent' ? 2 : 1);
  await t.checkLaws();
});

test('an answer with our own subject is no automatic one, though it begins like that', async () => {
  const first = { ...hello, subject: 'OOO planning for your team' };
  const c = await contacted({}, [first, delayHours(24), followUp]);
  const head = lines(`From: ${c.address}`, thread(c), 'Subject: OOO planning for your team');
  await t.deliver(c.sender, `${head}\r\n${body}Yes, call me.\r\n`);
  await t.readInboxes();
  expect(await c.person()).toMatchObject({ status: 'replied' });
});

test('a delivery that failed for the sender ends the person without suppressing them', async () => {
  const c = await contacted();
  const raw = lines(
    'Return-Path: <>',
    'From: MAILER-DAEMON@mx.people.test',
    'Subject: Undelivered Mail Returned to Sender',
    `${body}<${c.address}>: 550 your ip sits in prison`,
    '',
    `Message-ID: <${c.key}>`,
    '',
  );
  await t.deliver(c.sender, raw);
  await t.readInboxes();
  expect(await c.person()).toMatchObject({ status: 'bounced' });
  expect(await suppressions(c.address)).toEqual([]);
});
