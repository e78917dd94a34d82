import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/time.ts';
import { checkMailbox } from '../../../src/operations/email/check.ts';
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
import { startScriptedSmtp } from '../../peers/scripted-smtp.ts';

describe('the server’s answer', async () => {
  let answer: (to: string) => string | undefined = () => undefined;
  let lockedOut: (user: string) => boolean = () => false;
  const t = await openEmailFixture({
    sink: { refuse: (to) => answer(to), lockOut: (user) => lockedOut(user) },
  });
  let serial = 0;

  async function campaign(
    options: { count?: number; dailyLimit?: number; nodes?: readonly { type: string }[] } = {},
  ) {
    serial += 1;
    const sender = await addMailbox(t, {
      address: `sam${serial}@sender.test`,
      smtp: t.sink,
      dailyLimit: options.dailyLimit ?? 500,
      minGapSeconds: 1,
    });
    const crowd = people(options.count ?? 1, `c${serial}-`);
    const id = await launchEmailCampaign(t, {
      name: `c${serial}`,
      senders: [sender],
      nodes: options.nodes ?? [hello],
      people: crowd,
    });
    return { id, sender, crowd, first: crowd[0]!.email };
  }

  const usageOf = async (sender: string) => {
    const { rows } = await sql<{
      n: number;
    }>`select coalesce(sum(n), 0)::int as n from sender_usage where workspace_id = ${t.workspaceId} and sender_id = ${sender}`.execute(
      t.db,
    );
    return rows[0]!.n;
  };

  test('fails a touch after tries at growing intervals when it stays temporary', async () => {
    const tries: number[] = [];
    const { id, first, sender } = await campaign();
    answer = (to) => {
      if (to !== first) return undefined;
      tries.push(t.clock.now().getTime());
      return '451 4.3.0 Try again later';
    };
    await t.runFor(10 * minuteMs);
    expect((await readProspects(t, id))[0]).toMatchObject({ status: 'pending', hold: 'retry' });
    await t.checkLaws();
    await t.runFor(2 * dayMs);
    const gaps = tries.slice(1).map((at, i) => at - tries[i]!);
    expect(tries).toHaveLength(8);
    for (const [i, gap] of gaps.entries())
      expect(gap).toBeGreaterThanOrEqual([1, 5, 15, 60, 180, 360, 720][i]! * minuteMs);
    const [person] = await readProspects(t, id);
    expect(person).toMatchObject({ status: 'failed', contacted_at: null });
    expect(person?.end_reason).toContain('Try again later');
    // Only the last try counts against the limits; the others gave their usage back.
    expect(await usageOf(sender)).toBe(1);
    await t.checkLaws();
  });

  test('only delays the touch when it is greylisting', async () => {
    const { first } = await campaign();
    let refused = 0;
    answer = (to) =>
      to === first && refused++ < 2 ? '450 4.2.0 Greylisted, please come back' : undefined;
    await t.runFor(hourMs);
    expect(mailsByRecipient(t)[first]).toBe(1);
    expect(refused).toBe(3);
    await t.checkLaws();
  });

  test('leaves its place in the campaign’s daily limit to another sender at once', async () => {
    const add = (address: string) =>
      addMailbox(t, { address, smtp: t.sink, minGapSeconds: 1, dailyLimit: 500 });
    const senders = [await add('one@place.test'), await add('two@place.test')];
    const crowd = people(2, 'place-');
    const refused: string[] = [];
    answer = (to) => {
      if (!to.startsWith('place-') || (refused.length > 0 && refused[0] !== to)) return undefined;
      refused[0] = to;
      return '451 4.3.0 Try again later';
    };
    const settings = { daily_limit: 1 };
    const given = { name: 'one place', senders, nodes: [hello], people: crowd, settings };
    const id = await launchEmailCampaign(t, given);
    await t.runFor(2 * minuteMs);
    answer = () => undefined;
    const [other] = crowd.filter(({ email }) => email !== refused[0]);
    const statuses = await statusesByEmail(t, id);
    expect(statuses).toMatchObject({ [refused[0]!]: 'pending', [other!.email]: 'completed' });
    await t.checkLaws();
  });

  test('keeps the lane quiet for a quarter of an hour when it is a rate limit', async () => {
    const { crowd, sender, first } = await campaign({ count: 3 });
    let limited = true;
    answer = (to) =>
      limited && crowd.some(({ email }) => email === to)
        ? '452 4.7.28 Rate limit exceeded'
        : undefined;
    const startedAt = t.clock.now().getTime();
    await t.engine.runDue();
    const lane = await readLane(t, sender);
    expect(lane.because).toBe('provider_rate_limit');
    expect(lane.next_at!.getTime() - startedAt).toBeGreaterThanOrEqual(15 * minuteMs);
    expect(await usageOf(sender)).toBe(0);
    await t.checkLaws();
    limited = false;
    await t.runFor(10 * minuteMs);
    expect(mailsByRecipient(t)[first]).toBeUndefined();
    await t.runFor(3 * hourMs);
    expect(crowd.map(({ email }) => mailsByRecipient(t)[email])).toEqual([1, 1, 1]);
    await t.checkLaws();
  });

  test('suspends the sender when it refuses the login, until a good check', async () => {
    const { id, sender, crowd } = await campaign({ count: 2 });
    const user = `sam${serial}@sender.test`;
    lockedOut = (name) => name === user;
    answer = () => undefined;
    await t.runFor(2 * hourMs);
    const suspended = await t.db
      .selectFrom('senders')
      .selectAll()
      .where('workspace_id', '=', t.workspaceId)
      .where('id', '=', sender)
      .executeTakeFirstOrThrow();
    expect(suspended).toMatchObject({ status: 'credentials_required' });
    expect(suspended.status_reason).toContain('535');
    expect((await readProspects(t, id)).map((person) => person.status)).toEqual([
      'pending',
      'pending',
    ]);
    expect((await readLane(t, sender)).because).toBe('sender_not_active');
    const { rows } =
      await sql`select 1 from events where workspace_id = ${t.workspaceId} and kind = 'sender.suspended' and sender_id = ${sender}`.execute(
        t.db,
      );
    expect(rows).toHaveLength(1);
    await t.checkLaws();
    lockedOut = () => false;
    expect(await t.call(checkMailbox, { id: sender })).toMatchObject({
      ok: true,
      account: { status: 'active' },
    });
    await t.runFor(2 * hourMs);
    expect(crowd.map(({ email }) => mailsByRecipient(t)[email])).toEqual([1, 1]);
    await t.checkLaws();
  });

  test('bounces an unknown address and suppresses it in all campaigns', async () => {
    const { id, first } = await campaign({ nodes: [hello, delayHours(1), followUp] });
    answer = (to) => (to === first ? '550 5.1.1 No such user' : undefined);
    await t.runFor(3 * hourMs);
    expect((await readProspects(t, id))[0]).toMatchObject({
      status: 'bounced',
      bounced_at: expect.any(Date),
    });
    const suppressed = await t.db
      .selectFrom('suppressions')
      .selectAll()
      .where('workspace_id', '=', t.workspaceId)
      .where('value', '=', first)
      .execute();
    expect(suppressed).toMatchObject([{ kind: 'email', reason: 'bounced' }]);
    await t.checkLaws();
  });

  test('fails the prospect when it refuses the content, and suppresses no address', async () => {
    const { id, first } = await campaign();
    answer = (to) => (to === first ? '554 5.7.1 Blocked by policy' : undefined);
    await t.runFor(hourMs);
    expect((await readProspects(t, id))[0]).toMatchObject({ status: 'failed' });
    expect((await readMessages(t, id))[0]).toMatchObject({
      state: 'failed',
      error_code: 'refused',
    });
    expect(
      await t.db.selectFrom('suppressions').selectAll().where('value', '=', first).execute(),
    ).toEqual([]);
    await t.checkLaws();
  });

  test('can be recorded whatever bytes it has', async () => {
    const peer = await startScriptedSmtp({
      act: (stage) =>
        stage === 'rcpt' ? { say: `550 5.1.1 no\0such \ud800 user${'x'.repeat(600)}` } : undefined,
    });
    const sender = await addMailbox(t, {
      address: 'nul@sender.test',
      smtp: { host: '127.0.0.1', port: peer.port },
      minGapSeconds: 1,
    });
    const id = await launchEmailCampaign(t, {
      name: 'nul',
      senders: [sender],
      nodes: [hello],
      people: people(1, 'nul'),
    });
    await t.runFor(minuteMs);
    expect(await statusesByEmail(t, id)).toEqual({ 'nul0@people.test': 'bounced' });
    await peer.stop();
    await t.checkLaws();
  });
});
