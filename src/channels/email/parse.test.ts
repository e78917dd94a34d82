import { expect, test } from 'vitest';
import { classify } from '../../domain/inbound/inbound.ts';
import { parseReceived } from './parse.ts';

const where = { sourceKey: 'INBOX/1/1', receivedAt: new Date('2026-11-20T10:00:00Z') };
const parse = (...lines: string[]) => parseReceived(Buffer.from(lines.join('\r\n')), where);

test('ids come without brackets, the newest first, each once', async () => {
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

test('the first value of each header that is looked at is kept, bounded', async () => {
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

test('HTML alone is read as text', async () => {
  const { text } = await parse(
    'Content-Type: text/html; charset=utf-8',
    '',
    '<style>p{}</style><p>Hi <b>Ann</b></p><p>Fine &amp; good</p><img src=x>',
  );
  expect(text.replace(/\s+/g, ' ').trim()).toBe('Hi Ann Fine & good');
});

test('what PostgreSQL cannot keep is left out', async () => {
  const { text, subject, from } = await parse(
    'From: "B\0" <b\0ob@people.test>',
    'Subject: a\0b',
    '',
    'c\0d',
  );
  expect(JSON.stringify([text, subject, from])).not.toContain('\\u0000');
});

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
  'a delivery status names the message it returns as %s',
  async (returned) => {
    const { facts, text } = await parse(
      ...report(
        'delivery-status',
        'Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; bob@people.test\r\nAction: failed\r\nStatus: 5.1.1',
        returned,
      ),
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

test('a person who passes on the parts of a report reports nothing, a mail system does in any wrapping', async () => {
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
      'Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; carl@people.test\r\nAction: failed\r\nStatus: 5.1.1',
      '--b--',
    );
  expect(classify(await wrapped('bob@people.test')).kind).toBe('reply');
  expect(classify(await wrapped('MAILER-DAEMON@mx.test')).kind).toBe('bounce');
  expect(classify(await wrapped('gateway@mx.test', 'Return-Path: <>')).kind).toBe('bounce');
});

test('a feedback report is a complaint about the message it returns', async () => {
  const received = await parse(
    ...report('feedback-report', 'Feedback-Type: abuse\r\nUser-Agent: isp/1', 'message/rfc822'),
  );
  expect(received.facts.complaint).toEqual({ type: 'abuse', originalKey: 'm1@sender.test' });
  expect(classify(received).kind).toBe('complaint');
});

test.each(['text/calendar; charset=UTF-8; method=REQUEST', 'text/calendar; METHOD="request"'])(
  'an invitation says that it is one: %s',
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

test('a bounce that quotes the header of what it returns refers to it', async () => {
  const { facts } = await parse(
    'From: Mail Delivery Subsystem <mailer-daemon@q.test>',
    '',
    'failed',
    '--- Below',
    'Message-ID: <m1@sender.test>',
  );
  expect(facts.references).toEqual(['m1@sender.test']);
});

test('a person who quotes a header does not', async () => {
  const { facts } = await parse('From: bob@people.test', '', 'Message-ID: <m1@sender.test>');
  expect(facts.references).toEqual([]);
});

test('a group, or nobody, as the author is nobody', async () => {
  expect((await parse('From: undisclosed:;', '', '')).from).toBeNull();
  expect((await parse('Subject: x', '', '')).from).toBeNull();
});

test('what cannot be parsed keeps its header', async () => {
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
  '%j does no harm',
  async (source) => {
    expect(await parseReceived(Buffer.from(source, 'latin1'), where)).toMatchObject({
      sourceKey: 'INBOX/1/1',
      key: null,
    });
  },
);
