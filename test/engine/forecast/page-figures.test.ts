import { expect, test } from 'vitest';
import { nextDueAt } from '../../../src/db/sending/lanes.ts';
import { getCampaign } from '../../../src/operations/campaigns/get.ts';
import { pauseCampaign } from '../../../src/operations/campaigns/pause.ts';
import { previewResume } from '../../../src/operations/campaigns/resume-preview.ts';
import { listEvents } from '../../../src/operations/events/list.ts';
import { createForecast } from '../../../src/operations/forecasts/create.ts';
import { listForecasts } from '../../../src/operations/forecasts/list.ts';
import { forecastProspect } from '../../../src/operations/forecasts/prospect.ts';
import { showForecast } from '../../../src/operations/forecasts/show.ts';
import { createRevision } from '../../../src/operations/revisions/create.ts';
import { showHistory } from '../../../src/operations/roster/history.ts';
import { listRoster } from '../../../src/operations/roster/list.ts';
import { pauseProspect } from '../../../src/operations/roster/pause.ts';
import { launchEmailCampaign } from '../../factories/campaigns.ts';
import { addMailbox } from '../../factories/rows.ts';
import { openEmailFixture } from '../../fixtures/email.ts';

const t = await openEmailFixture();
const { call, fail, engine, sink } = t;

const delay = (days: number) => ({ type: 'delay', delay_days: days });
const nodes = [
  { type: 'email', subject: 'Hello', body: 'Hi %first_name|there%.' },
  delay(2),
  { type: 'email', is_reply: true, body: 'Again.' },
  delay(3),
  { type: 'email', is_reply: true, body: 'Last, %last_name%.' },
];
let serial = 0;
/** A campaign with two senders that have written to two or more of its four people. */
async function launch() {
  serial += 1;
  const senders: string[] = [];
  for (const name of ['a', 'b'])
    senders.push(
      await addMailbox(t, {
        address: `${name}${serial}@sender.test`,
        smtp: sink,
        dailyLimit: 3,
        minGapSeconds: 60,
      }),
    );
  const people = Array.from({ length: 4 }, (_, i) => ({
    email: `p${i}-${serial}@people.test`,
    ...(i === 1 ? {} : { last_name: `L${i}` }),
  }));
  const id = await launchEmailCampaign(t, { name: `Figures ${serial}`, senders, nodes, people });
  await engine.runDue();
  t.clock.advanceTo((await nextDueAt(t.db))!);
  await engine.runDue();
  return { id, senders, people: (await call(listRoster, { id })).prospects };
}
const days = (forecast: { days: unknown; sends: number; ends_at: string | null }) => ({
  days: forecast.days,
  sends: forecast.sends,
  ends_at: forecast.ends_at,
});

test('every touch to come of a person is the one that goes out', async () => {
  const { id, people } = await launch();
  const told = new Map<string, string[]>();
  for (const { id: prospectId } of people) {
    const made = await call(forecastProspect, { id, prospectId });
    told.set(
      prospectId,
      made.touches.map(({ node_id, expected_at }) => `${node_id} ${expected_at}`),
    );
    const isHeld = prospectId === people[1]!.id;
    expect(made.stop?.code ?? null).toBe(isHeld ? 'missing_variable' : null);
    expect(made.finished).toBe(true);
  }
  const since = t.clock.now();
  for (let at = await nextDueAt(t.db); at; at = await nextDueAt(t.db)) {
    t.clock.advanceTo(at);
    await engine.runDue();
  }
  const sent = await t.db
    .selectFrom('messages')
    .select(['prospect_id', 'node_id', 'reserved_at'])
    .where('campaign_id', '=', id)
    .where('reserved_at', '>', since)
    .orderBy('reserved_at')
    .execute();
  const happened = Map.groupBy(sent, (row) => row.prospect_id);
  for (const [prospectId, touches] of told)
    expect(
      (happened.get(prospectId) ?? []).map(
        (row) => `${row.node_id} ${row.reserved_at!.toISOString()}`,
      ),
    ).toEqual(touches);
  expect(told.get(people[0]!.id)!.length).toBeGreaterThan(0);
});

