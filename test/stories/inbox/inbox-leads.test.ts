import { describe, expect, it } from 'vitest';
import { campaignSteps } from '../../factories/campaigns.ts';
import { idleChannel } from '../../factories/rows.ts';
import { testApi } from '../../fixtures/api.ts';
import { testDatabase } from '../../fixtures/database.ts';
import { type Body, bare, dashed, inboxSteps } from '../../fixtures/inbox-api.ts';

const database = await testDatabase({ channels: [idleChannel('x')] });
const { services } = database;
const { as } = testApi(services, { inboxWindows: [{ limit: 100_000, ms: 60_000 }] });
const send = await as(database);
const { ok, fail, create, createReady } = inboxSteps(send, database);
const own = campaignSteps(send, database);
const targets = async (id: string) => (await ok(`GET /campaigns/v2/${id}/leads`)).data as Body[];

describe('Add leads', () => {
  it('counts added, skipped and failed leads, however they are named', async () => {
    const { id } = await create();
    const { lead } = await own.ok('POST /api/leads', { name: 'Kim Lee', xHandle: 'kim' });
    const body = {
      platform: 'twitter',
      platformIds: ['44196397', '0'],
      usernames: ['@Jane', 'jane', 'not a handle'],
      externalIds: [bare((lead as { id: string }).id), bare(services.newId()), 'nope'],
      leads: [
        { username: 'sam', platform: 'twitter' },
        { platformId: '783214' },
        { externalId: (lead as { id: string }).id },
      ],
    };
    expect(await ok(`POST /campaigns/v2/${id}/leads`, body)).toEqual({
      added: 5,
      skipped: 2,
      failed: 4,
    });
    expect(await ok(`POST /campaigns/v2/${id}/leads`, body)).toEqual({
      added: 0,
      skipped: 7,
      failed: 4,
    });
    expect((await targets(id)).map(({ platformId, username }) => platformId ?? username)).toEqual([
      'sam',
      '783214',
      'kim',
      '44196397',
      'jane',
    ]);
    expect(await ok(`GET /campaigns/v2/${id}`)).toMatchObject({
      targetsCount: 5,
      scopeAssessedCount: 5,
      contactedCount: 0,
    });
  });

  it('takes 1 to 2,000 leads an array and at least one array', async () => {
    const { id } = await create();
    const many = Array.from({ length: 2000 }, (_, index) => `m${index}`);
    expect(
      await ok(`POST /campaigns/v2/${id}/leads`, {
        usernames: many,
        platformIds: many.map((_, index) => String(index + 1)),
      }),
    ).toEqual({
      added: 4000,
      skipped: 0,
      failed: 0,
    });
    for (const body of [
      {},
      { usernames: [] },
      { usernames: [...many, 'one'] },
      { leads: [{}] },
      { leads: [{ username: 'a', platformId: '1' }] },
    ])
      expect(await fail(`POST /campaigns/v2/${id}/leads`, body)).toMatchObject({ status: 400 });
    for (const platform of ['email', 'myspace'])
      expect(
        await fail(`POST /campaigns/v2/${id}/leads`, { platform, usernames: ['a'] }),
      ).toMatchObject({
        status: 400,
        message: expect.stringContaining('platform'),
      });
  });

  it('a running campaign takes leads and pages through them', async () => {
    const { id } = await createReady(['a', 'b', 'c']);
    await ok(`POST /campaigns/v2/${id}/enable`, {});
    expect(await ok(`POST /campaigns/v2/${id}/leads`, { usernames: ['d'] })).toMatchObject({
      added: 1,
    });
    const first = await ok(`GET /campaigns/v2/${id}/leads?limit=3`);
    expect((first.data as Body[]).map(({ username }) => username)).toEqual(['a', 'b', 'c']);
    const second = await ok(`GET /campaigns/v2/${id}/leads?limit=3&cursor=${first.nextCursor}`);
    expect(second).toMatchObject({
      data: [{ username: 'd', status: 'pending' }],
      nextCursor: null,
    });
  });

  it('simultaneous callers add each lead once while the campaign changes', async () => {
    const { id } = await createReady(['first']);
    await ok(`POST /campaigns/v2/${id}/enable`);
    const usernames = Array.from({ length: 60 }, (_, index) => `user${index}`);
    const calls = Array.from({ length: 8 }, (_, turn) => [
      ok(`POST /campaigns/v2/${id}/leads`, {
        usernames: turn % 2 ? usernames : usernames.toReversed(),
      }),
      ok(`PATCH /campaigns/v2/${id}`, { hourlyMessageRate: turn + 1 }),
      ok(`POST /campaigns/v2/${id}/${turn % 2 ? 'disable' : 'enable'}`),
      ok(`GET /campaigns/v2/${id}`),
    ]);
    const answers = await Promise.all(calls.flat());
    expect(answers.reduce((sum, { added }) => sum + Number(added ?? 0), 0)).toBe(60);
    expect(await ok(`GET /campaigns/v2/${id}`)).toMatchObject({
      targetsCount: 61,
      scopeAssessedCount: 61,
    });
  });

  it('an unknown column refuses the whole call', async () => {
    const { id } = await create();
    const body = { leads: [{ username: 'jane' }, { username: 'sam', data: { custom_nope: 1 } }] };
    expect(await fail(`POST /campaigns/v2/${id}/leads`, body)).toMatchObject({
      status: 400,
      message: expect.stringContaining('custom_nope'),
    });
    expect(await targets(id)).toEqual([]);
  });
});

