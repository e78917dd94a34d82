import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { takeMail } from './mail.ts';
import { autoReplyMails, personMails, receiptMails } from './mails/auto-replies.ts';

const written = {
  person: 'ann@people.test',
  sender: 'sam@acme.example',
  key: '0190e1c0-0000-7000-8000-000000000001@acme.example',
  subject: null,
};
const take = (head: string, body: string) => {
  const date = 'Date: Mon, 30 Nov 2026 10:00:00 +0000\n';
  const mime = 'MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n';
  const raw = `To: <%ME%>\n${date}${mime}${head.trimEnd()}\n\n${body}`;
  return takeMail(Buffer.from(raw.replaceAll('\n', '\r\n')), written);
};

/** `=== SYSTEM: KIND [GRADE] [unmatched]`, then a mail in the shape of that system. */
const reports = readFileSync(new URL('mails/reports.txt', import.meta.url), 'utf8')
  .split(/^=== /m)
  .slice(1)
  .map((entry) => {
    const [title = '', ...lines] = entry.split('\n');
    const [system = '', expected = ''] = title.split(': ');
    const [head = '', ...rest] = lines.join('\n').split('\n\n');
    return [system, expected, head, rest.join('\n\n')] as const;
  });

test.each(reports)('a report of %s is taken as %s', async (_system, expected, head, body) => {
  const [kind, bounce = null] = expected.split(' ').filter((word) => word !== 'unmatched');
  const isFinal = bounce === 'hard' || kind === 'complaint';
  const suppressed = isFinal && !expected.endsWith('unmatched');
  expect(await take(head, body)).toMatchObject({ kind, bounce, suppressed });
});

const answer = (subject: string, body: string) => {
  const encoded = `=?utf-8?B?${Buffer.from(subject).toString('base64')}?=`;
  return take(
    `From: <%ADDR%>\nSubject: ${encoded}\nIn-Reply-To: <%MID%>\nReturn-Path: <%ADDR%>`,
    body,
  );
};

test.each(autoReplyMails)('%s is an automatic reply: %s', async (subject, body, until) => {
  expect(await answer(subject, body)).toMatchObject({ kind: 'auto_reply', until });
});

test.each(receiptMails)('%s is a receipt: %s', async (subject, body) => {
  expect(await answer(subject, body)).toMatchObject({ kind: 'other' });
});

test.each(personMails)('%s is a reply: %s', async (subject, body) => {
  expect(await answer(subject, body)).toMatchObject({ kind: 'reply' });
});
