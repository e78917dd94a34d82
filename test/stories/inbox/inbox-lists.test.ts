import { describe, expect, it } from 'vitest';
import { idleChannel } from '../../factories/rows.ts';
import { testApi } from '../../fixtures/api.ts';
import { testDatabase } from '../../fixtures/database.ts';
import { bare, inboxSteps } from '../../fixtures/inbox-api.ts';

const database = await testDatabase({ channels: [idleChannel('x')] });
const { services, workspaceId } = database;
const { as } = testApi(services, { inboxWindows: [{ limit: 100_000, ms: 60_000 }] });
const { ok, fail } = inboxSteps(await as(database), database);

let serial = 0;
async function createList(platformIds: readonly string[] = []): Promise<string> {
  serial += 1;
  const { id } = await ok('POST /lists', { name: `List ${serial}` });
  if (platformIds.length > 0) await ok(`POST /lists/${id}/leads`, { platformIds });
  return id as string;
}

describe('lists', () => {
  it('are created, read, renamed, deleted and paged by an opaque cursor', async () => {
    const { id } = await ok('POST /lists', { name: 'Founders' });
    const created = {
      id,
      name: 'Founders',
      description: null,
      leadsCount: 0,
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    };
    expect(await ok(`GET /lists/${id}`)).toEqual(created);
    expect(
      await ok(`PATCH /lists/${id}`, { name: 'Investors', description: 'Seed' }),
    ).toMatchObject({
      name: 'Investors',
      description: 'Seed',
    });
    const others = [await createList(), await createList()];
    const first = await ok('GET /lists?limit=2');
    expect(first).toMatchObject({ data: [{ id: others[1] }, { id: others[0] }] });
    expect((await ok(`GET /lists?cursor=${first.nextCursor}`)).data).toContainEqual(
      expect.objectContaining({ id }),
    );
    expect(await ok(`DELETE /lists/${id}`)).toEqual({ success: true });
    expect(await fail(`GET /lists/${id}`)).toMatchObject({ status: 404, code: 'LIST_NOT_FOUND' });
  });

  it('do not include the list of all leads', async () => {
    const all = bare(workspaceId);
    for (const route of [`GET /lists/${all}`, `DELETE /lists/${all}`, `GET /lists/${all}/leads`])
      expect(await fail(route)).toMatchObject({ status: 404, code: 'LIST_NOT_FOUND' });
    expect(JSON.stringify(await ok('GET /lists'))).not.toContain(all);
  });

  it('take 1 to 2,000 leads a call and say which were added, skipped or failed', async () => {
    const id = await createList(['known']);
    const answer = await ok(`POST /lists/${id}/leads`, {
      platformIds: ['@New', 'known', '12345', 'not a handle', 'new'],
    });
    expect(answer).toEqual({
      added: ['@New', '12345'],
      skipped: ['known', 'new'],
      failed: ['not a handle'],
    });
    for (const platformIds of [
      [],
      Array.from({ length: 2001 }, (_, index) => `p${index}`),
      undefined,
    ])
      expect(await fail(`POST /lists/${id}/leads`, { platformIds })).toMatchObject({ status: 400 });
    const many = Array.from({ length: 2000 }, (_, index) => `m${index}`);
    expect((await ok(`POST /lists/${id}/leads`, { platformIds: many })).added).toEqual(many);
    expect(await ok(`GET /lists/${id}`)).toMatchObject({ leadsCount: 2003 });
  });

  it('show their leads, set data of one and remove one', async () => {
    const id = await createList(['jane', '77']);
    const { data } = await ok(`GET /lists/${id}/leads`);
    expect(data).toMatchObject([
      { platform: 'twitter', platformId: '77', username: null, data: {} },
      {
        platform: 'twitter',
        platformId: null,
        username: 'jane',
        externalId: expect.stringMatching(/^[0-9a-z]+$/),
      },
    ]);
    expect(
      await ok(`PATCH /lists/${id}/leads/Jane`, { data: { city: 'Ulm', size: 7 } }),
    ).toMatchObject({
      prospect: { username: 'jane' },
      data: { city: 'Ulm', size: 7 },
    });
    expect(await ok(`PATCH /lists/${id}/leads/jane`, { data: { size: null } })).toMatchObject({
      data: { city: 'Ulm' },
    });
    expect(await ok(`DELETE /lists/${id}/leads/jane`)).toEqual({ success: true });
    for (const route of [`PATCH /lists/${id}/leads/jane`, `PATCH /lists/${id}/leads/nobody`])
      expect(await fail(route, { data: {} })).toMatchObject({
        status: 404,
        code: 'PROSPECT_NOT_FOUND',
      });
    expect(await ok(`GET /lists/${id}/leads?limit=1`)).toMatchObject({
      data: [{ platformId: '77' }],
      nextCursor: null,
    });
  });
});
