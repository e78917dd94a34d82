import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/time.ts';
import { deleteCampaign } from '../../../src/operations/campaigns/delete.ts';
import { pauseCampaign } from '../../../src/operations/campaigns/pause.ts';
import { resumeCampaign } from '../../../src/operations/campaigns/resume.ts';
import { updateCampaign } from '../../../src/operations/campaigns/update.ts';
import { updateMailbox } from '../../../src/operations/email/update.ts';
import { addSuppressions } from '../../../src/operations/suppressions/add.ts';
import {
  delayHours,
  followUp,
  hello,
  launchEmailCampaign,
  people,
} from '../../factories/campaigns.ts';
import { addMailbox } from '../../factories/rows.ts';
import { openEmailFixture } from '../../fixtures/email.ts';
import { readLane, readMessages, readProspects } from '../../fixtures/engine.ts';

const reservedAt = (rows: readonly { reserved_at: Date | null }[]) =>
  rows.flatMap((row) => row.reserved_at ?? []);

describe('changes take effect at once', async () => {
  const t = await openEmailFixture();

  /** A slow tick: it holds its lanes until the returned function is called. */
  async function slowTick() {
    const blocker = await t.pool.connect();
    // The tick has read its facts and made its plan when it blocks on the ledger.
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
  /** `answered` when the call returns while the tick is under way, else `waits`. */
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
    'the call for %s waits for the running tick, and nothing is reserved after it',
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

  test('prospects added while a tick finds the pool empty are sent to', async () => {
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
    await sql`update lanes set next_at = ${t.clock.now()} where workspace_id = ${t.workspaceId} and sender_id = ${sender}`.execute(
      t.db,
    );
    // A tick holds the due lane and is about to put it to sleep.
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

  test('new operating hours move the next send without a write to any prospect', async () => {
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

  test('a prospect suppressed after its first touch is skipped at the claim', async () => {
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
      await sql`select 1 from events where workspace_id = ${t.workspaceId} and kind = 'prospect.skipped' and campaign_id = ${id}`.execute(
        t.db,
      );
    expect(skips).toHaveLength(2);
    await t.checkLaws();
  });

  test('prospects of a paused campaign wait, and go on at the pace when it resumes', async () => {
    await sql`delete from suppressions where workspace_id = ${t.workspaceId}`.execute(t.db);
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
