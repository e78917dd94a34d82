import { expect, it } from 'vitest';
import { parseReceived } from '../../../src/channels/email/parse.ts';
import { hourMs } from '../../../src/domain/time.ts';
import { getAttachment } from '../../../src/operations/threads/attachment.ts';
import { createThread } from '../../../src/operations/threads/create.ts';
import { getThread } from '../../../src/operations/threads/get.ts';
import { sendThreadMessage } from '../../../src/operations/threads/send.ts';
import { openContacted } from '../../fixtures/email.ts';

const { t, contacted } = await openContacted();
const { call, fail, sink } = t;

const show = (id: string) => call(getThread, { id });
const mailsTo = (address: string) => sink.messages.filter(({ to }) => to[0] === address);

it('somebody of no campaign is written to and answers, with files both ways', async () => {
  const { sender } = await contacted();
  const { thread } = await call(createThread, {
    participant_email: 'Zoe@Elsewhere.test',
    account_id: sender,
    draft_subject: 'The plan',
    draft_body_text: 'See the file.',
  });
  expect(thread).toMatchObject({
    status: 'draft',
    inbox_state: 'draft',
    draft_subject: 'The plan',
  });
  expect(
    await fail(createThread, { participant_email: 'zoe@elsewhere.test', account_id: sender }),
  ).toMatchObject({ code: 'thread.exists', existing_thread: { id: thread.id } });
  const file = Buffer.from('plan: résumé');
  const sent = await call(sendThreadMessage, {
    id: thread.id,
    body_text: 'See the file.',
    attachments: [
      { name: 'plän.txt', mime_type: 'text/plain', content_base64: file.toString('base64') },
    ],
  });
  await t.runFor(hourMs);
  const [outgoing] = mailsTo('zoe@elsewhere.test');
  const parsed = await parseReceived(Buffer.from(outgoing!.raw), {
    sourceKey: 'x',
    receivedAt: t.clock.now(),
  });
  expect(parsed).toMatchObject({ subject: 'The plan', text: expect.stringContaining('See the') });
  expect(parsed.attachments).toMatchObject([{ name: 'plän.txt', size: file.length }]);
  expect(Buffer.from(parsed.attachments![0]!.bytes!)).toEqual(file);
  await t.deliver(sender, answerWithFile(sent.message.external_id!));
  await t.readInboxes();
  const { messages } = await show(thread.id);
  expect(messages.at(-1)).toMatchObject({
    direction: 'inbound',
    body_html:
      '<p>Nice <a href="https://ok.test/" rel="noopener noreferrer nofollow" target="_blank">work</a></p>',
    attachments: [{ name: 'offer.pdf', is_kept: true }],
  });
  const { id: attachmentId } = messages.at(-1)!.attachments[0]!;
  expect(await call(getAttachment, { id: thread.id, attachmentId })).toMatchObject({
    name: 'offer.pdf',
    content_base64: Buffer.from('%PDF-1.7 offer').toString('base64'),
  });
});

const answerWithFile = (key: string) =>
  [
    'From: Zoe <zoe@elsewhere.test>',
    'Subject: Re: The plan',
    'Message-ID: <zoe-1@elsewhere.test>',
    `In-Reply-To: <${key}>`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary="b"',
    '',
    '--b',
    'Content-Type: text/html',
    '',
    '<p onclick="x()">Nice <a href="https://ok.test/">work</a><img src="https://spy.test/1.gif"></p><script>alert(1)</script>',
    '--b',
    'Content-Type: application/pdf; name="../offer.pdf"',
    'Content-Disposition: attachment; filename="../offer.pdf"',
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from('%PDF-1.7 offer').toString('base64'),
    '--b--',
    '',
  ].join('\r\n');
