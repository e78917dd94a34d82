import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/time.ts';
import { tick } from '../../../src/engine/sending/tick.ts';
import { deleteCampaign } from '../../../src/operations/campaigns/delete.ts';
import { pauseCampaign } from '../../../src/operations/campaigns/pause.ts';
import { resumeCampaign } from '../../../src/operations/campaigns/resume.ts';
import { updateCampaign } from '../../../src/operations/campaigns/update.ts';
import { updateMailbox } from '../../../src/operations/email/update.ts';
import { updateSettings } from '../../../src/operations/settings/update.ts';
import { addSuppressions } from '../../../src/operations/suppressions/add.ts';
import { addMailbox, launchEmailCampaign } from '../../factories/campaigns.ts';
import {
  delayHours,
  followUp,
  hello,
  openEngineFixture,
  people,
  readLane,
  readMessages,
  readProspects,
} from '../../fixtures/engine.ts';

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

describe('windows and caps', async () => {
  const t = await openEngineFixture();

  test('nothing is reserved outside the wall-clock hours, over a change of the clocks', async () => {
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

  test('a sender keeps its cap on every calendar day of the workspace zone, over all its campaigns', async () => {
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

  test('account limits bind one sender in one campaign', async () => {
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

  test('a campaign’s daily limit holds over its senders, whoever races for it', async () => {
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

describe('the last of a campaign’s day', async () => {
  const t = await openEngineFixture({ connections: 20 });

  test.each([
    ['ticks that race', 1],
    ['lanes of one tick', 8],
  ])('is shared: %s take no more than is left', async (name, lanesEach) => {
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

describe('changes count at once', async () => {
  const t = await openEngineFixture();

  /** A tick that holds its lanes until it is let go, as a slow one does. */
  async function slowTick() {
    const blocker = await t.pool.connect();
    // It has read its facts and made its plan when it comes to the ledger, which is closed to
    // writes.
    await blocker.query('begin; lock table messages in share mode');
    const ticked = t.engine.tick();
    await expect.poll(() => waiting('RowExclusiveLock')).toBe(1);
    return async () => {
      await blocker.query('commit');
      blocker.release();
      await ticked;
      await t.engine.settled();
    };
  }
  const waiting = async (mode: string) => {
    const { rows } = await sql<{
      n: number;
    }>`select count(*)::int as n from pg_locks l join pg_database d on d.oid = l.database
      where d.datname = current_database() and not l.granted and l.mode = ${mode}`.execute(t.db);
    return rows[0]!.n;
  };
  const blocked = async () => {
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(t.db);
    return rows[0]!.n;
  };
  /** What was answered while the tick was under way, or `waits`. */
  const during = async (call: Promise<unknown>) => {
    let state = 'waits';
    void call.then(() => {
      state = 'answered';
    });
    await expect.poll(async () => state === 'answered' || (await blocked()) >= 2).toBe(true);
    return state;
  };

  test.each([
    ['a paused campaign', (id: string, _sender: string) => t.call(pauseCampaign, { id })],
    [
      'a paused sender',
      (_id: string, sender: string) => t.call(updateMailbox, { id: sender, status: 'paused' }),
    ],
    ['a deleted campaign', (id: string, _sender: string) => t.call(deleteCampaign, { id })],
  ])(
    '%s answers only when the tick that has it is done, and nothing is reserved after',
    async (name, change) => {
      const sender = await addMailbox(t, {
        address: `${name.replaceAll(' ', '-')}@sender.test`,
        smtp: t.sink,
        minGapSeconds: 1,
      });
      const id = await launchEmailCampaign(t, {
        name,
        senders: [sender],
        nodes: [hello],
        people: people(5, name.replaceAll(' ', '')),
      });
      const letGo = await slowTick();
      const call = change(id, sender);
      const state = await during(call);
      await letGo();
      await call;
      expect(state).toBe('waits');
      const before = t.sink.messages.length;
      await t.runFor(2 * dayMs);
      expect(t.sink.messages.length).toBe(before);
      await t.checkLaws();
    },
  );

  test('people added while a tick finds the pool empty are not forgotten', async () => {
    const sender = await addMailbox(t, {
      address: 'added@sender.test',
      smtp: t.sink,
      minGapSeconds: 1,
    });
    const first = await launchEmailCampaign(t, {
      name: 'empty',
      senders: [sender],
      nodes: [hello],
      people: people(1, 'empty'),
    });
    await t.runFor(dayMs);
    await sql`update lanes set next_at = ${t.clock.now()} where sender_id = ${sender}`.execute(
      t.db,
    );
    // A tick has the due lane and is about to let it rest.
    const tick = await t.pool.connect();
    await tick.query('begin');
    await tick.query('select 1 from lanes where sender_id = $1 for update', [sender]);
    const launched = launchEmailCampaign(t, {
      name: 'added',
      senders: [sender],
      nodes: [hello],
      people: people(1, 'added'),
    });
    let done = false;
    void launched.then(() => {
      done = true;
    });
    await expect.poll(async () => done || (await blocked()) > 0).toBe(true);
    await tick.query(
      `update lanes set next_at = null, because = 'nothing_to_send' where sender_id = $1`,
      [sender],
    );
    await tick.query('commit');
    tick.release();
    const id = await launched;
    await t.checkLaws();
    await t.runFor(2 * hourMs);
    expect((await readProspects(t, id))[0]?.status).toBe('completed');
    expect((await readProspects(t, first))[0]?.status).toBe('completed');
  });

  test('new hours move the next send at once, without touching a person', async () => {
    const sender = await addMailbox(t, {
      address: 'hours@sender.test',
      smtp: t.sink,
      minGapSeconds: 1,
    });
    const closed = { operating_hours: { sunday: { start: 0, end: 60 } }, timezone: 'UTC' };
    const id = await launchEmailCampaign(t, {
      name: 'hours',
      senders: [sender],
      nodes: [hello],
      people: people(2, 'hours'),
      settings: closed,
    });
    await t.engine.runDue();
    expect((await readLane(t, sender)).because).toBe('operating_hours');
    const before = await readProspects(t, id);
    await t.call(updateCampaign, { id, operating_hours: null });
    expect(await readProspects(t, id)).toEqual(before);
    await t.runFor(5 * hourMs);
    expect((await readMessages(t, id)).filter((row) => row.state === 'sent')).toHaveLength(2);
    await t.checkLaws();
  });

  test('somebody suppressed after the plan is skipped at the claim, in every campaign', async () => {
    const sender = await addMailbox(t, {
      address: 'suppress@sender.test',
      smtp: t.sink,
      minGapSeconds: 1,
      dailyLimit: 100,
    });
    const nodes = [hello, delayHours(1), followUp];
    const id = await launchEmailCampaign(t, {
      name: 'suppress',
      senders: [sender],
      nodes,
      people: people(2, 'suppress'),
    });
    await t.runFor(59 * minuteMs);
    await t.call(addSuppressions, {
      items: [{ kind: 'domain', value: 'people.test', reason: 'asked' }],
    });
    await t.runFor(3 * hourMs);
    const rows = await readMessages(t, id);
    expect(rows.every((row) => row.reserved_at! <= t.clock.now())).toBe(true);
    expect(
      new Set(
        (await readProspects(t, id)).map(({ status, end_reason }) => `${status}: ${end_reason}`),
      ),
    ).toEqual(new Set(['skipped: suppressed: domain people.test: asked']));
    const { rows: skips } =
      await sql`select 1 from events where kind = 'prospect.skipped' and campaign_id = ${id}`.execute(
        t.db,
      );
    expect(skips).toHaveLength(2);
    await t.checkLaws();
  });

  test('pause and resume: people wait meanwhile, and go on at the pace', async () => {
    await sql`delete from suppressions`.execute(t.db);
    const sender = await addMailbox(t, {
      address: 'resume@sender.test',
      smtp: t.sink,
      minGapSeconds: 60,
      dailyLimit: 100,
    });
    const nodes = [hello, delayHours(2), followUp];
    const id = await launchEmailCampaign(t, {
      name: 'resume',
      senders: [sender],
      nodes,
      people: people(4, 'resume'),
    });
    await t.runFor(2 * hourMs);
    await t.call(pauseCampaign, { id });
    const before = (await readMessages(t, id)).length;
    await t.runFor(2 * dayMs);
    expect((await readMessages(t, id)).length).toBe(before);
    expect((await readLane(t, sender)).next_at).toBeNull();
    await t.checkLaws();
    await t.call(resumeCampaign, { id });
    await t.runFor(dayMs);
    expect(new Set((await readProspects(t, id)).map(({ status }) => status))).toEqual(
      new Set(['completed']),
    );
    const sent = reservedAt(await readMessages(t, id)).sort((a, b) => a.getTime() - b.getTime());
    const gaps = sent.slice(1).map((at, i) => at.getTime() - sent[i]!.getTime());
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(minuteMs);
    await t.checkLaws();
  });
});
