import { describe, expect, it } from 'vitest';
import { campaignSteps } from '../../factories/campaigns.ts';
import { idleChannel } from '../../factories/rows.ts';
import { testApi } from '../../fixtures/api.ts';
import { testDatabase } from '../../fixtures/database.ts';
import { type Body, bare, inboxSteps } from '../../fixtures/inbox-api.ts';

const database = await testDatabase({ channels: [idleChannel('x')] });
const { services } = database;
const { as } = testApi(services, { inboxWindows: [{ limit: 100_000, ms: 60_000 }] });
const send = await as(database);
const { ok, fail, create, createReady } = inboxSteps(send, database);
const own = campaignSteps(send, database);
const dashed = (id: string) => id.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
const targets = async (id: string) => (await ok(`GET /campaigns/v2/${id}/leads`)).data as Body[];

describe('Add leads', () => {
  it('by platformIds, usernames, externalIds and leads: "counts {added, skipped, failed}"', async () => {
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

  it('"each array 1..2000", and at least one of them', async () => {
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

  it('"Add leads at any time": a running campaign takes them on, and pages through them', async () => {
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

  it('many callers at once, while the campaign is paused, resumed and changed: everybody is in once, nobody hears of a lock', async () => {
    const { id } = await createReady(['first']);
    await ok(`POST /campaigns/v2/${id}/enable`);
    const crowd = Array.from({ length: 60 }, (_, index) => `crowd${index}`);
    const calls = Array.from({ length: 8 }, (_, turn) => [
      ok(`POST /campaigns/v2/${id}/leads`, { usernames: turn % 2 ? crowd : crowd.toReversed() }),
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

  it('all or nothing: an unknown column refuses the whole call', async () => {
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
  it('"{id,name(1..255),type,description(<=1000|null),createdAt,updatedAt}"', async () => {
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

  it('sets column data of one lead, "{identifier} interpreted by body field by: platformId (default) | username | externalId"', async () => {
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

  it('"cancel one lead"', async () => {
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

  it('somebody without a lead of the workspace is known by their own id', async () => {
    const { id } = await create();
    await own.ok(`POST /api/campaigns/${dashed(id)}/leads`, { prospects: [{ x_handle: 'alone' }] });
    const [alone] = await targets(id);
    expect(
      await ok(`POST /campaigns/v2/${id}/leads/${alone!.externalId}/cancel`, { by: 'externalId' }),
    ).toEqual({ success: true });
  });
});

describe('Update lead rules', () => {
  it('"omitted = unchanged; [] clears"', async () => {
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

describe('Automations', () => {
  it('"trigger → action pairs per campaign, each can be switched off"', async () => {
    const { id } = await create();
    const { id: statusId } = await ok('POST /statuses', { name: 'Won', color: 'green' });
    const { id: tagId } = await ok('POST /tags', { name: 'Hot' });
    const automations = [
      { trigger: 'replied', action: 'setStatus', actionData: { statusId }, enabled: true },
      { trigger: 'contacted', action: 'addTag', actionData: { tagId }, enabled: false },
      { trigger: 'bounced', action: 'notify', actionData: { text: 'Look' }, enabled: true },
      { trigger: 'replied', action: 'stopInOtherCampaigns', actionData: {}, enabled: true },
    ];
    const { automations: made } = await ok(`PUT /campaigns/v2/${id}/automations`, { automations });
    expect(made).toEqual(
      automations.map((one) => ({ id: expect.stringMatching(/^[0-9a-z]+$/), ...one })),
    );
    expect((await ok(`GET /campaigns/v2/${id}`)).automations).toEqual(made);
    const [first, second] = made as (Body & { id: string })[];
    const patched = await ok(`PATCH /campaigns/v2/${id}/automations`, {
      automations: [
        { id: first!.id, enabled: false },
        { id: second!.id, enabled: true },
      ],
    });
    expect(patched.automations).toMatchObject([
      { ...first, enabled: false },
      { ...second, enabled: true },
      {},
      {},
    ]);
    expect(await ok(`PUT /campaigns/v2/${id}/automations`, { automations: [second] })).toEqual({
      automations: [second],
    });
    for (const wrong of [
      { trigger: 'sneezed', action: 'notify' },
      { trigger: 'replied', action: 'setStatus' },
      { trigger: 'replied', action: 'addTag', actionData: { tagId: bare(services.newId()) } },
    ])
      expect(
        await fail(`PUT /campaigns/v2/${id}/automations`, { automations: [wrong] }),
      ).toMatchObject({ status: 400 });
    const { id: other } = await create();
    expect(
      await fail(`PATCH /campaigns/v2/${other}/automations`, { automations: [{ id: second!.id }] }),
    ).toMatchObject({
      status: 404,
      code: 'AUTOMATION_NOT_FOUND',
    });
  });
});
