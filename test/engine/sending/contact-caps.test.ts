import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { dayMs, minuteMs } from '../../../src/domain/time.ts';
import { updateCampaign } from '../../../src/operations/campaigns/update.ts';
import { explainOneProspect } from '../../../src/operations/explanations/prospect.ts';
import {
  delayHours,
  followUp,
  hello,
  launchEmailCampaign,
  people,
} from '../../factories/campaigns.ts';
import { addMailbox } from '../../factories/rows.ts';
import { openEmailFixture } from '../../fixtures/email.ts';
import { readMessages, readProspects } from '../../fixtures/engine.ts';

describe('caps on domains and companies', async () => {
  let answer: (to: string) => string | undefined = () => undefined;
  const t = await openEmailFixture({ sink: { refuse: (to) => answer(to) } });
  let serial = 0;

  async function campaign(options: {
    senders?: number;
    crowd: readonly Record<string, unknown>[];
    settings: Record<string, unknown>;
    nodes?: readonly { type: string }[];
  }) {
    serial += 1;
    const senders: string[] = [];
    for (let i = 0; i < (options.senders ?? 1); i++)
      senders.push(
        await addMailbox(t, {
          address: `r${serial}-${i}@sender.test`,
          smtp: t.sink,
          dailyLimit: 5_000,
          minGapSeconds: 0,
        }),
      );
    return launchEmailCampaign(t, {
      name: `r${serial}`,
      senders,
      nodes: options.nodes ?? [hello],
      people: options.crowd,
      settings: { timezone: 'UTC', ...options.settings },
    });
  }
  const used = async (id: string) => {
    const { rows } = await sql<{ key: string; day: string; n: number; promised: number }>`
      select key, day, n, promised from reach_usage where workspace_id = ${t.workspaceId} and campaign_id = ${id} order by day, key`.execute(
      t.db,
    );
    return rows;
  };
  const sends = async (id: string) =>
    (await readMessages(t, id)).filter((message) => message.reserved_at !== null).length;

  test('hold although several workers send at the same time', async () => {
    const crowd = [
      ...people(60, 'crowd'),
      ...people(10, 'else').map(({ email, ...rest }) => ({
        ...rest,
        email: email.replace('people', 'else'),
      })),
    ];
    const id = await campaign({ senders: 6, crowd, settings: { domain_daily_limit: 7 } });
    const workers = await Promise.all([t.startWorker(), t.startWorker(), t.startWorker()]);
    for (let round = 0; round < 30; round++) {
      await Promise.all(workers.map(({ engine }) => engine.runDue()));
      t.clock.advanceMs(10 * minuteMs);
    }
    const today = (await used(id)).filter((use) => use.n > 0);
    expect(today.map(({ key, n }) => [key, n])).toEqual([
      ['else.test', 7],
      ['people.test', 7],
    ]);
    await t.runFor(2 * dayMs);
    expect((await used(id)).every(({ n }) => n <= 7)).toBe(true);
    expect(await sends(id)).toBe(21 + 10);
    await t.checkLaws();
  });

  test('put each prospect of a crowded domain off once', async () => {
    const id = await campaign({ crowd: people(50, 'line'), settings: { domain_daily_limit: 10 } });
    await t.runFor(0.3 * dayMs);
    const held = (await readProspects(t, id)).filter((person) => person.hold === 'domain_limit');
    const days = Map.groupBy(held, (person) => person.hold_until!.toISOString().slice(0, 10));
    expect([...days.values()].map((own) => own.length)).toEqual([10, 10, 10, 10]);
    expect(held.map((person) => person.email)).toEqual(
      people(50, 'line')
        .slice(10)
        .map(({ email }) => email),
    );
    await t.runFor(5 * dayMs);
    expect(await sends(id)).toBe(50);
    await t.checkLaws();
  });

  test('count follow-ups, which go before the waiting prospects', async () => {
    const nodes = [hello, delayHours(20), followUp];
    const id = await campaign({
      crowd: people(6, 'mixed').map((person) => ({ ...person, company: ' Mixed ' })),
      settings: { company_daily_limit: 2 },
      nodes,
    });
    await t.runFor(7 * dayMs);
    expect((await used(id)).map(({ n }) => n)).toEqual([2, 2, 2, 2, 2, 2]);
    await t.checkLaws();
  });

  test('give a touch that surely did not go out back to its day', async () => {
    answer = (to) =>
      to.startsWith('refused') ? '450 4.2.0 Greylisted, please come back' : undefined;
    const id = await campaign({ crowd: people(1, 'refused'), settings: { domain_daily_limit: 1 } });
    await t.runFor(11 * minuteMs);
    expect((await used(id)).map(({ n }) => n)).toEqual([0]);
    await t.checkLaws();
    answer = () => undefined;
    await t.runFor(dayMs);
    expect((await used(id)).reduce((sum, { n }) => sum + n, 0)).toBe(1);
    expect(await sends(id)).toBe(1);
    await t.checkLaws();
  });

  test('are explained to the caller, and a higher cap releases prospects at once', async () => {
    const id = await campaign({ crowd: people(3, 'told'), settings: { domain_daily_limit: 1 } });
    await t.runFor(20 * minuteMs);
    const [, second] = await readProspects(t, id);
    const told = await t.call(explainOneProspect, { id, prospectId: second!.id });
    expect(told.binding).toMatchObject({
      code: 'domain_limit',
      opens_at: second!.hold_until!.toISOString(),
    });
    expect(told.binding.words).toContain('people.test');
    expect(told.constraints).toContainEqual(
      expect.objectContaining({ code: 'domain_limit', open: false }),
    );
    expect(Date.parse(told.next_touch!.expected_at!)).toBeGreaterThanOrEqual(
      second!.hold_until!.getTime(),
    );
    await t.call(updateCampaign, { id, domain_daily_limit: 100 });
    expect((await readProspects(t, id)).map((person) => person.hold)).toEqual([null, null, null]);
    await t.runFor(0.2 * dayMs);
    expect(await sends(id)).toBe(3);
    await t.checkLaws();
  });
});
