import { sql } from 'kysely';
import { beforeEach, describe, expect, test } from 'vitest';
import type { SendResult } from '../../../src/channels/channel.ts';
import { hourMs, minuteMs } from '../../../src/domain/time.ts';
import { addMailbox, launchEmailCampaign, statusesByEmail } from '../../factories/campaigns.ts';
import {
  delayHours,
  expectEach,
  followUp,
  hello,
  mailsByRecipient,
  openEngineFixture,
  people,
  readLane,
  readMessages,
  readProspects,
} from '../../fixtures/engine.ts';

describe('several engines at once', async () => {
  const t = await openEngineFixture({ connections: 30 });

  test('write to everybody exactly once, over many lanes', async () => {
    const senders = [];
    for (let i = 0; i < 12; i++)
      senders.push(
        await addMailbox(t, {
          address: `s${i}@sender.test`,
          smtp: t.sink,
          dailyLimit: 500,
          minGapSeconds: 0,
        }),
      );
    const everybody = people(240);
    const id = await launchEmailCampaign(t, {
      name: 'many',
      senders,
      nodes: [hello, delayHours(1), followUp],
      people: everybody,
    });
    const workers = await Promise.all([
      t.startWorker(),
      t.startWorker(),
      t.startWorker(),
      t.startWorker(),
    ]);
    for (let step = 0; step < 400 && (await readMessages(t, id)).length < 480; step++) {
      // Four ticks race for the same lanes, and two of them do not wait for what they have handed
      // over.
      await Promise.all(workers.map(({ engine }) => engine.tick()));
      await Promise.all([
        workers[0]!.engine.settled(),
        workers[1]!.engine.settled(),
        ...workers.map((worker) => worker.beat()),
      ]);
      t.clock.advanceMs(step < 60 ? 20 * minuteMs : hourMs);
    }
    await Promise.all(workers.map(({ engine }) => engine.settled()));
    expectEach(t, everybody, 2);
    expect(new Set(t.sink.messages.map((mail) => mail.headers['message-id'])).size).toBe(480);
    expect(new Set(Object.values(await statusesByEmail(t, id)))).toEqual(new Set(['completed']));
    await t.checkLaws();
  }, 60_000);
});

