import { describe, expect, test } from 'vitest';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/time.ts';
import { launchCampaign } from '../../../src/operations/campaigns/launch.ts';
import { campaignSettings } from '../../../src/operations/campaigns/settings.ts';
import { validateCampaign } from '../../../src/operations/campaigns/validate.ts';
import { explainOneCampaign } from '../../../src/operations/explanations/campaign.ts';
import { updateSettings } from '../../../src/operations/settings/update.ts';
import { createCaller } from '../../fixtures/caller.ts';
import { addWorkspace } from '../../fixtures/database.ts';
import { readLane, readMessages } from '../../fixtures/engine.ts';
import { invite, openLinkedinEngine, readPeople, write } from '../../fixtures/linkedin-engine.ts';

const fixture = await openLinkedinEngine();
const { call, fail, clock } = fixture;
const later = (ms: number) => new Date(clock.now().getTime() + ms);
const crowd = (name: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${name}${i}+never`);
const sent = async (...campaigns: string[]) => {
  const messages = await Promise.all(campaigns.map((id) => readMessages(fixture, id)));
  return messages.flat().filter(({ state }) => state === 'sent');
};

describe('notes of a free seat', () => {
  const noted = { ...invite, body: 'Hello, shall we connect?' };

  test('are left out when they are used up and optional', async () => {
    const seat = await fixture.addSeat({ gapSeconds: 0 });
    const id = await fixture.launch({ nodes: [noted], people: crowd('na', 12), senders: [seat] });
    await fixture.runUntil(later(dayMs));
    const texts = (await sent(id)).map(({ body_text }) => body_text);
    expect(texts).toHaveLength(12);
    expect(texts.filter((text) => text === noted.body)).toHaveLength(5);
    expect(texts.filter((text) => text === '')).toHaveLength(7);
    await fixture.checkLaws();
  });

  test('are waited for when they are required, and other touches go on', async () => {
    const seat = await fixture.addSeat({ gapSeconds: 0 });
    const id = await fixture.launch({
      nodes: [{ ...noted, include_message: true }],
      people: crowd('nb', 8),
      senders: [seat],
    });
    await fixture.runUntil(later(2 * dayMs));
    expect(await sent(id)).toHaveLength(5);
    expect(await readLane(fixture, seat)).toMatchObject({ because: 'note_quota' });
    const { senders } = await call(explainOneCampaign, { id });
    expect(senders[0]!.binding).toMatchObject({ code: 'note_quota' });
    const plain = await fixture.launch({
      nodes: [{ ...noted, include_message: false }],
      people: crowd('nc', 3),
      senders: [seat],
    });
    await fixture.runUntil(later(dayMs));
    expect((await sent(plain)).map(({ body_text }) => body_text)).toEqual(['', '', '']);
    await fixture.runUntil(later(31 * dayMs));
    expect(await sent(id)).toHaveLength(8);
    await fixture.checkLaws();
  });

  test('have no quota of their own on a premium seat', async () => {
    const seat = await fixture.addSeat({ gapSeconds: 0, premium: true });
    const long = 'x'.repeat(290);
    const id = await fixture.launch({
      nodes: [{ ...noted, body: long, include_message: true }],
      people: crowd('nd', 9),
      senders: [seat],
    });
    await fixture.runUntil(later(dayMs));
    expect((await sent(id)).map(({ body_text }) => body_text)).toEqual(Array(9).fill(long));
  });

  test('that are too long are counted in the whole roster', async () => {
    const seat = await fixture.addSeat({ gapSeconds: 0 });
    const id = await fixture.prepare({
      nodes: [{ ...invite, body: `${'z'.repeat(150)} %custom_fields.hook|hi%` }],
      people: crowd('nf', 230),
      senders: [seat],
    });
    for (const [name, length] of [
      ['nf215', 80],
      ['nf229', 49],
    ] as const)
      await fixture.db
        .updateTable('prospects')
        .set({ custom_fields: JSON.stringify({ hook: 'w'.repeat(length) }) })
        .where('campaign_id', '=', id)
        .where('identity', 'like', `%/${name}%`)
        .execute();
    expect((await call(validateCampaign, { id })).warnings).toContainEqual(
      expect.stringContaining('too long for 1 of 230 people'),
    );
  });

  test('that are too long for a seat refuse the launch, and hold a prospect back', async () => {
    const [free, premium] = [
      await fixture.addSeat({ gapSeconds: 0 }),
      await fixture.addSeat({ gapSeconds: 0, premium: true }),
    ];
    const draft = (body: string, senders: string[]) =>
      fixture.prepare({ nodes: [{ ...invite, body }], people: ['ne0+never'], senders });
    const long = await draft('y'.repeat(201), [premium, free]);
    const refused = await fail(launchCampaign, { id: long });
    expect(refused.errors).toMatchObject([
      {
        code: 'note_too_long',
        pointer: '/sequence_nodes/0/body',
        message: expect.stringContaining('at least 201'),
      },
    ]);
    expect(
      (await call(validateCampaign, { id: await draft('y'.repeat(201), [premium]) })).ready,
    ).toBe(true);
    const varied = await draft(`${'z'.repeat(150)} %custom_fields.hook%`, [free]);
    await fixture.db
      .updateTable('prospects')
      .set({ custom_fields: JSON.stringify({ hook: 'w'.repeat(80) }) })
      .where('campaign_id', '=', varied)
      .execute();
    expect((await call(validateCampaign, { id: varied })).warnings).toEqual([
      expect.stringContaining('at night and on weekends'),
      expect.stringContaining('too long for 1 of 1 people'),
    ]);
    await call(launchCampaign, { id: varied });
    await fixture.runUntil(later(hourMs));
    expect((await readPeople(fixture, varied))['ne0+never']).toMatchObject({
      hold: 'missing_variable',
      hold_detail: 'too_long: body',
    });
    await fixture.checkLaws();
  });
});

describe('weekly limits', () => {
  test('count a seat’s touches of all campaigns, by type, over seven rolling days', async () => {
    const seat = await fixture.addSeat({ gapSeconds: 0, perDay: 1000 });
    const ids = [
      await fixture.launch({ nodes: [invite], people: crowd('wa', 60), senders: [seat] }),
      await fixture.launch({ nodes: [invite], people: crowd('wb', 60), senders: [seat] }),
    ];
    await fixture.runUntil(later(3 * dayMs));
    const week = await sent(...ids);
    expect(week).toHaveLength(80);
    expect(await readLane(fixture, seat)).toMatchObject({ because: 'sender_weekly_limit' });
    const write1 = await fixture.launch({ nodes: [write], people: ['wc0'], senders: [seat] });
    await fixture.runUntil(later(2 * hourMs));
    expect(await sent(write1)).toHaveLength(1);
    const first = Math.min(...week.map(({ sent_at }) => sent_at!.getTime()));
    await fixture.runUntil(new Date(first + 7 * dayMs - minuteMs));
    expect(await sent(...ids)).toHaveLength(80);
    await fixture.runUntil(new Date(first + 8 * dayMs));
    expect((await sent(...ids)).length).toBeGreaterThan(80);
    await fixture.checkLaws();
  });

  test('are set per seat up to the maximum of its plan, and take effect at once', async () => {
    const seat = await fixture.addSeat({ gapSeconds: 0, perDay: 1000 });
    const id = await fixture.launch({ nodes: [invite], people: crowd('wd', 30), senders: [seat] });
    const set = (limits: object) => ({ campaign_account: { id: seat, ...limits } });
    expect(
      (await call(updateSettings, set({ weekly_connection_limit: 10 }))).campaign_account,
    ).toMatchObject({
      weekly_connection_limit: 10,
      weekly_message_limit: 100,
    });
    await fixture.runUntil(later(2 * dayMs));
    expect(await sent(id)).toHaveLength(10);
    const { accounts } = await call(campaignSettings, {});
    expect(accounts.find((account) => account.id === seat)).toMatchObject({
      weekly_stats: { connections_sent: 10, messages_sent: 0 },
      limits: {
        weekly_connection_limit: 10,
        max_connection_limit: 150,
        max_message_limit: 150,
        recommended_connection_limit: 100,
      },
    });
    expect(
      await call(
        updateSettings,
        set({ weekly_connection_limit: 150, weekly_message_limit: 150, daily_limit: 200 }),
      ),
    ).toMatchObject({
      timezone: 'America/New_York',
      campaign_account: {
        weekly_connection_limit: 150,
        weekly_message_limit: 150,
        daily_limit: 200,
      },
    });
    await fixture.runUntil(later(dayMs));
    expect(await sent(id)).toHaveLength(30);
    expect(await fail(updateSettings, set({ weekly_connection_limit: 151 }))).toMatchObject({
      code: 'request.invalid',
      errors: [{ pointer: '/campaign_account/weekly_connection_limit', code: 'limit' }],
    });
    expect(
      (await call(updateSettings, set({ weekly_connection_limit: null }))).campaign_account,
    ).toMatchObject({
      weekly_connection_limit: 80,
    });
    const missing = { campaign_account: { id: fixture.services.newId(), daily_limit: 3 } };
    expect((await fail(updateSettings, missing)).code).toBe('sender.not_found');
    const stranger = createCaller(fixture.services, await addWorkspace(fixture.db, clock.now()));
    expect((await stranger.fail(updateSettings, set({ daily_limit: 1 }))).code).toBe(
      'sender.not_found',
    );
  });
});

test('a rate limit keeps the seat quiet for the told time and loses no prospect', async () => {
  const seat = await fixture.addSeat({ gapSeconds: 0 });
  const id = await fixture.launch({
    nodes: [invite, write],
    people: crowd('ra', 3),
    senders: [seat],
  });
  let asked = 0;
  fixture.provider.send = async (deliver) => {
    asked += 1;
    if (asked > 1) return deliver();
    return {
      ok: false,
      fault: { kind: 'rate_limited', code: '429', detail: 'too many', retryAfterMs: 6 * hourMs },
    };
  };
  await fixture.runUntil(later(5 * hourMs));
  expect(asked).toBe(1);
  expect(await readLane(fixture, seat)).toMatchObject({ because: 'provider_rate_limit' });
  await fixture.runUntil(later(20 * hourMs));
  fixture.provider.send = undefined;
  expect(Object.values(await readPeople(fixture, id)).map(({ status }) => status)).toEqual(
    Array(3).fill('connection_sent'),
  );
  await fixture.checkLaws();
});
