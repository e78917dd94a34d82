import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { Logger, runOnce } from 'graphile-worker';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { testApi } from '../../../test/fixtures/api.ts';
import { createCaller } from '../../../test/fixtures/caller.ts';
import { addWorkspace, testDatabase } from '../../../test/fixtures/database.ts';
import { runTransaction } from '../../db/database.ts';
import { lockImport } from '../../db/imports/imports.ts';
import { freeDeadJobs } from '../../db/jobs.ts';
import { createCampaign } from '../../operations/campaigns/create.ts';
import { cancelImport } from '../../operations/imports/cancel.ts';
import { getImport } from '../../operations/imports/get.ts';
import { startImport } from '../../operations/imports/start.ts';
import { createList } from '../../operations/lists/create.ts';
import { startListImport } from '../../operations/lists/start-import.ts';
import { issueKey } from '../accounts/keys.ts';
import { installJobs, startJobs, taskList } from '../jobs.ts';
import { abandonUploads, runImport } from './import.ts';
import { queueImportJob } from './queue.ts';

const test = await testDatabase({ env: { POSTRIDER_MAX_IMPORT_MB: '4' } });
const { services, db, pool } = test;
await installJobs(pool);
const slowly = { timeout: 20_000, interval: 20 };
const going = new AbortController().signal;

async function tenant(of: { workspaceId: string; memberId: string }) {
  const { call, fail } = createCaller(services, of);
  const { campaign } = await call(createCampaign, { type: 'email', name: 'Import' });
  const { list } = await call(createList, { name: 'List' });
  const send = (file: Buffer) => ({ id: campaign.id, stream: Readable.from([file]) });
  return {
    ...of,
    async start(file: Buffer) {
      const { id, stream } = send(file);
      return (await call(startImport, { id }, { stream })).import.id;
    },
    refused(file: Buffer) {
      const { id, stream } = send(file);
      return fail(startImport, { id }, { stream });
    },
    startList: (content: string) => fail(startListImport, { id: list.id, content, mapping }),
    read: async (id: string) => (await call(getImport, { id })).import,
    cancel: (id: string) => call(cancelImport, { id }),
  };
}
const mapping = [{ column: 'email', field: 'email' }];
const one = await tenant(test);
const other = await tenant(await addWorkspace(db, services.clock.now()));

/** A file of about this many megabytes, a thousand people in each. */
const fileOf = (megabytes: number) =>
  Buffer.from(
    ['email,note']
      .concat(
        Array.from({ length: megabytes * 1_000 }, (_, n) => `p${n}@a.test,${'x'.repeat(1_000)}`),
      )
      .join('\n'),
  );

/** Does the chores one at a time until none is left. Returns their owners, in their order. */
async function workThrough(): Promise<string[]> {
  const { import: run, ...rest } = taskList(services, going);
  const turns: string[] = [];
  const work = () =>
    runOnce({
      pgPool: pool,
      logger: new Logger(() => () => {}),
      concurrency: 1,
      taskList: {
        ...rest,
        async import(payload, helpers) {
          const { workspaceId } = payload as { workspaceId: string };
          turns.push(workspaceId === one.workspaceId ? 'one' : 'other');
          await run!(payload, helpers);
        },
      },
    });
  // It ends when it finds no job, which it also does while the one before is being taken off.
  for (let before = -1; before < turns.length; ) {
    before = turns.length;
    await work();
  }
  return turns;
}

it('a small file of one workspace is in while a large one of another is under way', async () => {
  const large = await one.start(fileOf(4));
  const small = await other.start(Buffer.from('email\nsmall@a.test\n'));
  expect(await workThrough()).toEqual(['one', 'other', 'one']);
  expect(await other.read(small)).toMatchObject({ status: 'completed', imported: 1 });
  expect(await one.read(large)).toMatchObject({ status: 'completed', imported: 4_000 });
});

it('one file of a workspace is imported at a time, and a live process keeps its jobs', async () => {
  const first = await one.start(Buffer.from('email\na1@a.test\n'));
  const second = await one.start(Buffer.from('email\na2@a.test\n'));
  const small = await other.start(Buffer.from('email\nsmaller@a.test\n'));
  const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
  const holding = runTransaction(db, async (transaction) => {
    await lockImport(transaction, { workspaceId: one.workspaceId, importId: first });
    await held;
  });
  const workerId = services.newId();
  const jobs = await startJobs(services, workerId);
  await expect.poll(async () => (await other.read(small)).status, slowly).toBe('completed');
  await freeDeadJobs(db, [workerId]);
  const { rows } = await sql`select key from graphile_worker._private_jobs
    where locked_by = ${workerId}`.execute(db);
  expect(rows).toEqual([{ key: `import:${first}` }]);
  letGo();
  await holding;
  await expect.poll(async () => (await one.read(second)).status, slowly).toBe('completed');
  await jobs.stop();
});