describe('Columns and data', () => {
  it('a column is created, renamed and listed with all its fields', async () => {
    const { id } = await create();
    const column = await ok(`POST /campaigns/v2/${id}/columns`, {
      name: 'City',
      description: 'Where they live',
    });
    expect(column).toEqual({
      id: expect.stringMatching(/^custom_[0-9a-z]{24}$/),
      name: 'City',
      type: 'text',
      description: 'Where they live',
      createdAt: '2026-03-02T09:00:00.000Z',
      updatedAt: '2026-03-02T09:00:00.000Z',
    });
    expect(
      await ok(`PATCH /campaigns/v2/${id}/columns/${column.id}`, {
        name: 'Town',
        description: null,
      }),
    ).toMatchObject({
      name: 'Town',
      description: null,
    });
    const { body } = await send(`GET /api/v1/campaigns/v2/${id}/columns`);
    expect(body).toMatchObject([{ id: column.id, name: 'Town' }]);
    for (const wrong of [
      { name: '' },
      { name: 'x'.repeat(256) },
      { name: 'a', description: 'x'.repeat(1001) },
    ])
      expect(await fail(`POST /campaigns/v2/${id}/columns`, wrong)).toMatchObject({ status: 400 });
    expect(
      await fail(`PATCH /campaigns/v2/${id}/columns/custom_nope`, { name: 'x' }),
    ).toMatchObject({
      status: 404,
      code: 'COLUMN_NOT_FOUND',
    });
    expect(await ok(`GET /campaigns/${id}`)).toMatchObject({
      customVariables: { [String(column.id)]: { displayName: 'Town', description: null } },
    });
  });

  it('data of one lead is set by platformId, username or externalId', async () => {
    const { id } = await createReady(['jane', '44196397']);
    const city = String((await ok(`POST /campaigns/v2/${id}/columns`, { name: 'City' })).id);
    const [jane] = await targets(id);
    expect(await ok(`GET /prospects/${jane!.id}`)).toMatchObject({
      id: jane!.externalId,
      username: 'jane',
      context: { tags: [] },
    });
    const patch = (identifier: string, data: unknown, by?: string) =>
      ok(`PATCH /campaigns/v2/${id}/leads/${identifier}`, {
        ...(by ? { by } : {}),
        platform: 'twitter',
        data,
      });
    expect(await patch('44196397', { [city]: 'Ulm' })).toMatchObject({
      prospect: { platformId: '44196397' },
      data: { [city]: 'Ulm' },
    });
    expect(await patch('Jane', { [city]: 'Bonn' }, 'username')).toMatchObject({
      prospect: { username: 'jane' },
      data: { [city]: 'Bonn' },
    });
    expect(await patch(String(jane!.externalId), { [city]: 7 }, 'externalId')).toMatchObject({
      data: { [city]: 7 },
    });
    expect(await patch('jane', { [city]: null }, 'username')).toMatchObject({ data: {} });
    for (const [identifier, by] of [
      ['nobody', 'username'],
      ['1', 'platformId'],
      [bare(services.newId()), 'externalId'],
      ['nope', 'externalId'],
    ])
      expect(
        await fail(`PATCH /campaigns/v2/${id}/leads/${identifier}`, { by, data: {} }),
      ).toMatchObject({
        status: 404,
        code: 'PROSPECT_NOT_FOUND',
      });
    expect(
      await fail(`PATCH /campaigns/v2/${id}/leads/jane`, { by: 'name', data: {} }),
    ).toMatchObject({ status: 400 });
    expect(
      await fail(`PATCH /campaigns/v2/${id}/leads/jane`, { data: { custom_nope: 1 } }),
    ).toMatchObject({ status: 400 });
  });

  it('a cancelled lead ends, and cancelling it again succeeds', async () => {
    const { id } = await createReady(['jane', 'sam']);
    await ok(`POST /campaigns/v2/${id}/enable`, {});
    expect(await ok(`POST /campaigns/v2/${id}/leads/jane/cancel`, { by: 'username' })).toEqual({
      success: true,
    });
    expect(await ok(`POST /campaigns/v2/${id}/leads/jane/cancel`, { by: 'username' })).toEqual({
      success: true,
    });
    expect(await targets(id)).toMatchObject([
      { username: 'jane', status: 'cancelled', endedAt: expect.any(String) },
      { username: 'sam' },
    ]);
  });

  it('a prospect without a lead has an id of its own, by which it is cancelled', async () => {
    const { id } = await create();
    await own.ok(`POST /api/campaigns/${dashed(id)}/leads`, { prospects: [{ x_handle: 'alone' }] });
    const [alone] = await targets(id);
    expect(
      await ok(`POST /campaigns/v2/${id}/leads/${alone!.externalId}/cancel`, { by: 'externalId' }),
    ).toEqual({ success: true });
  });
});

