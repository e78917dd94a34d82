import { describe, expect, it } from 'vitest';
import { campaignSteps } from '../../factories/campaigns.ts';
import { idleChannel } from '../../factories/rows.ts';
import { testApi } from '../../fixtures/api.ts';
import { testDatabase } from '../../fixtures/database.ts';
import { bare, dashed, inboxSteps } from '../../fixtures/inbox-api.ts';

const database = await testDatabase({ channels: [idleChannel('x'), idleChannel('email')] });
const { services } = database;
const { as, anonymous } = testApi(services, { inboxWindows: [{ limit: 100_000, ms: 60_000 }] });
const send = await as(database);
const { inbox, ok, fail, account, create } = inboxSteps(send, database);
const own = campaignSteps(send, database);

describe('Create campaign', () => {
  it('answers every documented field and no other', async () => {
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

  it('takes a name of 1 to 255 characters', async () => {
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

  it('requires at least one account that exists', async () => {
    for (const accountLinkIds of [[], undefined, ['nope'], [bare(services.newId())]])
      expect(
        await fail('POST /campaigns/v2', { name: 'No accounts', accountLinkIds }),
      ).toMatchObject({
        status: 400,
        message: expect.stringContaining('accountLinkIds'),
      });
  });

  it('takes ids with and without dashes', async () => {
    const sender = await account();
    expect((await create({ accountLinkIds: [sender] })).accountLinkIds).toEqual([bare(sender)]);
    const { id } = await create();
    expect(await ok(`GET /campaigns/v2/${dashed(id)}`)).toMatchObject({ id });
  });

  it('takes an IANA time zone for the schedule and defaults to UTC', async () => {
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

  it('takes lead rules, and makes no campaign when a list of the rules is unknown', async () => {
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

  it('answers the same campaign to a retry with the same Idempotency-Key', async () => {
    const body = { name: 'Once', accountLinkIds: [bare(await account())] };
    const [first, second] = [
      await inbox('POST /campaigns/v2', body, { 'idempotency-key': 'k1' }),
      await inbox('POST /campaigns/v2', body, { 'idempotency-key': 'k1' }),
    ];
    expect(second.body).toEqual(first.body);
    expect(second.headers['idempotency-replayed']).toBe('true');
    const another = await ok('POST /campaigns/v2', body);
    expect(another).toMatchObject({ name: 'Once' });
    expect(another.id).not.toBe(first.body.id);
  });

  it('refuses a caller without a key, with a wrong key, or without the scope', async () => {
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
  it('the list pages through all campaigns with an opaque cursor, up to 100 a page', async () => {
    const ids = [await create(), await create(), await create()].map(({ id }) => id).toReversed();
    const seen: string[] = [];
    for (let cursor: unknown = ''; cursor !== null; ) {
      const page = await ok(`GET /campaigns/v2?limit=2${cursor ? `&cursor=${cursor}` : ''}`);
      seen.push(...(page.data as { id: string }[]).map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(seen.slice(0, 3)).toEqual(ids);
    expect(new Set(seen).size).toBe(seen.length);
    for (const query of ['limit=0', 'limit=101', 'limit=x', 'cursor=..', 'page=2'])
      expect(await fail(`GET /campaigns/v2?${query}`)).toMatchObject({
        status: 400,
        code: 'BAD_REQUEST',
      });
  });

  it('an unknown campaign is a 404 or a 400, however its id is spelled', async () => {
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

  it('a deleted campaign is gone', async () => {
    const { id } = await create();
    expect(await ok(`DELETE /campaigns/v2/${id}`)).toEqual({ success: true });
    expect(await fail(`GET /campaigns/v2/${id}`)).toMatchObject({ status: 404 });
  });
});
