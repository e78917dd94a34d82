import { expect, test } from 'vitest';
import { takeMail } from './mail.ts';
import { autoReplyMails, personMails, receiptMails } from './mails/auto-replies.ts';
import { reportMails } from './mails/reports.ts';

const written = {
  person: 'ann@people.test',
  sender: 'sam@acme.example',
  key: '0190e1c0-0000-7000-8000-000000000001@acme.example',
  subject: null,
};
type Raw = { from: string; subject: string; headers?: string | undefined; body: string };
const take = ({ from, subject, headers = '', body }: Raw) => {
  const date = 'Date: Mon, 30 Nov 2026 10:00:00 +0000\n';
  const mime = 'MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n';
  const encoded = `=?utf-8?B?${Buffer.from(subject.replace('%ADDR%', written.person)).toString('base64')}?=`;
  const raw = `From: ${from}\nTo: <%ME%>\nSubject: ${encoded}\n${date}${mime}${headers}\n${body}`;
  return takeMail(Buffer.from(raw.replaceAll('\n', '\r\n')), written);
};

test.each(reportMails)(
  'a report of $system',
  async ({ kind = 'bounce', bounce, matched, ...mail }) => {
    expect(await take(mail)).toMatchObject({
      kind,
      bounce: bounce ?? null,
      suppressed: matched !== false && (bounce === 'hard' || kind === 'complaint'),
    });
  },
);

const own = { from: '<%ADDR%>', headers: 'In-Reply-To: <%MID%>\nReturn-Path: <%ADDR%>\n' };

test.each(autoReplyMails)('%s is an automatic reply: %s', async (subject, body, until) => {
  expect(await take({ ...own, subject, body })).toMatchObject({ kind: 'auto_reply', until });
});

test.each(receiptMails)('%s is a receipt: %s', async (subject, body) => {
  expect(await take({ ...own, subject, body })).toMatchObject({ kind: 'other' });
});

test.each(personMails)('%s is a reply: %s', async (subject, body) => {
  expect(await take({ ...own, subject, body })).toMatchObject({ kind: 'reply' });
});
