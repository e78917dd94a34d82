import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { failInbox } from '../../../src/db/inbound/inboxes.ts';
import { wakeSender } from '../../../src/db/sending/lanes.ts';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/time.ts';
import { delayHours, followUp, hello, launchEmailCampaign } from '../../factories/campaigns.ts';
import { addMailbox } from '../../factories/rows.ts';
import { openContacted } from '../../fixtures/email.ts';
import { readLane, readMessages, readProspects } from '../../fixtures/engine.ts';
import { mail } from '../../fixtures/mails.ts';

const { t, contacted, inbound, suppressions } = await openContacted();

describe('a reply', () => {
  test('stops its prospect only', async () => {
    const c = await contacted();
    await t.deliver(c.sender, mail({ from: c.address, key: c.key }));
    await t.readInboxes();
    expect(await c.person()).toMatchObject({
      status: 'replied',
      end_reason: 'written by a person',
      replied_at: expect.any(Date),
    });
    await t.checkLaws();
    await t.runFor(2 * dayMs);
    expect(c.mails()).toBe(1);
    expect(await c.other()).toMatchObject({ status: 'completed' });
    await t.checkLaws();
  });

  test.each([
    ['subject', { subject: `${'x'.repeat(999)}😀` }],
    ['references', { headers: `References: <${'x'.repeat(899)}😀@people.test>\r\n` }],
    ['request to unsubscribe', { body: `unsubscribe! ${'😀'.repeat(60)}` }],
  ])(
    'is applied although an earlier mail had its %s cut within a character',
    async (_what, odd) => {
      const c = await contacted();
      await t.deliver(c.sender, mail({ from: (await c.other()).email!, ...odd }));
      await t.deliver(c.sender, mail({ from: c.address, key: c.key }));
      await t.readInboxes();
      expect(await c.person()).toMatchObject({ status: 'replied' });
      await t.checkLaws();
    },
  );

  test('without references is matched by its sender’s address', async () => {
    const c = await contacted();
    await t.deliver(c.sender, mail({ from: c.address.toUpperCase() }));
    await t.readInboxes();
    expect(await c.person()).toMatchObject({ status: 'replied' });
    await t.checkLaws();
  });

  test('from the sender’s own mailbox counts, the copy of our mail there does not', async () => {
    const address = 'self@sender.test';
    const sender = await addMailbox(t, {
      address,
      smtp: t.sink,
      dailyLimit: 500,
      minGapSeconds: 1,
    });
    const crowd = [{ email: address, first_name: 'Sam' }];
    const id = await launchEmailCampaign(t, {
      name: 'self',
      senders: [sender],
      nodes: [hello, delayHours(24), followUp],
      people: crowd,
    });
    await t.runFor(hourMs);
    const [sent] = await readMessages(t, id);
    const copy =
      `From: ${address}\r\nTo: ${address}\r\nSubject: Hello Sam\r\n` +
      `Message-ID: <${sent!.channel_key}>\r\n\r\nHi Sam\r\n`;
    await t.deliver(sender, copy);
    await t.readInboxes();
    expect(await inbound(sender)).toMatchObject([
      { kind: 'other', kind_reason: "the sender's own" },
    ]);
    expect(await readProspects(t, id)).toMatchObject([{ status: 'sent' }]);
    await t.deliver(sender, mail({ from: address, key: sent!.channel_key! }));
    await t.readInboxes();
    expect(await readProspects(t, id)).toMatchObject([{ status: 'replied' }]);
  });

  test('wins over a follow-up on its way, and the follow-up is recorded as sent', async () => {
    const c = await contacted();
    t.clock.advanceMs(25 * hourMs);
    let goOn = () => {};
    const gate = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    t.mailServer.send = (deliver) => gate.then(deliver);
    await t.engine.tick();
    await t.deliver(c.sender, mail({ from: c.address, key: c.key }));
    await t.readInboxes();
    expect(await c.person()).toMatchObject({ status: 'replied', hold: null });
    goOn();
    await t.engine.settled();
    delete t.mailServer.send;
    expect(await c.person()).toMatchObject({ status: 'replied', node_id: null });
    await t.runFor(2 * dayMs);
    await t.checkLaws();
  });

  test('leaves no hold when it comes while a try is being refused', async () => {
    const c = await contacted();
    t.clock.advanceMs(25 * hourMs);
    t.mailServer.send = async () => {
      await t.deliver(c.sender, mail({ from: c.address, key: c.key }));
      await t.readInboxes();
      return { ok: false, fault: { kind: 'temporary', code: '451', detail: 'later' } };
    };
    await t.engine.tick();
    await t.engine.settled();
    delete t.mailServer.send;
    expect(await c.person()).toMatchObject({ status: 'replied', hold: null });
    await t.checkLaws();
  });

  test('turns a completed prospect into replied', async () => {
    const c = await contacted({}, [hello]);
    expect(await c.person()).toMatchObject({ status: 'completed' });
    await t.deliver(c.sender, mail({ from: c.address, key: c.key }));
    await t.readInboxes();
    expect(await c.person()).toMatchObject({ status: 'replied', ended_at: t.clock.now() });
    await t.checkLaws();
  });

  test('is only noted when the campaign does not stop on replies', async () => {
    const c = await contacted({ stop_on_reply: false });
    await t.deliver(c.sender, mail({ from: c.address, key: c.key }));
    await t.readInboxes();
    expect(await c.person()).toMatchObject({ status: 'sent', replied_at: expect.any(Date) });
    await t.runFor(2 * dayMs);
    expect(c.mails()).toBe(2);
    expect(await c.person()).toMatchObject({ status: 'completed' });
    await t.checkLaws();
  });

  test('that asks to unsubscribe ends the prospect and suppresses the address', async () => {
    const c = await contacted();
    await t.deliver(c.sender, mail({ from: c.address, subject: 'unsubscribe', body: '' }));
    await t.readInboxes();
    expect(await c.person()).toMatchObject({ status: 'unsubscribed' });
    expect(await suppressions(c.address)).toEqual([{ kind: 'email', reason: 'unsubscribed' }]);
    await t.checkLaws();
  });

  test('from a stranger is kept with its kind and stops no prospect', async () => {
    const c = await contacted();
    await t.deliver(
      c.sender,
      mail({ from: 'stranger@elsewhere.test', subject: 'Hello', body: 'We have never met.' }),
    );
    await t.readInboxes();
    expect(await inbound(c.sender)).toMatchObject([
      { prospect_id: null, kind: 'reply', applied_at: expect.any(Date), subject: 'Hello' },
    ]);
    expect(await c.person()).toMatchObject({ status: 'sent' });
    await t.checkLaws();
  });
});