it('an import goes on exactly once when its process is killed in any step', async () => {
  const id = { workspaceId: one.workspaceId, importId: await one.start(fileOf(3)) };
  const takeAsDead = async () => {
    await sql`update graphile_worker._private_jobs set locked_at = now(), locked_by = 'dead', attempts = attempts + 1
      where key = ${`import:${id.importId}`}`.execute(db);
    await sql`update graphile_worker._private_job_queues set locked_at = now(), locked_by = 'dead'`.execute(
      db,
    );
  };
  await takeAsDead();
  expect(await runImport(services, id, going)).toBe(true);
  // Killed before it queued itself again.
  expect(await workThrough()).toEqual([]);
  await freeDeadJobs(db, []);
  await takeAsDead();
  expect(await runImport(services, id, going)).toBe(true);
  await queueImportJob(db, 'import', id);
  // Killed before its own job was deleted.
  await freeDeadJobs(db, []);
  expect(await workThrough()).toEqual(['one']);
  expect(await one.read(id.importId)).toMatchObject({
    status: 'completed',
    rows: 3_000,
    imported: 0,
    duplicates: 3_000,
  });
});

it('a file beyond the quota is refused, and nothing of it is kept', async () => {
  expect(await one.refused(fileOf(5))).toMatchObject({
    status: 413,
    code: 'import.too_large',
    detail: expect.stringContaining('4 MB (POSTRIDER_MAX_IMPORT_MB)'),
  });
  const { rows } = await sql`select from import_chunks`.execute(db);
  expect(rows).toEqual([]);
  expect(await one.startList(`email\n${'\n'.repeat(5_000_000)}`)).toMatchObject({
    status: 413,
    code: 'import.too_large',
  });
});

it('a caller hears of a refusal while the file is on its way', async () => {
  const { app } = testApi(services);
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { call } = createCaller(services, test);
  const { campaign } = await call(createCampaign, { type: 'email', name: 'Streamed' });
  const { text: key } = await issueKey(db, {
    ...test,
    name: 'test',
    scopes: ['admin'],
    at: services.clock.now(),
  });
  const { port } = app.server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}/api/campaigns/${campaign.id}/leads/import`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'text/csv' },
    body: fileOf(8),
  });
  expect(answer.status).toBe(413);
  expect(await answer.json()).toMatchObject({ code: 'import.too_large' });
});

it('what a workspace has waiting has the same quota, and another has its own', async () => {
  const waiting = await one.start(fileOf(3));
  expect(await one.refused(fileOf(2))).toMatchObject({
    status: 409,
    code: 'import.too_many_waiting',
  });
  expect(await one.startList(`email\n${'\n'.repeat(2_000_000)}`)).toMatchObject({
    status: 409,
    code: 'import.too_many_waiting',
  });
  await other.cancel(await other.start(fileOf(2)));
  await one.cancel(waiting);
  await one.cancel(await one.start(fileOf(2)));
});

it('an upload of which nothing is heard any more is forgotten, and its room is free', async () => {
  const id = await one.start(fileOf(3));
  await sql`update imports set status = 'receiving', heard_at = now() - interval '19 minutes' where id = ${id}`.execute(
    db,
  );
  await abandonUploads(db);
  expect(await one.read(id)).toMatchObject({ status: 'receiving' });
  await sql`update imports set heard_at = now() - interval '21 minutes' where id = ${id}`.execute(
    db,
  );
  await abandonUploads(db);
  await one.cancel(await one.start(fileOf(2)));
});

it('no file is taken when less than a tenth of the disk is free', async () => {
  const full = { ...services, freeDisk: async () => 0.09 };
  const { call, fail } = createCaller(full, test);
  const { campaign } = await call(createCampaign, { type: 'email', name: 'Full' });
  const stream = Readable.from([Buffer.from('email\na@a.test\n')]);
  expect(await fail(startImport, { id: campaign.id }, { stream })).toMatchObject({
    status: 507,
    code: 'import.disk_full',
  });
});