describe('Update lead rules', () => {
  it('an omitted rule stays as it was and an empty array clears it', async () => {
    const { id } = await create();
    const [feed, block] = [
      await ok('POST /lists', { name: 'Feed' }),
      await ok('POST /lists', { name: 'Block' }),
    ];
    const patch = (body: Body) => ok(`PATCH /campaigns/v2/${id}/rules`, body);
    const rules = async () => (await ok(`GET /campaigns/v2/${id}`)).rules;
    const column = String((await ok(`POST /campaigns/v2/${id}/columns`, { name: 'City' })).id);
    const columnMappings = { [String(feed.id)]: { city: column } };
    expect(
      await patch({
        syncedListIds: [feed.id],
        excludedListIds: [block.id],
        excludeMutuals: true,
        columnMappings,
        detachBehavior: 'unlink',
      }),
    ).toEqual({ success: true });
    const all = {
      syncedLists: [{ listId: feed.id, listName: 'Feed', columnMapping: { city: column } }],
      excludedLists: [{ listId: block.id, listName: 'Block' }],
      excludeContacted: false,
      excludeMutuals: true,
    };
    expect(await rules()).toEqual(all);
    await patch({ excludeContacted: true });
    expect(await rules()).toEqual({ ...all, excludeContacted: true });
    await patch({ excludedListIds: [], syncedListIds: [] });
    expect(await rules()).toEqual({
      syncedLists: [],
      excludedLists: [],
      excludeContacted: true,
      excludeMutuals: true,
    });
    for (const wrong of [
      { syncedListIds: [bare(services.newId())] },
      { detachBehavior: 'keep' },
      { syncedListIds: ['nope'] },
      { lists: [] },
    ])
      expect(await fail(`PATCH /campaigns/v2/${id}/rules`, wrong)).toMatchObject({ status: 400 });
  });
});