describe('the same mail again', () => {
  test('is stored once by place and Message-ID, also after the folder is renumbered', async () => {
    const c = await contacted({ stop_on_reply: false });
    const reply = mail({ from: c.address, key: c.key });
    await t.deliver(c.sender, reply, 'INBOX/1/7');
    await t.deliver(c.sender, reply, 'INBOX/1/7');
    await t.readInboxes();
    await t.deliver(
      c.sender,
      mail({ from: c.address, key: c.key, body: 'Another text in the same place.' }),
      'INBOX/1/7',
    );
    await t.deliver(c.sender, reply, 'Junk/1/3');
    await t.deliver(c.sender, reply, 'INBOX/2/1');
    await t.readInboxes();
    expect(await inbound(c.sender)).toHaveLength(1);
    await t.checkLaws();
  });

  test('is applied when the process that stored it died before it was applied', async () => {
    const c = await contacted();
    await t.deliver(c.sender, mail({ from: c.address, key: c.key }));
    await t.readInboxes();
    await sql`update inbound_messages set applied_at = null where sender_id = ${c.sender}`.execute(
      t.db,
    );
    await t.readInboxes();
    expect(await inbound(c.sender)).toMatchObject([
      { applied_at: expect.any(Date), kind: 'reply' },
    ]);
    await t.checkLaws();
  });
});

describe('an inbox that cannot be read', () => {
  test('stops its sender after a day until it can be read again', async () => {
    const c = await contacted();
    t.mailServer.inboxes.set(c.sender, 'down');
    await t.readInboxes();
    t.clock.advanceMs(24 * hourMs);
    await t.readInboxes();
    await t.runFor(2 * hourMs);
    expect(c.mails()).toBe(1);
    expect(await readLane(t, c.sender)).toMatchObject({
      next_at: null,
      because: 'inbox_unreachable',
    });
    await t.checkLaws();
    t.mailServer.inboxes.delete(c.sender);
    await t.readInboxes();
    await t.runFor(2 * hourMs);
    expect(c.mails()).toBe(2);
    await t.checkLaws();
  });

  test('stops its sender after a quarter of an hour and not before', async () => {
    const c = await contacted();
    t.clock.advanceMs(23 * hourMs + 50 * minuteMs);
    await failInbox(t.db, {
      workspaceId: t.workspaceId,
      senderId: c.sender,
      error: 'down',
      now: t.clock.now(),
    });
    const plan = async (ms: number) => {
      t.clock.advanceMs(ms);
      await wakeSender(t.db, {
        workspaceId: t.workspaceId,
        senderId: c.sender,
        now: t.clock.now(),
      });
      await t.runFor(0);
      return (await readLane(t, c.sender)).because;
    };
    expect(await plan(15 * minuteMs)).not.toBe('inbox_unreachable');
    expect(await plan(1)).toBe('inbox_unreachable');
    await t.checkLaws();
  });
});
