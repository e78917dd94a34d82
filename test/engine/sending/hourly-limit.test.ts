import { expect, test } from 'vitest';
import { nextDueAt } from '../../../src/db/sending/lanes.ts';
import { forecastCampaign } from '../../../src/engine/forecast/forecast.ts';
import { updateCampaign } from '../../../src/operations/campaigns/update.ts';
import { explainOneSender } from '../../../src/operations/explanations/sender.ts';
import { launchEmailCampaign } from '../../factories/campaigns.ts';
import { addMailbox } from '../../factories/rows.ts';
import { openEmailFixture } from '../../fixtures/email.ts';
import { readMessages } from '../../fixtures/engine.ts';

const t = await openEmailFixture();
const { call, engine, sink } = t;

const people = Array.from({ length: 40 }, (_, i) => ({
  email: `p${i}@people.test`,
  first_name: `P${i}`,
}));
const hello = { type: 'email', subject: 'Hello %first_name%', body: 'Hi %first_name%.' };
const again = { type: 'email', is_reply: true, body: 'Again, %first_name%.' };

/** Number of sends per sender and clock hour, in a zone that is half an hour off UTC. */
function byHour(sends: readonly { at: Date; sender: string }[]): number[] {
  const hourOf = ({ at, sender }: { at: Date; sender: string }) =>
    `${sender} ${Math.floor((at.getTime() + 1_800_000) / 3_600_000)}`;
  return [...Map.groupBy(sends, hourOf).values()].map((group) => group.length);
}

test('a campaign’s hourly limit holds per sender, is named, and keeps forecasts exact', {
  timeout: 60_000,
}, async () => {
  const senders = [
    await addMailbox(t, {
      address: 'a@sender.test',
      smtp: sink,
      dailyLimit: 200,
      minGapSeconds: 30,
    }),
    await addMailbox(t, {
      address: 'b@sender.test',
      smtp: sink,
      dailyLimit: 90,
      minGapSeconds: 30,
    }),
  ];
  const settings = {
    hourly_limit: 3,
    timezone: 'Asia/Kolkata',
    operating_hours: { mon: { start: 900, end: 1110 }, tue: { start: 600, end: 1080 } },
  };
  const nodes = [hello, { type: 'delay', delay_minutes: 90 }, again];
  const id = await launchEmailCampaign(t, { name: 'hourly', senders, nodes, people, settings });
  const made = await forecastCampaign(t.db, {
    workspaceId: t.workspaceId,
    campaignId: id,
    changes: {},
    now: t.clock.now(),
  });
  expect(made).toMatchObject({ finished: true, sends: 80 });
  const freed = await forecastCampaign(t.db, {
    workspaceId: t.workspaceId,
    campaignId: id,
    changes: { hourly_limit: null },
    now: t.clock.now(),
  });
  expect(freed.endsAt).toBeLessThan(made.endsAt!);
  const reasons = new Set<string>();
  for (let next = await nextDueAt(t.db); next; next = await nextDueAt(t.db)) {
    t.clock.advanceTo(next);
    await engine.runDue();
    const lane = await t.db
      .selectFrom('lanes')
      .select('because')
      .where('workspace_id', '=', t.workspaceId)
      .where('sender_id', '=', senders[0]!)
      .executeTakeFirstOrThrow();
    if (lane.because === 'campaign_hourly_limit' && reasons.size === 0) {
      const explanation = await call(explainOneSender, { id: senders[0]! });
      expect(JSON.stringify(explanation)).toContain(
        "Wait for the next hour, or raise the campaign's hourly_limit.",
      );
    }
    reasons.add(lane.because);
  }
  const rows = await t.db
    .selectFrom('messages')
    .select(['sent_at', 'sender_id', 'prospect_id'])
    .where('workspace_id', '=', t.workspaceId)
    .where('campaign_id', '=', id)
    .execute();
  const sends = rows.map((row) => ({ at: row.sent_at!, sender: row.sender_id! }));
  expect(sends).toHaveLength(80);
  expect(Math.max(...byHour(sends))).toBe(3);
  expect(reasons).toContain('campaign_hourly_limit');
  const last = new Map<string, number>();
  for (const row of rows)
    last.set(row.prospect_id, Math.max(last.get(row.prospect_id) ?? 0, row.sent_at!.getTime()));
  expect(Object.fromEntries(last)).toEqual(
    Object.fromEntries(made.people.map((person) => [person.prospect_id, person.last_at])),
  );
});

test('a raised limit of a running campaign takes effect at once', async () => {
  const sender = await addMailbox(t, {
    address: 'c@sender.test',
    smtp: sink,
    dailyLimit: 1000,
    minGapSeconds: 1,
  });
  const more = people.slice(0, 12).map((person) => ({ ...person, email: `more-${person.email}` }));
  const settings = { hourly_limit: 1, operating_hours: null };
  const id = await launchEmailCampaign(t, {
    name: 'raised',
    senders: [sender],
    nodes: [hello],
    people: more,
    settings,
  });
  const sent = async () => (await readMessages(t, id)).length;
  const walk = async (minutes: number) => {
    const end = t.clock.now().getTime() + minutes * 60_000;
    for (
      let next = await nextDueAt(t.db);
      next && next.getTime() <= end;
      next = await nextDueAt(t.db)
    ) {
      t.clock.advanceTo(next);
      await engine.runDue();
    }
    t.clock.advanceTo(new Date(end));
  };
  t.clock.advanceTo(new Date(Math.ceil(t.clock.now().getTime() / 3_600_000) * 3_600_000));
  await walk(50);
  expect(await sent()).toBe(1);
  await call(updateCampaign, { id, hourly_limit: null });
  await walk(9);
  expect(await sent()).toBeGreaterThan(2);
});
