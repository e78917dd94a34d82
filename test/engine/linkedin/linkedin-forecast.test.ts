import { describe, expect, test } from 'vitest';
import { forecast } from '../../../src/domain/forecast/forecast.ts';
import { dayMs } from '../../../src/domain/time.ts';
import { type Changes, readForecastInput } from '../../../src/engine/forecast/forecast-input.ts';
import { updateCampaign } from '../../../src/operations/campaigns/update.ts';
import { explainOneProspect } from '../../../src/operations/explanations/prospect.ts';
import { createForecast } from '../../../src/operations/forecasts/create.ts';
import { listRoster } from '../../../src/operations/roster/list.ts';
import { readMessages, readProspects } from '../../fixtures/engine.ts';
import {
  advanceTo,
  launchIn,
  makeSenders,
  openSandboxFixture,
  type SandboxFixture,
} from '../../fixtures/sandbox.ts';

const start = '2026-03-23T06:00:00.000Z';
const at = (days: number) => new Date(new Date(start).getTime() + days * dayMs).toISOString();
const nodes = [
  { type: 'connection_request', body: '' },
  { type: 'delay', delay_hours: 5 },
  { type: 'message', body: 'Good to be connected, %first_name%.' },
  { type: 'delay', delay_days: 3 },
  { type: 'message', body: 'Any thoughts?' },
];
const people = (prefix: string, count: number, script = '') =>
  Array.from({ length: count }, (_, i) => ({
    linkedin_url: `https://www.linkedin.com/in/${prefix}${i}${script}`,
    first_name: `P${i}`,
  }));

type ForecastRequest = { campaignId: string; from: string; changes?: Changes };

/** Forecast sends at an instant, as `instant person touch`. */
async function forecastOf(
  { db, workspaceId }: SandboxFixture,
  { campaignId, from, changes = {} }: ForecastRequest,
): Promise<string[]> {
  const sends: string[] = [];
  const now = new Date(from);
  const input = await readForecastInput(db, { workspaceId, campaignId, changes, now });
  forecast({ ...input, now: now.getTime(), until: now.getTime() + 200 * dayMs }, (send) => {
    if (send.campaign !== input.target) return undefined;
    const { nodeId } = input.campaigns[send.campaign]!.touches[send.touch]!;
    sends.push(`${new Date(send.at).toISOString()} ${send.person} ${nodeId}`);
    return undefined;
  });
  return sends.sort();
}

const sentOf = async (fixture: SandboxFixture, campaignId: string, from = start) =>
  (await readMessages(fixture, campaignId))
    .filter(({ sent_at }) => sent_at !== null && sent_at >= new Date(from))
    .map((message) => `${message.sent_at!.toISOString()} ${message.prospect_id} ${message.node_id}`)
    .sort();

