import { afterAll, describe, expect, test } from 'vitest';
import { createEmailChannel } from '../../../src/channels/email/index.ts';
import { readConfig } from '../../../src/config.ts';
import { getCampaign } from '../../../src/db/campaigns/campaigns.ts';
import { hourMs, minuteMs } from '../../../src/domain/time.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { createLog } from '../../../src/log.ts';
import { addMailbox, launchEmailCampaign, statusesByEmail } from '../../factories/campaigns.ts';
import { testDatabase } from '../../fixtures/database.ts';
import { startSink } from '../../peers/sink.ts';

async function openStepped() {
  const sink = await startSink();
  const channel = createEmailChannel(readConfig({}), createLog('silent'));
  const t = await testDatabase({ channels: [channel] });
  afterAll(async () => {
    await channel.close();
    await sink.stop();
  });
  const engine = new Engine(t.services, t.services.newId());
  /** Moves the clock in steps of a minute and sends what falls due. */
  const runFor = async (ms: number) => {
    for (let spent = 0; spent < ms; spent += minuteMs) {
      await engine.runDue();
      t.clock.advanceMs(minuteMs);
    }
    await engine.runDue();
  };
  return { ...t, sink, engine, runFor };
}

const people = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ email: `p${i}@people.test`, first_name: `P${i}` }));
const hello = {
  type: 'email',
  subject: 'Hello %first_name%',
  body: 'Hi %first_name%, from %sender_first%.',
};

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
