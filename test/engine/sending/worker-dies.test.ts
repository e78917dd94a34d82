import { beforeEach, describe, expect, test } from 'vitest';
import type { SendResult } from '../../../src/channels/channel.ts';
import { hourMs, minuteMs } from '../../../src/domain/time.ts';
import {
  delayHours,
  followUp,
  hello,
  launchEmailCampaign,
  people,
} from '../../factories/campaigns.ts';
import { addMailbox } from '../../factories/rows.ts';
import { mailsByRecipient, openEmailFixture } from '../../fixtures/email.ts';
import { readLane, readMessages, readProspects, statusesByEmail } from '../../fixtures/engine.ts';

describe('a message whose worker died after the reservation', async () => {
  const t = await openEmailFixture({
    env: { POSTRIDER_SEND_SECONDS: '1', POSTRIDER_SETTLE_SECONDS: '1' },
  });
  let sender = '';
  let campaign = '';
  let serial = 0;
  const address = () => `p0@case${serial}.test`;

  /**
   * Kills a worker after it reserved a message and, if `handedOver`, handed it over. `answer` gives
   * it a late result.
   */
  async function dieMidway({ handedOver }: { handedOver: boolean }) {
    const dying = await t.startWorker();
    let answer = (_result: SendResult) => {};
    t.mailServer.send = async (deliver, message) => {
      // Follow-ups of earlier cases go through.
      if (message.to !== address()) return deliver();
      const result = handedOver ? await deliver() : null;
      return new Promise<SendResult>((resolve) => {
        answer = (late) => resolve(result ?? late);
      });
    };
    await dying.engine.tick();
    if (handedOver) await expect.poll(() => mailsByRecipient(t)[address()]).toBe(1);
    await expect.poll(async () => (await readMessages(t, campaign))[0]?.state).toBe('reserved');
    delete t.mailServer.send;
    await dying.die();
    return { answer, settled: () => dying.engine.settled() };
  }

  beforeEach(async () => {
    serial += 1;
    // Each case has a sender and a campaign of its own, because the lanes of earlier cases rest.
    sender = await addMailbox(t, {
      address: `sam@case${serial}.test`,
      smtp: t.sink,
      minGapSeconds: 1,
    });
    const options = {
      name: `case ${serial}`,
      senders: [sender],
      nodes: [hello, delayHours(1), followUp],
    };
    campaign = await launchEmailCampaign(t, {
      ...options,
      people: [{ email: address(), first_name: 'Pat' }],
    });
    t.mailServer.find = () => 'unknown';
  });

  const recover = async () => {
    await t.age(10_000);
    const taken = await t.engine.recover();
    await t.engine.settled();
    return taken;
  };
  const state = async () => (await readMessages(t, campaign))[0]?.state;

  test('is neither looked for nor sent before the deadline has settled', async () => {
    await dieMidway({ handedOver: true });
    await t.age(0);
    expect(await t.engine.recover()).toBe(0);
    await t.runFor(10 * minuteMs);
    expect(mailsByRecipient(t)[address()]).toBe(1);
    expect(await state()).toBe('reserved');
    t.mailServer.find = () => 'found';
    await recover();
  });

  test('counts as sent when the provider has it, and the follow-up goes out on time', async () => {
    await dieMidway({ handedOver: true });
    // Another worker ticks the free lane meanwhile and finds nothing to do.
    await t.runFor(2 * hourMs);
    expect((await readLane(t, sender)).next_at).toBeNull();
    t.mailServer.find = () => 'found';
    expect(await recover()).toBe(1);
    expect(await state()).toBe('sent');
    await t.checkLaws();
    await t.runFor(2 * hourMs);
    expect(mailsByRecipient(t)[address()]).toBe(2);
    expect(await statusesByEmail(t, campaign)).toEqual({ [address()]: 'completed' });
    await t.checkLaws();
  });

  test('is sent again once, as the same mail, when the provider surely lacks it', async () => {
    await dieMidway({ handedOver: false });
    t.mailServer.find = () => 'absent';
    expect(await recover()).toBe(1);
    expect(await state()).toBe('reserved');
    expect(await t.engine.recover()).toBe(0);
    expect(await recover()).toBe(1);
    await t.runFor(hourMs);
    expect(mailsByRecipient(t)[address()]).toBe(1);
    const [message] = await readMessages(t, campaign);
    expect(message).toMatchObject({ state: 'sent', attempts: 2 });
    expect(t.sink.messages.at(-1)?.headers['message-id']).toBe(`<${message?.channel_key}>`);
    await t.checkLaws();
  });

  test('becomes unknown and is never sent again when the provider cannot tell', async () => {
    await dieMidway({ handedOver: true });
    expect(await recover()).toBe(1);
    expect(await state()).toBe('unknown');
    await t.checkLaws();
    await t.runFor(3 * hourMs);
    expect(
      t.sink.messages.filter((mail) => mail.to[0] === address() && !mail.headers['in-reply-to']),
    ).toHaveLength(1);
    expect(mailsByRecipient(t)[address()]).toBe(2);
    await t.checkLaws();
  });

  test('is asked about again while the provider is away, unknown after an hour', async () => {
    await dieMidway({ handedOver: true });
    t.mailServer.find = () => 'unreachable';
    expect(await recover()).toBe(1);
    expect(await state()).toBe('reserved');
    expect(await t.engine.recover()).toBe(0);
    await t.age(hourMs + minuteMs);
    expect(await t.engine.recover()).toBe(1);
    await t.engine.settled();
    expect(await state()).toBe('unknown');
    await t.checkLaws();
  });

  test('becomes sent by a late answer after it was unknown, moving no prospect twice', async () => {
    const late = await dieMidway({ handedOver: true });
    await recover();
    expect(await state()).toBe('unknown');
    await t.runFor(hourMs + minuteMs);
    expect(mailsByRecipient(t)[address()]).toBe(2);
    const before = await readProspects(t, campaign);
    late.answer({ ok: true, response: '250 late' });
    await late.settled();
    expect(await state()).toBe('sent');
    expect(await readProspects(t, campaign)).toMatchObject(
      before.map(({ status, ended_at, node_id }) => ({ status, ended_at, node_id })),
    );
    await t.checkLaws();
  });

  test('does not move a prospect back when a late answer comes', async () => {
    const late = await dieMidway({ handedOver: true });
    await recover();
    t.clock.advanceMs(30 * minuteMs);
    const [before] = await readProspects(t, campaign);
    late.answer({ ok: true, response: '250 late' });
    await late.settled();
    expect((await readProspects(t, campaign))[0]).toMatchObject({
      node_id: before?.node_id,
      anchor_at: before?.anchor_at,
    });
    await t.checkLaws();
  });

  test('is not tried a second time when a late answer comes after it was given back', async () => {
    const late = await dieMidway({ handedOver: true });
    t.mailServer.find = () => 'absent';
    await t.recover();
    expect(await state()).toBe('draft');
    late.answer({ ok: true, response: '250 late' });
    await late.settled();
    await t.checkLaws();
    await t.runFor(10 * minuteMs);
    expect(await state()).toBe('sent');
    expect(mailsByRecipient(t)[address()]).toBe(1);
    await t.checkLaws();
  });

  test('leaves its lane to other workers, with its limits and gaps', async () => {
    await launchEmailCampaign(t, {
      name: `more ${serial}`,
      senders: [sender],
      nodes: [hello],
      people: people(3, `more${serial}-`),
    });
    await dieMidway({ handedOver: true });
    t.mailServer.find = () => 'found';
    await t.runFor(20 * hourMs);
    expect(people(3, `more${serial}-`).map(({ email }) => mailsByRecipient(t)[email])).toEqual([
      1, 1, 1,
    ]);
    await recover();
    await t.runFor(2 * hourMs);
    await t.checkLaws();
  });
});
