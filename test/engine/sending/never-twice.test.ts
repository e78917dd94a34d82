import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { hourMs, minuteMs } from '../../../src/domain/time.ts';
import {
  delayHours,
  followUp,
  hello,
  launchEmailCampaign,
  people,
} from '../../factories/campaigns.ts';
import { addMailbox } from '../../factories/rows.ts';
import { expectEach, mailsByRecipient, openEmailFixture } from '../../fixtures/email.ts';
import { readLane, readMessages, statusesByEmail } from '../../fixtures/engine.ts';

describe('several engines at once', async () => {
  const t = await openEmailFixture({ connections: 30 });

  test('write to every prospect exactly once per touch over many lanes', async () => {
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
      // Four ticks race for the same lanes. Two of them do not wait for their hand-overs.
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

describe('a worker that is taken for dead and lives on', async () => {
  const t = await openEmailFixture();

  test('records results on a lane of another worker, and the follow-up goes out', async () => {
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
    // The other worker finds nothing to do on the lane and puts it to sleep.
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

  test('shares no lane with another living worker', async () => {
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
    }>`select count(*)::int as n from messages where workspace_id = ${t.workspaceId} and sender_id = ${sender} and state = 'reserved'`.execute(
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
  const t = await openEmailFixture({ sink: { cut: () => true } });

  test('is asked about and never sent again on a guess', async () => {
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