describe('a forecast of a campaign that waits for acceptances', { timeout: 120_000 }, () => {
  test('matches the rehearsal to the millisecond, from its start and its middle', async () => {
    const fixture = await openSandboxFixture({ clock: start });
    const senders = await makeSenders(
      fixture,
      { type: 'linkedin', name: 'Seat', dailyLimit: 25 },
      3,
    );
    const options = { type: 'linkedin' as const, senders, dailyLimit: 25 };
    const settings = { timezone: 'Europe/Berlin' };
    const first = await launchIn(fixture, {
      ...options,
      name: 'First',
      nodes,
      people: people('a', 160),
      settings,
    });
    const second = await launchIn(fixture, {
      ...options,
      name: 'Second',
      nodes: nodes.slice(0, 3),
      people: people('b', 70),
    });
    const before = await Promise.all(
      [first, second].map((campaignId) => forecastOf(fixture, { campaignId, from: start })),
    );
    await advanceTo(fixture, at(6.4));
    const midst = await Promise.all(
      [first, second].map((campaignId) => forecastOf(fixture, { campaignId, from: at(6.4) })),
    );
    await advanceTo(fixture, at(60));
    for (const [index, id] of [first, second].entries()) {
      expect(await sentOf(fixture, id)).toEqual(before[index]);
      expect(await sentOf(fixture, id, at(6.4))).toEqual(midst[index]);
      expect(new Set((await readProspects(fixture, id)).map(({ status }) => status))).toEqual(
        new Set(['completed']),
      );
    }
    expect(before[0]).toHaveLength(480);
  });

  test('is exact when notes run out: required notes wait, optional ones are left out', async () => {
    const fixture = await openSandboxFixture({ clock: start });
    const senders = await makeSenders(
      fixture,
      { type: 'linkedin', name: 'Seat', dailyLimit: 25 },
      2,
    );
    const options = { type: 'linkedin' as const, senders, dailyLimit: 25 };
    const noted = (include_message: boolean | null) => [
      { ...nodes[0], body: 'Hello', include_message },
      ...nodes.slice(1, 3),
    ];
    const ids = [
      await launchIn(fixture, {
        ...options,
        name: 'Must',
        nodes: noted(true),
        people: people('m', 26),
      }),
      await launchIn(fixture, {
        ...options,
        name: 'May',
        nodes: noted(null),
        people: people('n', 26),
      }),
    ];
    const expected = await Promise.all(
      ids.map((campaignId) => forecastOf(fixture, { campaignId, from: start })),
    );
    await advanceTo(fixture, at(40));
    const midst = await Promise.all(
      ids.map((campaignId) => forecastOf(fixture, { campaignId, from: at(40) })),
    );
    await advanceTo(fixture, at(170));
    for (const [index, id] of ids.entries()) {
      expect(await sentOf(fixture, id)).toEqual(expected[index]);
      expect(await sentOf(fixture, id, at(40))).toEqual(midst[index]);
    }
    expect(expected.map((sends) => sends.length)).toEqual([52, 52]);
  });

  test('names its assumptions, and the outcome if nobody accepted or all took longer', async () => {
    const fixture = await openSandboxFixture({ clock: start });
    const options = {
      type: 'linkedin' as const,
      senders: 2,
      dailyLimit: 25,
      nodes,
      people: people('c', 40, '+never'),
    };
    const never = await launchIn(fixture, { ...options, name: 'Never' });
    const slow = await launchIn(fixture, {
      ...options,
      name: 'Slow',
      people: people('d', 40, '+accept-4d'),
    });
    const asked = [
      { campaignId: never, from: start, changes: { acceptance_days: null } },
      { campaignId: slow, from: start, changes: { acceptance_days: 4 } },
    ];
    const expected = await Promise.all(asked.map((one) => forecastOf(fixture, one)));
    expect(
      await forecastOf(fixture, {
        campaignId: slow,
        from: start,
        changes: { acceptance_days: 31 },
      }),
    ).toHaveLength(40);
    const made = (changes: object) => fixture.call(createForecast, { id: never, ...changes });
    expect(await made({})).toMatchObject({
      sends: 120,
      assumptions: expect.arrayContaining([
        expect.stringContaining('accepts the invitation after a day'),
      ]),
    });
    expect(await made({ acceptance_days: 2.5 })).toMatchObject({
      assumptions: expect.arrayContaining([expect.stringContaining('after 2.5 days')]),
    });
    expect(await made({ acceptance_days: null })).toMatchObject({
      sends: 40,
      assumptions: expect.arrayContaining([expect.stringContaining('Nobody accepts')]),
    });
    await advanceTo(fixture, at(50));
    expect(await sentOf(fixture, never)).toEqual(expected[0]);
    expect(await sentOf(fixture, slow)).toEqual(expected[1]);
    expect(new Set((await readProspects(fixture, never)).map(({ status }) => status))).toEqual(
      new Set(['timed_out']),
    );
  });
});

test('an explanation names the wait for an acceptance, its end and the next touch', async () => {
  const fixture = await openSandboxFixture({ clock: start });
  const id = await launchIn(fixture, {
    type: 'linkedin',
    name: 'Waits',
    senders: 1,
    dailyLimit: 25,
    nodes,
    people: people('e', 1),
  });
  await advanceTo(fixture, at(0.5));
  const [person] = await readProspects(fixture, id);
  const explained = await fixture.call(explainOneProspect, { id, prospectId: person!.id });
  const accepted = person!.anchor_at!.getTime() + dayMs;
  expect(explained).toMatchObject({
    binding: {
      code: 'awaiting_connection',
      opens_at: new Date(person!.anchor_at!.getTime() + 30 * dayMs).toISOString(),
    },
    next_touch: { expected_at: expect.any(String), due_at: null },
  });
  expect(new Date(explained.next_touch!.expected_at!).getTime()).toBeGreaterThanOrEqual(
    accepted + 5 * 3_600_000,
  );
  await fixture.call(updateCampaign, { id, connection_timeout_days: 90 });
  const { prospects } = await fixture.call(listRoster, { id });
  expect(prospects[0]).toMatchObject({
    status: 'connection_sent',
    hold: 'awaiting_connection',
    next_touch_at: null,
    because: 'awaiting_connection',
  });
  expect((await readProspects(fixture, id))[0]!.hold_until!.getTime()).toBe(
    person!.anchor_at!.getTime() + 90 * dayMs,
  );
});
