import { describe, expect, test } from 'vitest';
import { dayMs, hourMs } from '../../../src/domain/time.ts';
import { unsubscribe } from '../../../src/engine/sending/stop.ts';
import { cancelProspect } from '../../../src/operations/roster/cancel.ts';
import { delayHours, followUp, hello } from '../../factories/campaigns.ts';
import { openContacted } from '../../fixtures/email.ts';
import { readMessages } from '../../fixtures/engine.ts';
import { mail, report } from '../../fixtures/mails.ts';

const { t, contacted, inbound, suppressions } = await openContacted();

describe('a bounce', () => {
  test.each([
    [
      'of an unknown address ends its prospect and suppresses the address',
      '5.1.1',
      '550 5.1.1 No such user',
      [{ kind: 'email', reason: 'bounced' }],
    ],
    [
      'of a text that looks like spam ends its prospect only',
      '5.7.1',
      '550 5.7.1 looks like spam',
      [],
    ],
    ['of a full mailbox ends its prospect only', '5.2.2', '552 5.2.2 mailbox full', []],
  ])('%s', async (_name, status, said, suppressed) => {
    const c = await contacted();
    await t.deliver(c.sender, report(c.address, c.key, { status, said }));
    await t.readInboxes();
    expect(await c.person()).toMatchObject({ status: 'bounced' });
    expect(await suppressions(c.address)).toEqual(suppressed);
    expect(await c.other()).toMatchObject({ status: 'sent' });
    await t.checkLaws();
  });
});

describe('a bounce that names none of our mails', () => {
  const later = async (days: number) => {
    const c = await contacted({}, [hello, delayHours(700), followUp]);
    await t.runFor(days * dayMs);
    await t.deliver(c.sender, report(c.address, 'not-ours@mx.test'));
    await t.readInboxes();
    expect(await inbound(c.sender)).toMatchObject([{ kind: 'bounce' }]);
    return c;
  };

  test('within five days of a mail to the address ends its prospect', async () => {
    const c = await later(4.5);
    expect(await c.person()).toMatchObject({ status: 'bounced' });
    expect(await suppressions(c.address)).toEqual([{ kind: 'email', reason: 'bounced' }]);
  });

  test('later than that is not believed, because anybody can have written it', async () => {
    const c = await later(5.5);
    expect(await c.person()).toMatchObject({ status: 'sent' });
    expect(await suppressions(c.address)).toEqual([]);
    await t.deliver(c.sender, report(c.address, c.key));
    await t.readInboxes();
    expect(await c.person()).toMatchObject({ status: 'bounced' });
  });
});

describe('an absence', () => {
  const answer = async (days: number) => {
    const c = await contacted();
    const back = new Date(t.clock.now().getTime() + days * dayMs).toISOString().slice(0, 10);
    const headers = 'Auto-Submitted: auto-replied\r\n';
    const body = `I am out of office until ${back}.`;
    await t.deliver(c.sender, mail({ from: c.address, key: c.key, headers, body }));
    await t.readInboxes();
    expect(await inbound(c.sender)).toMatchObject([{ kind: 'auto_reply' }]);
    return { c, back };
  };

  test.each([2, 60])('of %i days holds its prospect until the return', async (days) => {
    const { c, back } = await answer(days);
    expect(await c.person()).toMatchObject({
      status: 'sent',
      hold: 'out_of_office',
      hold_until: new Date(back),
    });
    await t.checkLaws();
  });

  test.each([62, 3_000])('of %i days is not believed: it holds nobody', async (days) => {
    const { c } = await answer(days);
    expect(await c.person()).toMatchObject({ status: 'sent', hold: null });
    await t.runFor(2 * dayMs);
    expect(c.mails()).toBe(2);
    await t.checkLaws();
  });
});

describe('an unsubscribe link', () => {
  const press = async (c: Awaited<ReturnType<typeof contacted>>) => {
    const { id: prospectId } = await c.person();
    const sent = (await readMessages(t, c.id)).find((row) => row.prospect_id === prospectId)!;
    await unsubscribe(t.services, { workspaceId: t.workspaceId, messageId: sent.id });
  };
  const suppressed = [{ kind: 'email', reason: 'unsubscribed' }];

  test('ends its prospect and suppresses the address', async () => {
    const c = await contacted();
    await press(c);
    expect(await c.person()).toMatchObject({ status: 'unsubscribed' });
    expect(await suppressions(c.address)).toEqual(suppressed);
    await t.checkLaws();
  });

  test('of a prospect that has replied suppresses the address, once', async () => {
    const c = await contacted();
    await t.deliver(c.sender, mail({ from: c.address, key: c.key }));
    await t.readInboxes();
    await press(c);
    await press(c);
    expect((await c.person()).ended_at).not.toBeNull();
    expect(await suppressions(c.address)).toEqual(suppressed);
    await t.checkLaws();
  });

  test('of a prospect that was cancelled suppresses the address', async () => {
    const c = await contacted();
    await t.call(cancelProspect, { id: c.id, prospectId: (await c.person()).id });
    await press(c);
    expect(await suppressions(c.address)).toEqual(suppressed);
    await t.checkLaws();
  });

  test('of a prospect that has all its mails suppresses the address', async () => {
    const c = await contacted();
    await t.runFor(2 * dayMs);
    expect(await c.person()).toMatchObject({ status: 'completed' });
    await press(c);
    expect(await suppressions(c.address)).toEqual(suppressed);
    await t.checkLaws();
  });

  test('of an unknown message suppresses nobody', async () => {
    const c = await contacted();
    await unsubscribe(t.services, { workspaceId: t.workspaceId, messageId: t.services.newId() });
    expect(await suppressions(c.address)).toEqual([]);
  });
});

describe('an inbox', () => {
  test('with more than one batch is read again at once, until nothing new is found', async () => {
    const c = await contacted();
    const next = async (from: string) => {
      await t.deliver(c.sender, mail({ from, key: c.key }));
      return t.inboxes.poll();
    };
    await t.readInboxes();
    expect(await t.inboxes.poll()).toBe(0);
    await t.db
      .updateTable('inboxes')
      .set({ next_poll_at: new Date(0) })
      .execute();
    // Each look finds one batch; the server has the next one ready.
    expect(await next('stranger@elsewhere.test')).toBeGreaterThan(0);
    expect(await next('other@elsewhere.test')).toBe(1);
    expect(await next(c.address)).toBe(1);
    expect(await c.person()).toMatchObject({ status: 'replied' });
    expect(await t.inboxes.poll()).toBe(1);
    expect(await t.inboxes.poll()).toBe(0);
  });

  test('that fails stops its sender a quarter of an hour later, and not before', async () => {
    const c = await contacted();
    t.clock.advanceMs(23 * hourMs);
    t.mailServer.inboxes.set(c.sender, 'down');
    await t.readInboxes();
    const minutes = async (n: number) => {
      await t.runFor(n * 60_000);
      await t.db
        .updateTable('lanes')
        .set({ next_at: t.clock.now() })
        .where('sender_id', '=', c.sender)
        .execute();
      await t.engine.runDue();
      const { because } = await t.db
        .selectFrom('lanes')
        .select('because')
        .where('sender_id', '=', c.sender)
        .executeTakeFirstOrThrow();
      return because;
    };
    expect(await minutes(14)).not.toBe('inbox_unreachable');
    expect(await minutes(2)).toBe('inbox_unreachable');
    t.mailServer.inboxes.delete(c.sender);
    await t.readInboxes();
    expect(await minutes(1)).not.toBe('inbox_unreachable');
  });
});
