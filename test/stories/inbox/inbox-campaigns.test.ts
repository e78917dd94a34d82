import { describe, expect, it } from 'vitest';
import { campaignSteps } from '../../factories/campaigns.ts';
import { idleChannel } from '../../factories/rows.ts';
import { testApi } from '../../fixtures/api.ts';
import { testDatabase } from '../../fixtures/database.ts';
import { bare, inboxSteps } from '../../fixtures/inbox-api.ts';

const database = await testDatabase({ channels: [idleChannel('x'), idleChannel('email')] });
const { services, clock } = database;
const { as, anonymous } = testApi(services, { inboxWindows: [{ limit: 100_000, ms: 60_000 }] });
const send = await as(database);
const { inbox, ok, fail, account, create, createReady } = inboxSteps(send, database);
const own = campaignSteps(send, database);
const dashed = (id: string) => id.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');

describe('Create campaign', () => {
  it('answers every documented field, and nothing else', async () => {
    const sender = await account();
    const campaign = await create({
      name: 'Q1 outreach',
      accountLinkIds: [bare(sender)],
      scheduleTimezone: 'America/New_York',
    });
    expect(campaign).toEqual({
      id: expect.stringMatching(/^[0-9a-z]+$/),
      name: 'Q1 outreach',
      description: null,
      status: 'draft',
      enabled: false,
      dryRun: false,
      targetsCount: 0,
      contactedCount: 0,
      repliesCount: 0,
      completionRate: 0,
      replyRate: 0,
      hourlyMessageRate: 8,
      scheduleTimezone: 'America/New_York',
      scheduleHours: Object.fromEntries(
        [0, 1, 2, 3, 4, 5, 6].map((day) => [day, { start: 0, end: 1440 }]),
      ),
      isBuildingPlan: false,
      isSyncing: false,
      scopeAssessedCount: 0,
      accountLinkIds: [bare(sender)],
      rules: { syncedLists: [], excludedLists: [], excludeContacted: false, excludeMutuals: false },
      sequence: { version: 1, steps: [] },
      automations: [],
      createdAt: '2026-03-02T09:00:00.000Z',
      updatedAt: '2026-03-02T09:00:00.000Z',
      pausedAt: null,
      completedAt: null,
      lastStartedAt: null,
    });
  });

  it('"Display name for the campaign 1 - 255"', async () => {
    const accountLinkIds = [bare(await account())];
    expect(await create({ name: 'x'.repeat(255), accountLinkIds })).toMatchObject({
      status: 'draft',
    });
    for (const name of ['', 'x'.repeat(256), undefined])
      expect(await fail('POST /campaigns/v2', { name, accountLinkIds })).toMatchObject({
        status: 400,
        message: expect.stringContaining('name'),
      });
  });

  it('"Account link IDs to send messages from. At least one is required."', async () => {
    for (const accountLinkIds of [[], undefined, ['nope'], [bare(services.newId())]])
      expect(
        await fail('POST /campaigns/v2', { name: 'No accounts', accountLinkIds }),
      ).toMatchObject({
        status: 400,
        message: expect.stringContaining('accountLinkIds'),
      });
  });

  it('takes ids in either spelling', async () => {
    const sender = await account();
    expect((await create({ accountLinkIds: [sender] })).accountLinkIds).toEqual([bare(sender)]);
    const { id } = await create();
    expect(await ok(`GET /campaigns/v2/${dashed(id)}`)).toMatchObject({ id });
  });

  it('"IANA timezone for the sending schedule", "UTC" unless told', async () => {
    expect(await create()).toMatchObject({ scheduleTimezone: 'UTC' });
    const accountLinkIds = [bare(await account())];
    expect(
      await fail('POST /campaigns/v2', {
        name: 'Zoned',
        accountLinkIds,
        scheduleTimezone: 'Mars/Base',
      }),
    ).toMatchObject({
      status: 400,
    });
  });

  it('"Optionally pass rules to configure lead sources and exclusions at creation time": all or nothing', async () => {
    const { list } = await own.ok('POST /api/lists', { name: 'Founders' });
    const { id } = list as { id: string };
    expect(
      await create({ rules: { syncedListIds: [bare(id)], excludeContacted: true } }),
    ).toMatchObject({
      rules: {
        syncedLists: [{ listId: bare(id), listName: 'Founders', columnMapping: {} }],
        excludeContacted: true,
      },
    });
    const accountLinkIds = [bare(await account())];
    const rules = { syncedListIds: [bare(services.newId())] };
    expect(
      await fail('POST /campaigns/v2', { name: 'Never made', accountLinkIds, rules }),
    ).toMatchObject({ status: 400 });
    expect(await own.ok('GET /api/campaigns?q=Never%20made')).toMatchObject({ total: 0 });
  });

  it('a retry with the same Idempotency-Key answers the same campaign', async () => {
    const body = { name: 'Once', accountLinkIds: [bare(await account())] };
    const [first, second] = [
      await inbox('POST /campaigns/v2', body, { 'idempotency-key': 'k1' }),
      await inbox('POST /campaigns/v2', body, { 'idempotency-key': 'k1' }),
    ];
    expect(second.body).toEqual(first.body);
    expect(second.headers['idempotency-replayed']).toBe('true');
    expect(await fail('POST /campaigns/v2', body)).toMatchObject({
      status: 409,
      code: 'CAMPAIGN_NAME_TAKEN',
    });
  });

  it('"Authorization: Bearer": without a key, with a wrong one, and without the scope', async () => {
    expect(await anonymous('GET /api/v1/campaigns/v2')).toMatchObject({
      status: 401,
      body: { error: { code: 'UNAUTHORIZED', status: 401 } },
    });
    expect(
      await anonymous('GET /api/v1/campaigns/v2', undefined, { authorization: 'Bearer x' }),
    ).toMatchObject({ status: 401 });
    const reader = await as(database, ['read']);
    expect(
      await reader('POST /api/v1/campaigns/v2', {
        name: 'x',
        accountLinkIds: [bare(await account())],
      }),
    ).toMatchObject({
      status: 403,
      body: { error: { code: 'FORBIDDEN' } },
    });
  });
});

