import { afterEach, describe, expect, it } from 'vitest';
import { runListImport } from '../../../src/engine/imports/list-import.ts';
import { startWorker } from '../../../src/engine/worker.ts';
import { campaignSteps } from '../../factories/campaigns.ts';
import { idleChannel } from '../../factories/rows.ts';
import { testApi } from '../../fixtures/api.ts';
import { testDatabase } from '../../fixtures/database.ts';
import { type Body, bare, dashed, inboxSteps } from '../../fixtures/inbox-api.ts';

const database = await testDatabase({ channels: [idleChannel('x')] });
const { db, services, workspaceId } = database;
const { as } = testApi(services, { inboxWindows: [{ limit: 100_000, ms: 60_000 }] });
const send = await as(database);
const { ok, fail } = inboxSteps(send, database);
const own = campaignSteps(send, database);

let worker: Awaited<ReturnType<typeof startWorker>> | null = null;
afterEach(async () => {
  await worker?.stop();
  worker = null;
});

let serial = 0;
async function createList(platformIds: readonly string[] = []): Promise<string> {
  serial += 1;
  const { id } = await ok('POST /lists', { name: `List ${serial}` });
  if (platformIds.length > 0) await ok(`POST /lists/${id}/leads`, { platformIds });
  return id as string;
}

const mapping = [
  { csvHeader: 'Handle', targetColumnId: 'username' },
  { csvHeader: 'First', targetColumnId: 'first-name' },
  { csvHeader: 'City', targetColumnId: 'city' },
];
const startJob = (id: string, content: string, more: Body = {}) =>
  ok(`POST /lists/${id}/import-jobs`, {
    data: { type: 'csv', content, fileName: 'people.csv', columnMapping: mapping, ...more },
  });
const readJob = (id: string, job: Body) => ok(`GET /lists/${id}/import-jobs/${job.id}`);
const rows = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => `p${from + index},Name,Ulm`).join('\n');
const runJob = (job: Body, signal = new AbortController().signal) =>
  runListImport(services, { workspaceId, importId: dashed(job.id) }, signal);

async function waitForJob(id: string, job: Body): Promise<Body> {
  worker ??= await startWorker(services);
  await expect
    .poll(async () => (await readJob(id, job)).completedAt, { timeout: 20_000, interval: 20 })
    .not.toBeNull();
  return readJob(id, job);
}