describe('a worker that dies after the reservation', async () => {
  const t = await openEngineFixture({
    env: { POSTRIDER_SEND_SECONDS: '1', POSTRIDER_SETTLE_SECONDS: '1' },
  });
  let sender = '';
  let campaign = '';
  let serial = 0;
  const address = () => `p0@case${serial}.test`;

  /**
   * A worker that reserved a message, then handed it over or not, and died. Returns what its
   * results would have done.
   */
  async function dieMidway({ handedOver }: { handedOver: boolean }) {
    const dying = await t.startWorker();
    let answer = (_result: SendResult) => {};
    t.mailServer.send = async (deliver, message) => {
      // Follow-ups of the cases before go their way.
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
    // The workspace's other lanes rest: each case has a sender and a campaign of its own.
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
    await t.age(2_000);
    const taken = await t.engine.recover();
    await t.engine.settled();
    return taken;
  };
  const state = async () => (await readMessages(t, campaign))[0]?.state;

  test('nobody asks, and nobody sends, before the deadline has settled', async () => {
    await dieMidway({ handedOver: true });
    await t.age(0);
    expect(await t.engine.recover()).toBe(0);
    await t.runFor(10 * minuteMs);
    expect(mailsByRecipient(t)[address()]).toBe(1);
    expect(await state()).toBe('reserved');
    t.mailServer.find = () => 'found';
    await recover();
  });

  test('found at the provider: it counts as sent, and the follow-up comes in its time', async () => {
    await dieMidway({ handedOver: true });
    // Another worker has looked at the free lane meanwhile and found nothing to do there.
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

  test('surely absent: it is sent again, once, as the same mail', async () => {
    await dieMidway({ handedOver: false });
    t.mailServer.find = () => 'absent';
    expect(await recover()).toBe(1);
    await t.runFor(hourMs);
    expect(mailsByRecipient(t)[address()]).toBe(1);
    const [message] = await readMessages(t, campaign);
    expect(message).toMatchObject({ state: 'sent', attempts: 2 });
    expect(t.sink.messages.at(-1)?.headers['message-id']).toBe(`<${message?.channel_key}>`);
    await t.checkLaws();
  });

  test('nobody can tell: it is listed as unknown and never sent again, and the sequence goes on', async () => {
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

  test('out of reach: it waits, is asked again, and after an hour it is unknown', async () => {
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

  test('its late answer still makes an unknown one sent, and moves nobody a second time', async () => {
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

  test('a late answer does not take back somebody who waits for the next touch', async () => {
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

  test('a late answer after it was given back stops the second try', async () => {
    const late = await dieMidway({ handedOver: true });
    t.mailServer.find = () => 'absent';
    await recover();
    expect(await state()).toBe('draft');
    late.answer({ ok: true, response: '250 late' });
    await late.settled();
    await t.checkLaws();
    await t.runFor(10 * minuteMs);
    expect(await state()).toBe('sent');
    expect(mailsByRecipient(t)[address()]).toBe(1);
    await t.checkLaws();
  });

  test('its lanes are free for others, with their caps and gaps', async () => {
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

describe('a worker taken for dead that lives on', async () => {
  const t = await openEngineFixture();

  test('results that come in when its lane is another’s are not the end of the follow-up', async () => {
    const sender = await addMailbox(t, {
      address: 'sam@sender.test',
      smtp: t.sink,
      minGapSeconds: 1,
    });
    const id = await launchEmailCampaign(t, {
      name: 'slow',
      senders: [sender],
      nodes: [hello, delayHours(1), followUp],
      people: people(1),
    });
    const slow = await t.startWorker();
    let goOn = () => {};
    t.mailServer.send = async (deliver) => {
      await new Promise<void>((resolve) => {
        goOn = resolve;
      });
      return deliver();
    };
    await slow.engine.tick();
    await slow.die();
    // The other finds nothing to do on the lane and lets it rest.
    await t.runFor(2 * hourMs);
    expect((await readLane(t, sender)).next_at).toBeNull();
    delete t.mailServer.send;
    goOn();
    await slow.engine.settled();
    await t.checkLaws();
    await t.runFor(2 * hourMs);
    expectEach(t, people(1), 2);
    expect(await statusesByEmail(t, id)).toEqual({ 'p0@people.test': 'completed' });
    await t.checkLaws();
  });

  test('two engines of one living worker each never tick the same lane', async () => {
    const sender = await addMailbox(t, {
      address: 'two@sender.test',
      smtp: t.sink,
      minGapSeconds: 0,
      dailyLimit: 500,
    });
    await launchEmailCampaign(t, {
      name: 'owned',
      senders: [sender],
      nodes: [hello],
      people: people(3, 'owned'),
    });
    const [one, two] = [await t.startWorker(), await t.startWorker()];
    let goOn = () => {};
    const gate = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    t.mailServer.send = (deliver) => gate.then(deliver);
    await one.engine.tick();
    t.clock.advanceMs(hourMs);
    await two.engine.tick();
    const { rows } = await sql<{
      n: number;
    }>`select count(*)::int as n from messages where sender_id = ${sender} and state = 'reserved'`.execute(
      t.db,
    );
    expect(rows[0]?.n).toBe(1);
    goOn();
    await one.engine.settled();
    delete t.mailServer.send;
    await t.runFor(24 * hourMs);
    expect(people(3, 'owned').map(({ email }) => mailsByRecipient(t)[email])).toEqual([1, 1, 1]);
    await t.checkLaws();
  });
});

describe('a connection cut after the end of DATA', async () => {
  const t = await openEngineFixture({ sink: { cut: () => true } });

  test('is asked about and never sent again by guess', async () => {
    const sender = await addMailbox(t, {
      address: 'sam@sender.test',
      smtp: t.sink,
      minGapSeconds: 1,
    });
    const id = await launchEmailCampaign(t, {
      name: 'cut',
      senders: [sender],
      nodes: [hello],
      people: people(1),
    });
    await t.runFor(hourMs);
    expect((await readMessages(t, id))[0]?.state).toBe('reserved');
    expectEach(t, people(1), 1);
    await t.age(minuteMs);
    await t.engine.recover();
    await t.engine.settled();
    await t.runFor(hourMs);
    expect((await readMessages(t, id))[0]?.state).toBe('unknown');
    expectEach(t, people(1), 1);
    await t.checkLaws();
  });
});
