import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { failInbox } from '../../../src/db/inbound/inboxes.ts';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/time.ts';
import { addMailbox, launchEmailCampaign } from '../../factories/campaigns.ts';
import {
  delayHours,
  followUp,
  hello,
  openContacted,
  readLane,
  readMessages,
  readProspects,
} from '../../fixtures/engine.ts';
import { complaint, mail, report } from '../../fixtures/mails.ts';

const { t, contacted, inbound, suppressions } = await openContacted();

describe('a person answers', () => {
  test('a reply stops that person only', async () => {
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
    ['wish', { body: `unsubscribe! ${'😀'.repeat(60)}` }],
  ])('a mail whose %s is cut within a character keeps no later reply back', async (_what, odd) => {
    const c = await contacted();
    await t.deliver(c.sender, mail({ from: (await c.other()).email!, ...odd }));
    await t.deliver(c.sender, mail({ from: c.address, key: c.key }));
    await t.readInboxes();
    expect(await c.person()).toMatchObject({ status: 'replied' });
    await t.checkLaws();
  });

  test('a reply without references is matched by its sender’s address', async () => {
    const c = await contacted();
    await t.deliver(c.sender, mail({ from: c.address.toUpperCase() }));
    await t.readInboxes();
    expect(await c.person()).toMatchObject({ status: 'replied' });
    await t.checkLaws();
  });

  test('somebody who tries a campaign on their own mailbox has not replied by getting it, and has by replying', async () => {
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
    const copy = `From: ${address}\r\nTo: ${address}\r\nSubject: Hello Sam\r\nMessage-ID: <${sent!.channel_key}>\r\n\r\nHi Sam\r\n`;
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

  test('a reply while the follow-up is on its way wins, and the fact that it went out is kept', async () => {
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

  test('a reply while a try is being refused leaves nobody held', async () => {
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

  test('a late reply turns completed into replied', async () => {
    const c = await contacted({}, [hello]);
    expect(await c.person()).toMatchObject({ status: 'completed' });
    await t.deliver(c.sender, mail({ from: c.address, key: c.key }));
    await t.readInboxes();
    expect(await c.person()).toMatchObject({ status: 'replied', ended_at: t.clock.now() });
    await t.checkLaws();
  });

  test('where replies do not stop, a reply is only noted', async () => {
    const c = await contacted({ stop_on_reply: false });
    await t.deliver(c.sender, mail({ from: c.address, key: c.key }));
    await t.readInboxes();
    expect(await c.person()).toMatchObject({ status: 'sent', replied_at: expect.any(Date) });
    await t.runFor(2 * dayMs);
    expect(c.mails()).toBe(2);
    expect(await c.person()).toMatchObject({ status: 'completed' });
    await t.checkLaws();
  });

  test('a wish to be left alone ends and suppresses', async () => {
    const c = await contacted();
    await t.deliver(c.sender, mail({ from: c.address, subject: 'unsubscribe', body: '' }));
    await t.readInboxes();
    expect(await c.person()).toMatchObject({ status: 'unsubscribed' });
    expect(await suppressions(c.address)).toEqual([{ kind: 'email', reason: 'unsubscribed' }]);
    await t.checkLaws();
  });

  test('mail that concerns nobody is kept, with what it is', async () => {
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

describe('a machine answers', () => {
  test('an automatic reply changes nothing', async () => {
    const c = await contacted();
    await t.deliver(
      c.sender,
      mail({
        from: c.address,
        key: c.key,
        headers: 'Auto-Submitted: auto-replied\r\n',
        body: 'Thank you for your mail.',
      }),
    );
    await t.readInboxes();
    expect(await c.person()).toMatchObject({ status: 'sent', hold: null });
    await t.runFor(2 * dayMs);
    expect(c.mails()).toBe(2);
    await t.checkLaws();
  });

  test('out of office until a day holds until then, and then the follow-up comes', async () => {
    const c = await contacted();
    const back = new Date(t.clock.now().getTime() + 5 * dayMs);
    const body = `I am out of office until ${back.toISOString().slice(0, 10)}.`;
    await t.deliver(
      c.sender,
      mail({
        from: c.address,
        key: c.key,
        subject: 'Out of office',
        headers: 'Auto-Submitted: auto-replied\r\n',
        body,
      }),
    );
    await t.readInboxes();
    const held = await c.person();
    expect(held).toMatchObject({ status: 'sent', hold: 'out_of_office' });
    expect(held.hold_until!.getTime() - t.clock.now().getTime()).toBeGreaterThan(3 * dayMs);
    await t.checkLaws();
    await t.runUntil(new Date(held.hold_until!.getTime() - minuteMs));
    expect(c.mails()).toBe(1);
    await t.runFor(dayMs);
    expect(c.mails()).toBe(2);
    await t.checkLaws();
  });

  test.each([
    ['a hard bounce ends and suppresses', {}, 'bounced', [{ kind: 'email', reason: 'bounced' }]],
    [
      'a full mailbox ends, and suppresses nobody',
      { status: '4.2.2', said: '452 4.2.2 Mailbox full' },
      'bounced',
      [],
    ],
    [
      'a delay is no end',
      { action: 'delayed', status: '4.4.1', said: 'connect timed out' },
      'sent',
      [],
    ],
  ])('%s', async (_name, what, status, suppressed) => {
    const c = await contacted();
    await t.deliver(c.sender, report(c.address, c.key, what));
    await t.readInboxes();
    expect(await c.person()).toMatchObject({ status });
    expect(await suppressions(c.address)).toEqual(suppressed);
    expect(await c.other()).toMatchObject({ status: 'sent' });
    await t.checkLaws();
  });

  test('a complaint ends and suppresses', async () => {
    const c = await contacted();
    await t.deliver(c.sender, complaint(c.key));
    await t.readInboxes();
    expect(await c.person()).toMatchObject({ status: 'unsubscribed' });
    expect(await suppressions(c.address)).toEqual([{ kind: 'email', reason: 'complained' }]);
    await t.checkLaws();
  });
});

describe('the same mail again', () => {
  test('is taken in once, by its place and by its Message-ID, also when the folder was renumbered', async () => {
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

  test('mail that was stored by a process that died is still made something of', async () => {
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
  test('stops its sender after a quarter of an hour, and lets it go on when it can be read', async () => {
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

  test('a short outage stops nobody', async () => {
    const c = await contacted();
    t.clock.advanceMs(23 * hourMs + 50 * minuteMs);
    await failInbox(t.db, {
      workspaceId: t.workspaceId,
      senderId: c.sender,
      error: 'down',
      now: t.clock.now(),
    });
    await t.runFor(14 * minuteMs);
    expect((await readLane(t, c.sender)).because).not.toBe('inbox_unreachable');
    await t.checkLaws();
  });
});