describe('import jobs', () => {
  it('suppress people that opted out, as imports into a roster do', async () => {
    const id = await createList();
    const job = await startJob(id, 'Handle,First,City,Unsubscribed\nout1,Ann,,yes\nin1,Bob,,no\n');
    expect(await runJob(job)).toBe(false);
    expect(await readJob(id, job)).toMatchObject({ addedCount: 1, failedCount: 1 });
    const kept = await db.selectFrom('suppressions').select(['kind', 'value', 'reason']).execute();
    expect(kept).toEqual([{ kind: 'x', value: 'out1', reason: 'import' }]);
  });

  it('bring a CSV into the list in the background and count its rows', async () => {
    const id = await createList(['known']);
    const job = await startJob(
      id,
      [
        'Handle;First;City',
        '@Fresh;Jane;Ulm',
        '',
        'known;Kim;',
        'not a handle;X;Y',
        ';Nobody;',
        'fresh;Janet;Bonn',
        '"x;1',
        '',
      ].join('\n'),
    );
    expect(job).toEqual({
      id: expect.stringMatching(/^[0-9a-z]+$/),
      type: 'csv',
      status: 'queued',
      totalCount: 6,
      processedCount: 0,
      addedCount: 0,
      skippedCount: 0,
      failedCount: 0,
      error: null,
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
      completedAt: null,
    });
    const done = await waitForJob(id, job);
    expect(done).toMatchObject({
      status: 'completed',
      processedCount: 6,
      addedCount: 1,
      skippedCount: 2,
      failedCount: 3,
    });
    expect(await own.ok(`GET /api/lists/${dashed(id)}/imports/${dashed(job.id)}`)).toMatchObject({
      import: {
        rejects: [{ row: 5, reason: expect.stringContaining('x_handle') }, { row: 6 }, { row: 8 }],
      },
    });
    expect((await ok(`GET /lists/${id}/leads`)).data).toMatchObject([
      { username: 'fresh', firstName: 'Janet', data: { city: 'Bonn' } },
      { username: 'known', firstName: null },
    ]);
  });

  it('with mergeStrategy overwrite replace known data with data of the table', async () => {
    const id = await createList(['merge1']);
    await ok(`PATCH /lists/${id}/leads/merge1`, { data: { city: 'Ulm', team: 'a' } });
    await waitForJob(id, await startJob(id, 'Handle,First,City\nmerge1,Max,Bonn\n'));
    expect((await ok(`GET /lists/${id}/leads`)).data).toMatchObject([
      { firstName: null, data: { city: 'Ulm', team: 'a' } },
    ]);
    await waitForJob(
      id,
      await startJob(id, 'Handle,First,City\nmerge1,Max,Bonn\n', { mergeStrategy: 'overwrite' }),
    );
    expect((await ok(`GET /lists/${id}/leads`)).data).toMatchObject([
      { firstName: 'Max', data: { city: 'Bonn', team: 'a' } },
    ]);
  });

  it('are listed by status and by page', async () => {
    const id = await createList();
    const jobs = [
      await startJob(id, 'Handle,First,City\na,b,c\n'),
      await startJob(id, 'Handle,First,City\nd,e,f\n'),
    ];
    await ok(`POST /lists/${id}/import-jobs/${jobs[0]!.id}/cancel`);
    const ids = async (query: string) =>
      ((await ok(`GET /lists/${id}/import-jobs${query}`)).data as Body[]).map((job) => job.id);
    expect(await ids('')).toEqual([jobs[1]!.id, jobs[0]!.id]);
    expect(await ids('?status[]=canceled')).toEqual([jobs[0]!.id]);
    expect(await ids('?status=queued&status=running')).toEqual([jobs[1]!.id]);
    expect(await ids('?status[0]=queued&status[1]=canceled')).toEqual([jobs[1]!.id, jobs[0]!.id]);
    expect(await ids('?status=starting')).toEqual([]);
    const page = await ok(`GET /lists/${id}/import-jobs?limit=1`);
    expect(await ids(`?limit=1&cursor=${page.nextCursor}`)).toEqual([jobs[0]!.id]);
    expect(await fail(`GET /lists/${id}/import-jobs?status=done`)).toMatchObject({ status: 400 });
  });

  it('add no more leads after they are cancelled', async () => {
    const id = await createList();
    const job = await startJob(id, `Handle,First,City\n${rows(3)}\n`);
    expect(await ok(`POST /lists/${id}/import-jobs/${job.id}/cancel`)).toMatchObject({
      status: 'canceled',
      completedAt: expect.any(String),
    });
    await runJob(job);
    expect(await ok(`GET /lists/${id}`)).toMatchObject({ leadsCount: 0 });
    expect(await ok(`POST /lists/${id}/import-jobs/${job.id}/cancel`)).toMatchObject({
      status: 'canceled',
    });
    const other = await startJob(id, 'Handle,First,City\nlast,b,c\n');
    await runJob(other);
    expect(await ok(`POST /lists/${id}/import-jobs/${other.id}/cancel`)).toMatchObject({
      status: 'completed',
      addedCount: 1,
    });
  });

  it('add each lead once with two workers at once and one stopped midway', async () => {
    const id = await createList();
    const job = await startJob(id, `Handle,First,City\n${rows(4_500, 10_000)}\n`);
    const stopping = new AbortController();
    const half = runJob(job, stopping.signal);
    await expect
      .poll(async () => (await readJob(id, job)).processedCount, { interval: 5 })
      .not.toBe(0);
    stopping.abort();
    expect(await half).toBe(true);
    await Promise.all([runJob(job), runJob(job)]);
    expect(await readJob(id, job)).toMatchObject({
      status: 'completed',
      processedCount: 4_500,
      addedCount: 4_500,
      skippedCount: 0,
      failedCount: 0,
    });
    expect(await ok(`GET /lists/${id}`)).toMatchObject({ leadsCount: 4_500 });
    const { content } = await db
      .selectFrom('list_imports')
      .select('content')
      .where('id', '=', dashed(job.id))
      .executeTakeFirstOrThrow();
    expect(content).toBeNull();
  });

  it('take up to ten megabytes in one call', async () => {
    const id = await createList();
    const job = await startJob(
      id,
      `Handle,First,City\n${rows(100_000)}\n${'\n'.repeat(6_000_000)}`,
    );
    expect(job).toMatchObject({ status: 'queued', totalCount: 100_000 });
    await ok(`POST /lists/${id}/import-jobs/${job.id}/cancel`);
    const more = { type: 'csv', content: 'x'.repeat(10 * 1024 * 1024 + 1), columnMapping: mapping };
    expect(await fail(`POST /lists/${id}/import-jobs`, { data: more })).toMatchObject({
      status: 400,
    });
  });

  it('are refused before they start when they cannot be read', async () => {
    const id = await createList();
    const attempt = (data: Body) =>
      fail(`POST /lists/${id}/import-jobs`, {
        data: {
          type: 'csv',
          content: 'Handle,First,City\na,b,c\n',
          columnMapping: mapping,
          ...data,
        },
      });
    expect(await attempt({ type: 'followers' })).toMatchObject({
      status: 400,
      message: expect.stringContaining('followers'),
    });
    expect(
      await attempt({ columnMapping: [{ csvHeader: 'Nope', targetColumnId: 'username' }] }),
    ).toMatchObject({ status: 400 });
    expect(await attempt({ columnMapping: [mapping[2]] })).toMatchObject({
      status: 400,
      message: expect.stringContaining('x_handle'),
    });
    expect(
      await attempt({ columnMapping: [mapping[0], { ...mapping[1], targetColumnId: 'username' }] }),
    ).toMatchObject({ status: 400 });
    expect(await attempt({ content: '' })).toMatchObject({ status: 400 });
    expect(await fail(`GET /lists/${id}/import-jobs/${bare(services.newId())}`)).toMatchObject({
      status: 404,
      code: 'IMPORT_NOT_FOUND',
    });
  });
});
