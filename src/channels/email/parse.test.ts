import { expect, test } from 'vitest';
import { classify } from '../../domain/inbound/inbound.ts';
import { parseReceived } from './parse.ts';

const where = { sourceKey: 'INBOX/1/1', receivedAt: new Date('2026-11-20T10:00:00Z') };
const parse = (...lines: string[]) => parseReceived(Buffer.from(lines.join('\r\n')), where);

test('references have no brackets, the newest first, each once', async () => {
  const { key, facts } = await parse(
    'Message-ID: <in@x>',
    'In-Reply-To: <c@x>',
    'References: <a@x> <b@x>',
    ' <c@x>',
    '',
    'Hi',
  );
  expect([key, facts.references]).toEqual(['in@x', ['c@x', 'b@x', 'a@x']]);
});

test('the first value of each known header is kept, up to a maximum', async () => {
  const { headers } = await parse(
    'From: Bob <BOB@People.test>',
    'Auto-Submitted: auto-replied',
    'Auto-Submitted: no',
    'X-Other: 1',
    `Subject: ${'x'.repeat(5000)}`,
    '',
    '',
  );
  expect(headers).toMatchObject({
    from: 'Bob <BOB@People.test>',
    'auto-submitted': 'auto-replied',
  });
  expect(headers).not.toHaveProperty('x-other');
  expect(headers.subject).toHaveLength(1000);
});

test('a mail with HTML alone gets a text', async () => {
  const { text } = await parse(
    'Content-Type: text/html; charset=utf-8',
    '',
    '<style>p{}</style><p>Hi <b>Ann</b></p><p>Fine &amp; good</p><img src=x>',
  );
  expect(text.replace(/\s+/g, ' ').trim()).toBe('Hi Ann Fine & good');
});

test('characters that PostgreSQL refuses are removed', async () => {
  const { text, subject, from } = await parse(
    'From: "B\0" <b\0ob@people.test>',
    'Subject: a\0b',
    '',
    'c\0d',
  );
  expect(JSON.stringify([text, subject, from])).not.toContain('\\u0000');
});

/** A delivery status (RFC 3464) for a mailbox at people.test. */
const failedDelivery = (name: string) => {
  const fields = `Final-Recipient: rfc822; ${name}@people.test\r\nAction: failed\r\nStatus: 5.1.1`;
  return `Reporting-MTA: dns; mx\r\n\r\n${fields}`;
};

const report = (type: string, part: string, returned: string) => [
  'From: MAILER-DAEMON@mx.test',
  `Content-Type: multipart/report; report-type=${type}; boundary=b`,
  '',
  '--b',
  'Content-Type: text/plain',
  '',
  'Sorry',
  '--b',
  `Content-Type: message/${type}`,
  '',
  part,
  '--b',
  `Content-Type: ${returned}`,
  '',
  'Message-ID: <m1@sender.test>',
  'Subject: Hello',
  '',
  'Hi',
  '--b--',
];

test.each(['message/rfc822', 'text/rfc822-headers'])(
  'a delivery status names the message that it returns as %s',
  async (returned) => {
    const { facts, text } = await parse(
      ...report('delivery-status', failedDelivery('bob'), returned),
    );
    expect(facts.delivery).toEqual({
      recipient: 'bob@people.test',
      action: 'failed',
      status: '5.1.1',
      diagnostic: null,
      originalKey: 'm1@sender.test',
    });
    expect(text.trim()).toBe('Sorry');
  },
);

test('a forwarded delivery status is a reply, one from a mail system is a bounce', async () => {
  const wrapped = (from: string, ...more: string[]) =>
    parse(
      `From: ${from}`,
      ...more,
      'In-Reply-To: <m1@sender.test>',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      'Content-Type: text/plain',
      '',
      'Your colleague cannot be reached, call me instead.',
      '--b',
      'Content-Type: message/delivery-status',
      '',
      failedDelivery('carl'),
      '--b--',
    );
  expect(classify(await wrapped('bob@people.test')).kind).toBe('reply');
  expect(classify(await wrapped('MAILER-DAEMON@mx.test')).kind).toBe('bounce');
  expect(classify(await wrapped('gateway@mx.test', 'Return-Path: <>')).kind).toBe('bounce');
});

test('a feedback report is a complaint about the message that it returns', async () => {
  const received = await parse(
    ...report('feedback-report', 'Feedback-Type: abuse\r\nUser-Agent: isp/1', 'message/rfc822'),
  );
  expect(received.facts.complaint).toEqual({ type: 'abuse', originalKey: 'm1@sender.test' });
  expect(classify(received).kind).toBe('complaint');
});

test.each(['text/calendar; charset=UTF-8; method=REQUEST', 'text/calendar; METHOD="request"'])(
  'a calendar invitation is recognised: %s',
  async (type) => {
    const { facts } = await parse(
      'From: Bob <bob@people.test>',
      'Sender: Calendar <calendar-notification@calendar.test>',
      'Content-Type: multipart/alternative; boundary=b',
      '',
      '--b',
      'Content-Type: text/plain',
      '',
      'You have been invited.',
      '--b',
      `Content-Type: ${type}`,
      '',
      'BEGIN:VCALENDAR',
      'METHOD:REQUEST',
      'END:VCALENDAR',
      '--b--',
    );
    expect(facts.calendar).toBe('REQUEST');
  },
);

test('a bounce refers to the message whose header it quotes in its text', async () => {
  const { facts } = await parse(
    'From: Mail Delivery Subsystem <mailer-daemon@q.test>',
    '',
    'failed',
    '--- Below',
    'Message-ID: <m1@sender.test>',
  );
  expect(facts.references).toEqual(['m1@sender.test']);
});

test('a reply does not refer to a message whose header it quotes in its text', async () => {
  const { facts } = await parse('From: bob@people.test', '', 'Message-ID: <m1@sender.test>');
  expect(facts.references).toEqual([]);
});

test('a mail without an author, or with a group, has no author', async () => {
  expect((await parse('From: undisclosed:;', '', '')).from).toBeNull();
  expect((await parse('Subject: x', '', '')).from).toBeNull();
});

test('a mail whose body cannot be parsed keeps its header', async () => {
  const nested = Array.from(
    { length: 300 },
    (_, index) => `Content-Type: multipart/mixed; boundary=b${index}\r\n\r\n--b${index}`,
  ).join('\r\n');
  const { from, subject, facts } = await parse(
    'From: bob@people.test',
    'Subject: Deep',
    'In-Reply-To: <m1@sender.test>',
    nested,
  );
  expect([from, subject, facts.references]).toEqual([
    'bob@people.test',
    'Deep',
    ['m1@sender.test'],
  ]);
});

test.each(['', '\r\n', '\0\0\0', 'no header at all', ':::\r\n:', '\xff\xfe'.repeat(1000)])(
  '%j is parsed without an error',
  async (source) => {
    expect(await parseReceived(Buffer.from(source, 'latin1'), where)).toMatchObject({
      sourceKey: 'INBOX/1/1',
      key: null,
    });
  },
);