describe('Get, list and delete', () => {
  it('pages through all campaigns with an opaque cursor, 50 unless told, 1 to 100', async () => {
    const made = [await create(), await create(), await create()].map(({ id }) => id).toReversed();
    const seen: string[] = [];
    for (let cursor: unknown = ''; cursor !== null; ) {
      const page = await ok(`GET /campaigns/v2?limit=2${cursor ? `&cursor=${cursor}` : ''}`);
      seen.push(...(page.data as { id: string }[]).map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(seen.slice(0, 3)).toEqual(made);
    expect(new Set(seen).size).toBe(seen.length);
    for (const query of ['limit=0', 'limit=101', 'limit=x', 'cursor=..', 'page=2'])
      expect(await fail(`GET /campaigns/v2?${query}`)).toMatchObject({
        status: 400,
        code: 'BAD_REQUEST',
      });
  });

  it('what is not there is a 404, whatever the id looks like', async () => {
    for (const id of [
      bare(services.newId()),
      services.newId(),
      'usdjpdql3f90seqk13rwuo7z',
      'x',
      '%00',
      '..%2f',
    ])
      expect(await inbox(`GET /campaigns/v2/${id}`)).toMatchObject({
        status: expect.toBeOneOf([400, 404]),
        body: { error: expect.anything() },
      });
    expect(await fail(`GET /campaigns/v2/${bare(services.newId())}`)).toMatchObject({
      status: 404,
      code: 'CAMPAIGN_NOT_FOUND',
    });
    expect(await fail('GET /campaigns/v2/usdjpdql3f90seqk13rwuo7z')).toMatchObject({
      status: 404,
      code: 'CAMPAIGN_NOT_FOUND',
    });
    expect(await fail('GET /nothing')).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  });

  it('deletes a campaign', async () => {
    const { id } = await create();
    expect(await ok(`DELETE /campaigns/v2/${id}`)).toEqual({ success: true });
    expect(await fail(`GET /campaigns/v2/${id}`)).toMatchObject({ status: 404 });
  });
});

describe('Update campaign', () => {
  it('name, description, rate, zone, hours and accounts', async () => {
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
      { dryRun: true },
      { accountLinkIds: [] },
    ])
      expect(await fail(`PATCH /campaigns/v2/${id}`, wrong)).toMatchObject({ status: 400 });
  });

  it('"missing day = no sending": without any day it never opens; several windows a day are enclosed, and listed', async () => {
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

  it('accounts of a running campaign: the new ones take over from those that go', async () => {
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
  it('"Enabling a draft campaign transitions it to active", and resumes a paused one; lastStartedAt is the last start or resume', async () => {
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

  it('a campaign is active without anybody, and can be disabled: who is added then waits', async () => {
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

  it('what stands against it is said', async () => {
    const { id } = await create();
    expect(await fail(`POST /campaigns/v2/${id}/enable`, {})).toMatchObject({
      status: 400,
      code: 'CAMPAIGN_NOT_LAUNCHABLE',
    });
  });

  it('v1: GET /campaigns/{id}, and pause', async () => {
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
