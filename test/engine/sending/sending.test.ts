import { describe, expect, test } from 'vitest';
import { getCampaign } from '../../../src/db/campaigns/campaigns.ts';
import { hourMs, minuteMs } from '../../../src/domain/time.ts';
import { hello, launchEmailCampaign, people } from '../../factories/campaigns.ts';
import { addMailbox } from '../../factories/rows.ts';
import { openEmailFixture } from '../../fixtures/email.ts';
import { statusesByEmail } from '../../fixtures/engine.ts';

async function openStepped() {
  const t = await openEmailFixture();
  /** Moves the clock in steps of a minute and sends what falls due. */
  const runFor = async (ms: number) => {
    for (let spent = 0; spent < ms; spent += minuteMs) {
      await t.engine.runDue();
      t.clock.advanceMs(minuteMs);
    }
    await t.engine.runDue();
  };
  return { ...t, runFor };
}

describe('a campaign', () => {
  test('writes to every prospect once, threads the follow-up, and completes', async () => {
    const t = await openStepped();
    const sender = await addMailbox(t, {
      address: 'sam@sender.test',
      smtp: t.sink,
      dailyLimit: 500,
      minGapSeconds: 1,
    });
    const nodes = [
      hello,
      { type: 'delay', delay_hours: 5 },
      { type: 'email', is_reply: true, body: 'Any thoughts, %first_name%?' },
    ];
    const id = await launchEmailCampaign(t, {
      name: 'one',
      senders: [sender],
      nodes,
      people: people(3),
    });
    await t.runFor(2 * hourMs);
    expect(t.sink.messages.map((m) => m.to[0]).sort()).toEqual([
      'p0@people.test',
      'p1@people.test',
      'p2@people.test',
    ]);
    expect(t.sink.messages[0]?.headers.subject).toBe('Hello P0');
    await t.runFor(5 * hourMs);
    expect(t.sink.messages.length).toBe(6);
    const [first, second] = t.sink.messages.filter((m) => m.to[0] === 'p1@people.test');
    expect(second?.headers['in-reply-to']).toBe(first?.headers['message-id']);
    expect(second?.headers.subject).toBe('Re: Hello P1');
    expect(Object.values(await statusesByEmail(t, id))).toEqual([
      'completed',
      'completed',
      'completed',
    ]);
    expect((await getCampaign(t.db, { workspaceId: t.workspaceId, campaignId: id })).status).toBe(
      'completed',
    );
  });
});
