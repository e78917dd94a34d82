import { describe, expect, it } from 'vitest';
import { campaignSteps } from '../../factories/campaigns.ts';
import { idleChannel } from '../../factories/rows.ts';
import { testApi } from '../../fixtures/api.ts';
import { testDatabase } from '../../fixtures/database.ts';
import { bare, dashed, inboxSteps } from '../../fixtures/inbox-api.ts';

const database = await testDatabase({ channels: [idleChannel('x'), idleChannel('email')] });
const { services, clock } = database;
const { as } = testApi(services, { inboxWindows: [{ limit: 100_000, ms: 60_000 }] });
const send = await as(database);
const { ok, fail, account, create, createReady } = inboxSteps(send, database);
const own = campaignSteps(send, database);

describe('Update campaign', () => {
  it('changes name, description, rate, zone, hours and accounts', async () => {
    const { id } = await create();
    const other = await account();
    const scheduleHours = { 1: { start: 540, end: 1020 }, 5: { start: 0, end: 1440 } };
    const change = {
      name: 'Renamed',
      description: 'For founders',
      hourlyMessageRate: 25,
      scheduleTimezone: 'Europe/Berlin',
      scheduleHours,
    };
    expect(
      await ok(`PATCH /campaigns/v2/${id}`, { ...change, accountLinkIds: [bare(other)] }),
    ).toMatchObject({
      ...change,
      accountLinkIds: [bare(other)],
    });
    for (const wrong of [
      { hourlyMessageRate: 26 },
      { hourlyMessageRate: 0 },
      { scheduleHours: { 7: {} } },
      { speed: 3 },
      { accountLinkIds: [] },
    ])
      expect(await fail(`PATCH /campaigns/v2/${id}`, wrong)).toMatchObject({ status: 400 });
  });

  it('a missing day has no sending, and a day lists its windows within one span', async () => {
    const { id } = await create();
    expect((await ok(`PATCH /campaigns/v2/${id}`, { scheduleHours: {} })).scheduleHours).toEqual(
      {},
    );
    const operating_hours = {
      mon: [
        { start: 540, end: 720 },
        { start: 780, end: 1020 },
      ],
      tuesday: null,
      3: { start: 0, end: 1440 },
      4: { start: 0, end: 60 },
    };
    await own.ok(`PATCH /api/campaigns/${dashed(id)}`, { operating_hours });
    const shown = {
      1: {
        start: 540,
        end: 1020,
        windows: [
          { start: 540, end: 720 },
          { start: 780, end: 1020 },
        ],
      },
      3: { start: 0, end: 1440 },
      4: { start: 0, end: 60 },
    };
    expect((await ok(`GET /campaigns/v2/${id}`)).scheduleHours).toEqual(shown);
    expect((await ok(`PATCH /campaigns/v2/${id}`, { scheduleHours: shown })).scheduleHours).toEqual(
      shown,
    );
    for (const day of [
      { ...shown[1], end: 1030 },
      { ...shown[1], start: 0 },
      { start: 60, end: 60 },
      { start: 0, end: 1441 },
    ])
      expect(await fail(`PATCH /campaigns/v2/${id}`, { scheduleHours: { 1: day } })).toMatchObject({
        status: 400,
      });
  });

  it('new accounts of a running campaign take over from the removed ones', async () => {
    const { id, accountLinkIds } = await createReady();
    await ok(`POST /campaigns/v2/${id}/enable`, {});
    const other = bare(await account());
    expect(await ok(`PATCH /campaigns/v2/${id}`, { accountLinkIds: [other] })).toMatchObject({
      status: 'active',
      accountLinkIds: [other],
    });
    expect(
      await ok(`PATCH /campaigns/v2/${id}`, { accountLinkIds: [...accountLinkIds, other] }),
    ).toMatchObject({ status: 'active' });
    const mailbox = await account({ type: 'email' });
    for (const wrong of [[mailbox], [other, mailbox], [bare(services.newId())]])
      expect(
        await fail(`PATCH /campaigns/v2/${id}`, { name: 'Not renamed', accountLinkIds: wrong }),
      ).toMatchObject({ status: 400 });
    expect((await ok(`GET /campaigns/v2/${id}`)).name).not.toBe('Not renamed');
  });
});

describe('Enable and disable', () => {
  it('enabling starts a draft and resumes a paused campaign, and sets lastStartedAt', async () => {
    const { id } = await createReady();
    clock.advanceMs(60_000);
    const at = clock.now().toISOString();
    expect(await ok(`POST /campaigns/v2/${id}/enable`, {})).toMatchObject({
      status: 'active',
      enabled: true,
      lastStartedAt: at,
      targetsCount: 1,
    });
    expect(await ok(`POST /campaigns/v2/${id}/enable`, {})).toMatchObject({
      status: 'active',
      lastStartedAt: at,
    });
    clock.advanceMs(60_000);
    const pausedAt = clock.now().toISOString();
    expect(await ok(`POST /campaigns/v2/${id}/disable`, {})).toMatchObject({
      status: 'paused',
      enabled: false,
      pausedAt,
    });
    clock.advanceMs(60_000);
    expect(await ok(`POST /campaigns/v2/${id}/enable`, {})).toMatchObject({
      status: 'active',
      enabled: true,
      pausedAt,
      lastStartedAt: clock.now().toISOString(),
    });
  });

  it('an empty campaign is active, and leads added while it is disabled wait', async () => {
    const { id } = await createReady([]);
    expect(await ok(`POST /campaigns/v2/${id}/enable`, {})).toMatchObject({
      status: 'active',
      enabled: true,
      completedAt: null,
    });
    expect((await own.ok(`GET /api/campaigns/${dashed(id)}`)).campaign).toMatchObject({
      status: 'completed',
    });
    expect(await ok(`POST /campaigns/v2/${id}/disable`, {})).toMatchObject({
      status: 'paused',
      enabled: false,
    });
    await ok(`POST /campaigns/v2/${id}/leads`, { usernames: ['later'] });
    expect(await ok(`GET /campaigns/v2/${id}`)).toMatchObject({
      status: 'paused',
      targetsCount: 1,
    });
    expect(await ok(`POST /campaigns/v2/${id}/enable`, {})).toMatchObject({ status: 'active' });
  });

  it('a campaign that cannot be launched is refused with a reason', async () => {
    const { id } = await create();
    expect(await fail(`POST /campaigns/v2/${id}/enable`, {})).toMatchObject({
      status: 400,
      code: 'CAMPAIGN_NOT_LAUNCHABLE',
    });
  });

  it('version 1 of the API shows a campaign and pauses it', async () => {
    const { id } = await createReady();
    await ok(`POST /campaigns/v2/${id}/enable`, {});
    expect(await ok(`GET /campaigns/${id}`)).toMatchObject({
      id,
      type: 'sequence',
      estimatedTargets: 1,
      isHydrating: false,
      lists: [],
      steps: [{ type: 'message', campaignVersion: 2 }, { type: 'delay' }, { type: 'message' }],
      customVariables: {},
    });
    expect(await ok(`POST /campaigns/${id}/pause`, {})).toMatchObject({ id, status: 'paused' });
  });
});