test('a forecast with another sequence is that of the campaign after the revision', async () => {
  const { id } = await launch();
  const [first, , second, , third] = (await call(getCampaign, { id })).sequence_nodes;
  // The second touch goes, the delay grows, and a new last one comes.
  const sequence_nodes = [
    { type: 'email', id: first!.id },
    delay(4),
    { type: 'email', id: third!.id },
    delay(1),
    { type: 'email', is_reply: true, body: 'One more.' },
    { type: 'end' },
  ];
  const before = await call(showForecast, { id });
  const made = await call(createForecast, { id, sequence_nodes });
  expect(days(made)).not.toEqual(days(before));
  await call(createRevision, { id, sequence_nodes });
  expect(days(await call(showForecast, { id }))).toEqual(days(made));
  const wrong = [{ type: 'message', body: 'x' }];
  expect(await fail(createForecast, { id, sequence_nodes: wrong })).toMatchObject({
    code: 'sequence.invalid',
  });
  expect((await call(getCampaign, { id })).sequence_nodes[2]!.id).not.toBe(second!.id);
});

test('a forecast takes a resume policy, gives days without senders, and is listed', async () => {
  const { id, senders } = await launch();
  await call(pauseCampaign, { id });
  t.clock.advanceMs(3 * 86_400_000);
  for (const resume of ['shift', 'drop_overdue', 'spread'] as const) {
    const made = await call(createForecast, { id, resume });
    expect(days(made)).toEqual(days(await call(previewResume, { id, policy: resume })));
  }
  const all = await call(showForecast, { id });
  const byDay = await call(createForecast, { id, by: 'day' });
  expect(byDay.days).toEqual([]);
  const sums = new Map<string, number>();
  for (const { date, sends } of all.days) sums.set(date, (sums.get(date) ?? 0) + sends);
  expect(byDay.by_day).toEqual([...sums].map(([date, sends]) => ({ date, sends })));
  const own = await call(showForecast, { id, sender_ids: [senders[0]!] });
  expect(own.days).toEqual(all.days.filter(({ sender_id }) => sender_id === senders[0]));
  expect(own.sends).toBe(all.sends);
  const { forecasts, next_cursor } = await call(listForecasts, { id, limit: 3 });
  expect(forecasts[0]).toMatchObject({ forecast_id: byDay.forecast_id, sends: byDay.sends });
  expect(forecasts[1]?.changes).toEqual({ resume: 'spread' });
  const rest = await call(listForecasts, { id, limit: 3, cursor: next_cursor! });
  expect(rest).toMatchObject({ forecasts: [{ changes: { resume: 'shift' } }], next_cursor: null });
});

test("a person's history has all messages and events, page by page", async () => {
  const { id, people } = await launch();
  const prospectId = people.find(({ status }) => status === 'sent')!.id;
  await call(pauseProspect, { id, prospectId });
  const all = await call(showHistory, { id, prospectId });
  expect(all.events.length).toBeGreaterThan(1);
  const { events } = await call(listEvents, { prospect_id: prospectId, limit: 1000 });
  expect(all.events).toEqual(events);
  expect(all.messages.map(({ status }) => status)).toContain('sent');
  const first = await call(showHistory, { id, prospectId, limit: 1 });
  expect(first.next_cursor).toBe(all.events[0]!.seq);
  const second = await call(showHistory, { id, prospectId, cursor: first.next_cursor! });
  expect([...first.events, ...second.events]).toEqual(all.events);
  expect(second).toMatchObject({ messages: [], next_cursor: null });
  const sender = all.messages[0]!.account_id!;
  const bySender = await call(listEvents, { sender_id: sender, limit: 1000 });
  expect(new Set(bySender.events.map((event) => event.sender_id))).toEqual(new Set([sender]));
});
