import { afterEach, describe, expect, it } from 'vitest';
import { runListImport } from '../../../src/engine/imports/list-import.ts';
import { startWorker } from '../../../src/engine/worker.ts';
import { campaignSteps } from '../../factories/campaigns.ts';
import { idleChannel } from '../../factories/rows.ts';
import { testApi } from '../../fixtures/api.ts';
import { testDatabase } from '../../fixtures/database.ts';
import { type Body, bare, inboxSteps } from '../../fixtures/inbox-api.ts';

const database = await testDatabase({ channels: [idleChannel('x')] });
const { db, services, workspaceId } = database;
const { as } = testApi(services, { inboxWindows: [{ limit: 100_000, ms: 60_000 }] });
const send = await as(database);
const { ok, fail } = inboxSteps(send, database);
const own = campaignSteps(send, database);
const dashed = (id: string) => id.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');

let worker: Awaited<ReturnType<typeof startWorker>> | null = null;
afterEach(async () => {
  await worker?.stop();
  worker = null;
});

let serial = 0;
async function list(people: readonly string[] = []): Promise<string> {
  serial += 1;
  const { id } = await ok('POST /lists', { name: `List ${serial}` });
  if (people.length > 0) await ok(`POST /lists/${id}/leads`, { platformIds: people });
  return id as string;
}

const mapping = [
  { csvHeader: 'Handle', targetColumnId: 'username' },
  { csvHeader: 'First', targetColumnId: 'first-name' },
  { csvHeader: 'City', targetColumnId: 'city' },
];
const start = (id: string, content: string, more: Body = {}) =>
  ok(`POST /lists/${id}/import-jobs`, {
    data: { type: 'csv', content, fileName: 'people.csv', columnMapping: mapping, ...more },
  });
const jobOf = (id: string, job: Body) => ok(`GET /lists/${id}/import-jobs/${job.id}`);
const people = (n: number, from = 0) =>
  Array.from({ length: n }, (_, index) => `p${from + index},Name,Ulm`).join('\n');
const run = (job: Body, signal = new AbortController().signal) =>
  runListImport(services, { workspaceId, importId: dashed(String(job.id)) }, signal);

async function finished(id: string, job: Body): Promise<Body> {
  worker ??= await startWorker(services);
  await expect
    .poll(async () => (await jobOf(id, job)).completedAt, { timeout: 20_000, interval: 20 })
    .not.toBeNull();
  return jobOf(id, job);
}

