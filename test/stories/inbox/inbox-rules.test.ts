import { afterAll, expect, it } from 'vitest';
import { startWorker } from '../../../src/engine/worker.ts';
import { idleChannel } from '../../factories/rows.ts';
import { testApi } from '../../fixtures/api.ts';
import { testDatabase } from '../../fixtures/database.ts';
import { type Body, inboxSteps, twoSteps } from '../../fixtures/inbox-api.ts';

const database = await testDatabase({ channels: [idleChannel('x')] });
const { services, clock } = database;
const { as } = testApi(services, { inboxWindows: [{ limit: 100_000, ms: 60_000 }] });
const { ok, create } = inboxSteps(await as(database), database);
// It is Sunday and the campaign sends on Mondays, so that no message goes out.
clock.advanceTo(new Date('2026-03-08T09:00:00Z'));
const worker = await startWorker(services);
afterAll(() => worker.stop());

async function waitForSync(id: string, count: number): Promise<Body> {
  await expect
    .poll(async () => ok(`GET /campaigns/v2/${id}`), { timeout: 20_000, interval: 50 })
    .toMatchObject({ isSyncing: false, targetsCount: count, scopeAssessedCount: count });
  return ok(`GET /campaigns/v2/${id}`);
}

const usernames = async (id: string) =>
  ((await ok(`GET /campaigns/v2/${id}/leads`)).data as Body[])
    .filter(({ status }) => status !== 'cancelled')
    .map(({ username }) => username);

it('a campaign follows its synced lists, and an excluded list beats a synced one', async () => {
  const [feed, other, block] = [
    await ok('POST /lists', { name: 'Feed' }),
    await ok('POST /lists', { name: 'Other' }),
    await ok('POST /lists', { name: 'Block' }),
  ];
  await ok(`POST /lists/${feed.id}/leads`, { platformIds: ['ann', 'bob'] });
  const { id } = await create({
    rules: { syncedListIds: [feed.id, other.id], excludedListIds: [block.id] },
  });
  await ok(`PATCH /campaigns/v2/${id}`, { scheduleHours: { 1: { start: 540, end: 1020 } } });
  await ok(`PUT /campaigns/v2/${id}/sequence`, { steps: twoSteps });
  expect(await ok(`POST /campaigns/v2/${id}/enable`)).toMatchObject({ status: 'active' });
  await waitForSync(id, 2);
  await ok(`POST /lists/${other.id}/leads`, { platformIds: ['bob', 'cleo', 'dan'] });
  await waitForSync(id, 4);
  await ok(`DELETE /lists/${feed.id}/leads/ann`);
  await ok(`DELETE /lists/${feed.id}/leads/bob`);
  await waitForSync(id, 3);
  expect(await usernames(id)).toEqual(['bob', 'cleo', 'dan']);
  await ok(`POST /lists/${block.id}/leads`, { platformIds: ['dan'] });
  await waitForSync(id, 2);
  await ok(`PATCH /campaigns/v2/${id}/rules`, { excludedListIds: [] });
  expect(await waitForSync(id, 3)).toMatchObject({
    status: 'active',
    enabled: true,
    rules: { excludedLists: [] },
  });
  expect(await usernames(id)).toEqual(['bob', 'cleo', 'dan']);
});

it('an import job into a synced list fills the mapped columns of the campaign', async () => {
  const { id: list } = await ok('POST /lists', { name: 'Imported' });
  const { id } = await create();
  const column = String((await ok(`POST /campaigns/v2/${id}/columns`, { name: 'City' })).id);
  await ok(`PATCH /campaigns/v2/${id}/rules`, {
    syncedListIds: [list],
    columnMappings: { [String(list)]: { town: column } },
  });
  const columnMapping = [
    { csvHeader: 'Handle', targetColumnId: 'username' },
    { csvHeader: 'Town', targetColumnId: 'town' },
  ];
  await ok(`POST /lists/${list}/import-jobs`, {
    data: { type: 'csv', content: 'Handle,Town\neve,Ulm\n', columnMapping },
  });
  await waitForSync(id, 1);
  expect((await ok(`GET /campaigns/v2/${id}/leads`)).data).toMatchObject([
    { username: 'eve', data: { [column]: 'Ulm' } },
  ]);
});
