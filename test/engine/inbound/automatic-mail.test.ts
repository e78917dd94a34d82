import { describe, expect, test } from 'vitest';
import { dayMs, minuteMs } from '../../../src/domain/time.ts';
import { openContacted } from '../../fixtures/email.ts';
import { complaint, mail, report } from '../../fixtures/mails.ts';

const { t, contacted, suppressions } = await openContacted();

describe('automatic mail', () => {
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

  test('an out-of-office reply with a date holds the follow-up until that day', async () => {
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
    [
      'a hard bounce ends the prospect and suppresses the address',
      {},
      'bounced',
      [{ kind: 'email', reason: 'bounced' }],
    ],
    [
      'a full mailbox ends the prospect and suppresses no address',
      { status: '4.2.2', said: '452 4.2.2 Mailbox full' },
      'bounced',
      [],
    ],
    [
      'a delay notification does not end the prospect',
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

  test('a complaint ends the prospect and suppresses the address', async () => {
    const c = await contacted();
    await t.deliver(c.sender, complaint(c.key));
    await t.readInboxes();
    expect(await c.person()).toMatchObject({ status: 'unsubscribed' });
    expect(await suppressions(c.address)).toEqual([{ kind: 'email', reason: 'complained' }]);
    await t.checkLaws();
  });
});