describe('lists', () => {
  it('are made, read, renamed, deleted, and paged by an opaque cursor', async () => {
    const { id } = await ok('POST /lists', { name: 'Founders' });
    const made = {
      id,
      name: 'Founders',
      description: null,
      leadsCount: 0,
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    };
    expect(await ok(`GET /lists/${id}`)).toEqual(made);
    expect(
      await ok(`PATCH /lists/${id}`, { name: 'Investors', description: 'Seed' }),
    ).toMatchObject({
      name: 'Investors',
      description: 'Seed',
    });
    const others = [await list(), await list()];
    const first = await ok('GET /lists?limit=2');
    expect(first).toMatchObject({ data: [{ id: others[1] }, { id: others[0] }] });
    expect((await ok(`GET /lists?cursor=${first.nextCursor}`)).data).toContainEqual(
      expect.objectContaining({ id }),
    );
    expect(await ok(`DELETE /lists/${id}`)).toEqual({ success: true });
    expect(await fail(`GET /lists/${id}`)).toMatchObject({ status: 404, code: 'LIST_NOT_FOUND' });
  });

  it('the list of all leads is none of them', async () => {
    const all = bare(workspaceId);
    for (const route of [`GET /lists/${all}`, `DELETE /lists/${all}`, `GET /lists/${all}/leads`])
      expect(await fail(route)).toMatchObject({ status: 404, code: 'LIST_NOT_FOUND' });
    expect(JSON.stringify(await ok('GET /lists'))).not.toContain(all);
  });

  it('"platformIds[1..2000] → added[], skipped[], failed[]"', async () => {
    const id = await list(['known']);
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

  it('shows its people, sets data of one and takes one out', async () => {
    const id = await list(['jane', '77']);
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

describe('import jobs', () => {
  it('bring a CSV into the list, in the background, with counts', async () => {
    const id = await list(['known']);
    const job = await start(
      id,
      'Handle;First;City\n@Fresh;Jane;Ulm\n\nknown;Kim;\nnot a handle;X;Y\n;Nobody;\nfresh;Janet;Bonn\n"x;1\n',
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
    const done = await finished(id, job);
    expect(done).toMatchObject({
      status: 'completed',
      processedCount: 6,
      addedCount: 1,
      skippedCount: 2,
      failedCount: 3,
    });
    expect(
      await own.ok(`GET /api/lists/${dashed(id)}/imports/${dashed(String(job.id))}`),
    ).toMatchObject({
      import: {
        rejects: [{ row: 3, reason: expect.stringContaining('x_handle') }, { row: 4 }, { row: 6 }],
      },
    });
    expect((await ok(`GET /lists/${id}/leads`)).data).toMatchObject([
      { username: 'fresh', firstName: 'Janet', data: { city: 'Bonn' } },
      { username: 'known', firstName: null },
    ]);
  });

  it('"mergeStrategy": overwrite writes what the table has over what is known', async () => {
    const id = await list(['merge1']);
    await ok(`PATCH /lists/${id}/leads/merge1`, { data: { city: 'Ulm', team: 'a' } });
    await finished(id, await start(id, 'Handle,First,City\nmerge1,Max,Bonn\n'));
    expect((await ok(`GET /lists/${id}/leads`)).data).toMatchObject([
      { firstName: null, data: { city: 'Ulm', team: 'a' } },
    ]);
    await finished(
      id,
      await start(id, 'Handle,First,City\nmerge1,Max,Bonn\n', { mergeStrategy: 'overwrite' }),
    );
    expect((await ok(`GET /lists/${id}/leads`)).data).toMatchObject([
      { firstName: 'Max', data: { city: 'Bonn', team: 'a' } },
    ]);
  });

  it('are listed by status and paged', async () => {
    const id = await list();
    const jobs = [
      await start(id, 'Handle,First,City\na,b,c\n'),
      await start(id, 'Handle,First,City\nd,e,f\n'),
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

  it('"cancel (running or queued)": nobody more comes in', async () => {
    const id = await list();
    const job = await start(id, `Handle,First,City\n${people(3)}\n`);
    expect(await ok(`POST /lists/${id}/import-jobs/${job.id}/cancel`)).toMatchObject({
      status: 'canceled',
      completedAt: expect.any(String),
    });
    await run(job);
    expect(await ok(`GET /lists/${id}`)).toMatchObject({ leadsCount: 0 });
    expect(await ok(`POST /lists/${id}/import-jobs/${job.id}/cancel`)).toMatchObject({
      status: 'canceled',
    });
    const other = await start(id, 'Handle,First,City\nlast,b,c\n');
    await run(other);
    expect(await ok(`POST /lists/${id}/import-jobs/${other.id}/cancel`)).toMatchObject({
      status: 'completed',
      addedCount: 1,
    });
  });

  it('two workers at once, and one that is stopped midway, bring everybody once', async () => {
    const id = await list();
    const job = await start(id, `Handle,First,City\n${people(4_500, 10_000)}\n`);
    const stopping = new AbortController();
    const half = run(job, stopping.signal);
    await expect
      .poll(async () => (await jobOf(id, job)).processedCount, { interval: 5 })
      .not.toBe(0);
    stopping.abort();
    await half.catch((error: Error) => expect(error.message).toContain('stopping'));
    await Promise.all([run(job), run(job)]);
    expect(await jobOf(id, job)).toMatchObject({
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
      .where('id', '=', dashed(String(job.id)))
      .executeTakeFirstOrThrow();
    expect(content).toBeNull();
  });

  it('up to ten megabytes in one call', async () => {
    const id = await list();
    const job = await start(id, `Handle,First,City\n${people(100_000)}\n${'\n'.repeat(6_000_000)}`);
    expect(job).toMatchObject({ status: 'queued', totalCount: 100_000 });
    await ok(`POST /lists/${id}/import-jobs/${job.id}/cancel`);
    const more = { type: 'csv', content: 'x'.repeat(10 * 1024 * 1024 + 1), columnMapping: mapping };
    expect(await fail(`POST /lists/${id}/import-jobs`, { data: more })).toMatchObject({
      status: 400,
    });
  });

  it('what cannot be read is refused before it starts', async () => {
    const id = await list();
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
