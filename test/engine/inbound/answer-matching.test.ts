import { describe, expect, test } from 'vitest';
import { dayMs } from '../../../src/domain/time.ts';
import { delayHours, followUp, hello } from '../../factories/campaigns.ts';
import { addMailbox } from '../../factories/rows.ts';
import { openContacted } from '../../fixtures/email.ts';
import { mail, report } from '../../fixtures/mails.ts';

const { t, contacted, inbound, suppressions } = await openContacted();

const addressOf = async (sender: string) =>
  (
    await t.db
      .selectFrom('senders')
      .select('email_address')
      .where('id', '=', sender)
      .executeTakeFirstOrThrow()
  ).email_address!;

test('a reply counts after a mail with a long Message-ID of three-byte letters', async () => {
  const c = await contacted();
  const long = Array.from({ length: 1200 }, (_, i) =>
    String.fromCodePoint(0x4e00 + ((i * 7919) % 20_000)),
  ).join('');
  await t.deliver(
    c.sender,
    mail({
      from: 'stranger@elsewhere.test',
      headers: `Message-ID: <${long}@elsewhere.test>\r\n`,
    }).replace(/^Message-ID: <\d.*\r\n/m, ''),
  );
  await t.deliver(c.sender, mail({ from: c.address, key: c.key }));
  await t.readInboxes();
  expect(await c.person()).toMatchObject({ status: 'replied' });
  await t.checkLaws();
});

test('the sender’s own mail is no reply, neither a copy to itself nor one by hand', async () => {
  const c = await contacted();
  const { address } = (await t.db
    .selectFrom('senders')
    .select('email_address as address')
    .where('id', '=', c.sender)
    .executeTakeFirst())!;
  const copy = mail({ from: `Sam <${address}>`, key: c.key }).replace(
    /^To: .*$/m,
    `To: "Pat" <${c.address.toUpperCase()}>`,
  );
  await t.deliver(c.sender, copy);
  await t.readInboxes();
  expect(await inbound(c.sender)).toMatchObject([
    { kind: 'other', kind_reason: "the sender's own" },
  ]);
  expect(await c.person()).toMatchObject({ status: 'sent', replied_at: null });
  await t.checkLaws();
});

test('a reply to the reply_to mailbox stops the prospect, our copy there does not', async () => {
  const c = await contacted();
  const other = await addMailbox(t, { address: 'team@sender.test', smtp: t.sink });
  const copy = mail({ from: await addressOf(c.sender), key: c.key }).replace(
    /^To: .*$/m,
    `To: ${c.address}`,
  );
  await t.deliver(other, copy);
  await t.readInboxes();
  expect(await c.person()).toMatchObject({ status: 'sent', replied_at: null });
  await t.deliver(other, mail({ from: c.address, key: c.key }));
  await t.readInboxes();
  expect(await c.person()).toMatchObject({ status: 'replied' });
  await t.runFor(2 * dayMs);
  expect(c.mails()).toBe(1);
  await t.checkLaws();
});

test.each([
  ['Sounds good, call me.', 'replied'],
  ['Please unsubscribe me.', 'unsubscribed'],
])('a prospect who answers in a colleague’s thread has answered: %s', async (body, status) => {
  const c = await contacted();
  const { email } = await c.other();
  await t.deliver(c.sender, mail({ from: email!, key: c.key, body }));
  await t.readInboxes();
  expect(await c.other()).toMatchObject({ status });
  expect(await c.person()).toMatchObject({ status });
  expect(await inbound(c.sender)).toMatchObject([
    { prospect_id: (await c.person()).id, applied_at: expect.any(Date) },
  ]);
  await t.runFor(2 * dayMs);
  expect(t.sink.messages.filter((sent) => sent.to[0] === email)).toHaveLength(1);
  await t.checkLaws();
});

test('a reply that a mailing group forwards under the sender’s address counts', async () => {
  const c = await contacted();
  const { address } = (await t.db
    .selectFrom('senders')
    .select('email_address as address')
    .where('id', '=', c.sender)
    .executeTakeFirst())!;
  const passed = mail({
    from: `'Pat' via Sales <${address}>`,
    key: c.key,
    headers: `Reply-To: ${c.address}\r\nList-Id: <sales.sender.test>\r\n`,
  });
  await t.deliver(c.sender, passed.replace(/^To: .*$/m, `To: ${address}`));
  await t.readInboxes();
  expect(await c.person()).toMatchObject({ status: 'replied' });
  await t.checkLaws();
});

describe('a bounce from an address in copy', () => {
  const copied = () =>
    contacted({}, [
      { ...hello, cc: 'boss@sender.test, Crm@Sender.test' } as { type: string },
      delayHours(24),
      followUp,
    ]);

  test.each([
    ['boss', 'bounced', (address: string, key: string) => report(address, key)],
    [
      'crm',
      'bounced in a form of its own',
      (address: string, key: string) =>
        mail({
          from: 'mailer-daemon@mx.test',
          subject: 'Mail delivery failed',
          key,
          headers: `X-Failed-Recipients: ${address}\r\n`,
        }),
    ],
    [
      'boss',
      'is out of office',
      (from: string, key: string) =>
        mail({
          from,
          key,
          headers: 'Auto-Submitted: auto-replied\r\n',
          body: 'I am away until 2026-12-24.',
        }),
    ],
  ])('does not count for the prospect: %s@ %s', async (name, _what, write) => {
    const c = await copied();
    await t.deliver(c.sender, write(`${name}@sender.test`, c.key));
    await t.readInboxes();
    expect(await c.person()).toMatchObject({ status: 'sent', hold: null });
    expect(await suppressions(c.address)).toEqual([]);
    expect(await inbound(c.sender)).toMatchObject([
      { kind: 'other', kind_reason: expect.stringMatching(/^about a copy: /) },
    ]);
    await t.checkLaws();
  });

  test('counts when the prospect bounced as well', async () => {
    const c = await copied();
    const both = report('boss@sender.test', c.key)
      .replace(
        'Diagnostic-Code',
        `X-Mark: 1\r\n\r\nFinal-Recipient: rfc822; ${c.address}\r\n` +
          'Action: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code',
      )
      .replace(`Message-ID: <${c.key}>`, `To: Pat <${c.address}>\r\nMessage-ID: <${c.key}>`);
    await t.deliver(c.sender, both);
    await t.readInboxes();
    expect(await c.person()).toMatchObject({ status: 'bounced' });
    await t.checkLaws();
  });
});

test.each(['at once', 'one after the other'])(
  'two senders’ mails with the same Message-ID are two mails, %s',
  async (when) => {
    const c = await contacted();
    const numbered = (from: string) =>
      mail({ from }).replace(/^Message-ID: .*$/m, 'Message-ID: <1@localhost>');
    await t.deliver(c.sender, numbered((await c.other()).email!));
    if (when !== 'at once') await t.readInboxes();
    await t.deliver(c.sender, numbered(c.address), 'INBOX/1/9');
    await t.readInboxes();
    await t.deliver(c.sender, numbered(c.address), 'INBOX/1/9');
    await t.readInboxes();
    expect(await inbound(c.sender)).toHaveLength(2);
    expect(await c.other()).toMatchObject({ status: 'replied' });
    expect(await c.person()).toMatchObject({ status: 'replied' });
    await t.checkLaws();
  },
);
