import { describe, expect, test } from 'vitest';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/time.ts';
import { tick } from '../../../src/engine/sending/tick.ts';
import { updateSettings } from '../../../src/operations/settings/update.ts';
import { hello, launchEmailCampaign, people } from '../../factories/campaigns.ts';
import { addMailbox } from '../../factories/rows.ts';
import { openEmailFixture } from '../../fixtures/email.ts';
import { readMessages } from '../../fixtures/engine.ts';

/** Wall time in a zone, by Intl alone: 'Mon 2026-03-02 09:15'. */
const wallTime = (at: Date, timeZone: string) => {
  const parts = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'short',
  }).format(at);
  return `${new Intl.DateTimeFormat('en-US', { timeZone, weekday: 'short' }).format(at)} ${parts}`;
};
const perDay = (instants: readonly Date[], timeZone: string) => {
  const days: Record<string, number> = {};
  for (const at of instants)
    days[wallTime(at, timeZone).slice(4, 14)] =
      (days[wallTime(at, timeZone).slice(4, 14)] ?? 0) + 1;
  return days;
};
const reservedAt = (rows: readonly { reserved_at: Date | null }[]) =>
  rows.flatMap((row) => row.reserved_at ?? []);

describe('hours and limits', async () => {
  const t = await openEmailFixture();

  test('no touch is reserved outside the operating hours over a change of the clocks', async () => {
    t.clock.advanceTo(new Date('2026-03-26T00:00:00Z'));
    const sender = await addMailbox(t, {
      address: 'dst@sender.test',
      smtp: t.sink,
      dailyLimit: 8,
      minGapSeconds: 1,
    });
    const hours = Object.fromEntries(
      [0, 1, 2, 3, 4, 5].map((weekday) => [
        weekday,
        [
          { start: 540, end: 720 },
          { start: 780, end: 840 },
        ],
      ]),
    );
    const settings = { timezone: 'Europe/Berlin', operating_hours: { ...hours, 6: null } };
    const id = await launchEmailCampaign(t, {
      name: 'dst',
      senders: [sender],
      nodes: [hello],
      people: people(40),
      settings,
    });
    // Berlin's clocks go forward on Sunday, 29 March 2026.
    await t.runUntil(new Date('2026-04-01T00:00:00Z'));
    const sent = reservedAt(await readMessages(t, id));
    expect(sent.length).toBeGreaterThan(30);
    const outside = sent
      .map((at) => wallTime(at, 'Europe/Berlin'))
      .filter((at) => !/(09|1[01]|13):\d\d$/.test(at) || at.startsWith('Sat'));
    expect(outside).toEqual([]);
    expect(sent.some((at) => wallTime(at, 'Europe/Berlin').startsWith('Sun 2026-03-29 09'))).toBe(
      true,
    );
    await t.checkLaws();
  });

  test('a sender keeps its daily limit over all campaigns, by the workspace’s days', async () => {
    await t.call(updateSettings, { timezone: 'Asia/Kolkata' });
    const sender = await addMailbox(t, {
      address: 'cap@sender.test',
      smtp: t.sink,
      dailyLimit: 5,
      minGapSeconds: 1,
    });
    const ids: string[] = [];
    for (const name of ['cap one', 'cap two'])
      ids.push(
        await launchEmailCampaign(t, {
          name,
          senders: [sender],
          nodes: [hello],
          people: people(12, name[4]),
        }),
      );
    await t.runFor(5 * dayMs);
    const sent = reservedAt((await Promise.all(ids.map((id) => readMessages(t, id)))).flat());
    expect(sent.length).toBeGreaterThan(17);
    const days = Object.values(perDay(sent, 'Asia/Kolkata'));
    expect(Math.max(...days)).toBeLessThanOrEqual(5);
    await t.checkLaws();
  });

  test('an account limit binds one sender in one campaign', async () => {
    const senders: string[] = [];
    for (const name of ['a', 'b'])
      senders.push(
        await addMailbox(t, {
          address: `${name}@limits.test`,
          smtp: t.sink,
          dailyLimit: 20,
          minGapSeconds: 1,
        }),
      );
    const settings = {
      account_limits: [{ account_id: senders[0], daily_limit: 2 }],
      timezone: 'UTC',
    };
    const id = await launchEmailCampaign(t, {
      name: 'limits',
      senders,
      nodes: [hello],
      people: people(60, 'limits'),
      settings,
    });
    await t.runFor(3 * dayMs);
    const rows = await readMessages(t, id);
    const mine = perDay(reservedAt(rows.filter((row) => row.sender_id === senders[0])), 'UTC');
    expect(Math.max(...Object.values(mine))).toBeLessThanOrEqual(2);
    expect(Object.keys(mine).length).toBeGreaterThanOrEqual(2);
    expect(rows.filter((row) => row.sender_id === senders[1]).length).toBeGreaterThan(20);
    await t.checkLaws();
  });

  test('a campaign’s daily limit holds although workers race for it', async () => {
    const senders: string[] = [];
    for (let i = 0; i < 8; i++)
      senders.push(
        await addMailbox(t, {
          address: `r${i}@race.test`,
          smtp: t.sink,
          dailyLimit: 400,
          minGapSeconds: 0,
        }),
      );
    const settings = { daily_limit: 10, timezone: 'UTC' };
    const id = await launchEmailCampaign(t, {
      name: 'race',
      senders,
      nodes: [hello],
      people: people(60, 'race'),
      settings,
    });
    const workers = await Promise.all([t.startWorker(), t.startWorker(), t.startWorker()]);
    const end = t.clock.now().getTime() + 3 * dayMs;
    while (t.clock.now().getTime() < end) {
      await Promise.all(workers.map(({ engine, beat }) => Promise.all([engine.tick(), beat()])));
      await Promise.all(workers.map(({ engine }) => engine.settled()));
      t.clock.advanceMs(20 * minuteMs);
    }
    const days = perDay(reservedAt(await readMessages(t, id)), 'UTC');
    expect(Math.max(...Object.values(days))).toBeLessThanOrEqual(10);
    expect(Object.values(days).filter((n) => n >= 8).length).toBeGreaterThanOrEqual(2);
    await t.checkLaws();
  }, 60_000);
});

describe('the rest of a campaign’s daily limit', async () => {
  const t = await openEmailFixture({ connections: 20 });

  test.each([
    ['ticks that race', 1],
    ['lanes of one tick', 8],
  ])('is not exceeded by %s', async (name, lanesEach) => {
    const senders: string[] = [];
    for (let i = 0; i < 8; i++)
      senders.push(
        await addMailbox(t, {
          address: `l${i}@${lanesEach}.test`,
          smtp: t.sink,
          dailyLimit: 400,
          minGapSeconds: 0,
        }),
      );
    const settings = { daily_limit: 3, timezone: 'UTC' };
    const id = await launchEmailCampaign(t, {
      name,
      senders,
      nodes: [hello],
      people: people(20, `last${lanesEach}-`),
      settings,
    });
    const workers = await Promise.all(Array.from({ length: 8 }, () => t.startWorker()));
    for (let round = 0; round < 6; round++) {
      const { workspaceId } = t;
      await Promise.all(
        workers.map(({ workerId }) =>
          tick(t.services, { workspaceId, workerId, limit: lanesEach }),
        ),
      );
      t.clock.advanceMs(2_000);
    }
    expect(await readMessages(t, id)).toHaveLength(3);
    t.mailServer.find = () => 'found';
    await t.age(hourMs);
    await t.engine.recover();
    await t.engine.settled();
    await t.checkLaws();
  });
});
