import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { Readable } from 'node:stream';
import { sql } from 'kysely';
import { afterEach, expect, it } from 'vitest';
import { startWorker } from '../../../src/engine/worker.ts';
import { createCampaign } from '../../../src/operations/campaigns/create.ts';
import { launchCampaign } from '../../../src/operations/campaigns/launch.ts';
import { cancelImport } from '../../../src/operations/imports/cancel.ts';
import { getImport } from '../../../src/operations/imports/get.ts';
import { listRejects } from '../../../src/operations/imports/rejects.ts';
import { startImport } from '../../../src/operations/imports/start.ts';
import { listRoster } from '../../../src/operations/roster/list.ts';
import { createCaller } from '../../fixtures/caller.ts';
import { testDatabase } from '../../fixtures/database.ts';

const test = await testDatabase();
const { call, fail } = createCaller(test.services, test);
let jobs: Awaited<ReturnType<typeof startWorker>> | null = null;
let serial = 0;

afterEach(async () => {
  await jobs?.stop();
  jobs = null;
});

async function makeDraft(type = 'email'): Promise<string> {
  serial += 1;
  return (await call(createCampaign, { type, name: `Import ${serial}` })).campaign.id;
}

const pieces = (bytes: Buffer, size = 50_000) =>
  Readable.from(
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
      bytes.subarray(index * size, (index + 1) * size),
    ),
  );

async function upload(
  id: string,
  file: string | Buffer,
  mapping?: Record<string, string>,
): Promise<string> {
  const answer = await call(
    startImport,
    { id, ...(mapping ? { mapping } : {}) },
    { stream: pieces(Buffer.from(file)) },
  );
  return answer.import.id;
}

/** Waits until the job queue is empty, by asking the database. */
async function finished(id: string) {
  jobs ??= await startWorker(test.services);
  return expect
    .poll(async () => (await call(getImport, { id })).import, { timeout: 20_000, interval: 20 })
    .toMatchObject({ status: expect.stringMatching(/completed|failed|cancelled/) })
    .then(async () => (await call(getImport, { id })).import);
}

it('can be waited for, and a campaign is not launched before its people are in', async () => {
  const id = await makeDraft();
  const importId = await upload(id, 'email\nwaited@a.test\n');
  expect(await call(getImport, { id: importId, wait: 0 })).toMatchObject({
    import: { status: 'queued' },
  });
  expect(await fail(launchCampaign, { id })).toMatchObject({
    code: 'campaign.not_launchable',
    errors: expect.arrayContaining([
      expect.objectContaining({ pointer: '/leads', code: 'import_running' }),
    ]),
  });
  const waiting = call(getImport, { id: importId, wait: 30 });
  await finished(importId);
  expect(await waiting).toMatchObject({ import: { status: 'completed', imported: 1 } });
  const { errors } = await fail(launchCampaign, { id });
  expect(errors).not.toContainEqual(expect.objectContaining({ code: 'import_running' }));
});

it('imports a German spreadsheet: semicolons, Windows-1252, quotes with line ends, and columns it has no field for', async () => {
  const id = await makeDraft();
  const file =
    'E-Mail;Vorname;Nachname;Firma;Umsatz 2025\r\nJOERG@Example.de;Jörg;Müller;"Müller ""&"" Söhne\r\nGmbH";1,5 Mio €\r\n';
  const done = await finished(await upload(id, Buffer.from(file.replace('€', '\u0080'), 'latin1')));
  expect(done).toMatchObject({
    status: 'completed',
    rows: 1,
    imported: 1,
    duplicates: 0,
    invalid: 0,
  });
  expect(done.bytes_done).toBe(done.bytes);
  const { prospects } = await call(listRoster, { id });
  expect(prospects[0]).toMatchObject({
    email: 'joerg@example.de',
    name: 'Jörg Müller',
    company: 'Müller "&" Söhne\r\nGmbH',
    custom_fields: { umsatz_2025: '1,5 Mio €' },
    source: 'csv',
    source_ref: done.id,
  });
});

it('says for every row that is left out why', async () => {
  const id = await makeDraft();
  const file =
    'email,company\na@x.de,A\nnot an address,B\nc@x.de,C,extra\n,D\nA@X.DE,again\n"broken,E\nf@x.de,F\n\n,\ng\u0000@x.de,G\n';
  const done = await finished(await upload(id, file));
  expect(done).toMatchObject({
    status: 'completed',
    rows: 8,
    imported: 2,
    duplicates: 1,
    invalid: 5,
  });
  const { rejects, total } = await call(listRejects, { id: done.id });
  expect(total).toBe(5);
  expect(rejects.map(({ row, reason, raw }) => [row, reason.slice(0, 30), raw])).toEqual([
    [2, 'email: This is not a valid ema', 'not an address,B'],
    [3, 'The row has 3 values, the head', 'c@x.de,C,extra'],
    [4, 'email: Must be given: people o', ',D'],
    [6, 'The quotes of this line do not', '"broken,E'],
    [8, 'email: Must be well-formed Uni', 'g\ufffd@x.de,G'],
  ]);
  const page = await call(listRejects, { id: done.id, limit: 2, cursor: 2 });
  expect(page.rejects.map((reject) => reject.row)).toEqual([3, 4]);
  expect(page.next_cursor).toBe(4);
});

it('takes the mapping it is given, and refuses a file that cannot say who the people are', async () => {
  const id = await makeDraft();
  const answer = await finished(
    await upload(id, 'a,b\nx@y.de,Jane\n', { email: 'a', first_name: 'b' }),
  );
  expect(answer).toMatchObject({
    imported: 1,
    mapping: { email: 'a', first_name: 'b', company: null },
  });
  const missing = await fail(startImport, { id }, { stream: pieces(Buffer.from('a,b\n1,2\n')) });
  expect(missing).toMatchObject({
    status: 400,
    errors: [{ pointer: '/mapping/email', code: 'required' }],
  });
  const unknown = await fail(
    startImport,
    { id, mapping: { email: 'z' } },
    { stream: pieces(Buffer.from('a,b\n1,2\n')) },
  );
  expect(unknown).toMatchObject({
    status: 400,
    errors: [{ pointer: '/mapping/email', code: 'unknown_column' }],
  });
  for (const file of ['', '\n\n', 'PK\u0003\u0004 an Excel file']) {
    expect(await fail(startImport, { id }, { stream: pieces(Buffer.from(file)) })).toMatchObject({
      status: 400,
      code: 'import.unreadable',
    });
  }
  const { rows } = await sql<{
    n: number;
  }>`select count(*) as n from imports where status = 'receiving'`.execute(test.db);
  expect(rows[0]!.n).toBe(0);
});

it('gets past the longest record there can be', async () => {
  const note = '会'.repeat(65_000);
  const done = await finished(
    await upload(await makeDraft(), `email,note\na@x.de,"${note}"\nb@x.de,short\n`),
  );
  expect(done).toMatchObject({ status: 'completed', rows: 2, imported: 1, invalid: 1 });
});

it('completes at once for a file with a header and nobody', async () => {
  const done = await finished(await upload(await makeDraft(), '\ufeffemail,name\r\n'));
  expect(done).toMatchObject({ status: 'completed', rows: 0, imported: 0, invalid: 0 });
});

const bigFile = (people: number) =>
  `email,first_name,note\n${Array.from({ length: people }, (_, n) => `p${n % (people - 7)}@big.example.com,Jürgen ${n},"says ""hi"", ${'x'.repeat(n % 90)}"\n`).join('')}`;

async function startWorkerProcess(): Promise<ChildProcess> {
  const worker = spawn(process.execPath, [path.resolve('test/peers/job-worker.ts'), test.url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(worker.stdout!, 'data');
  return worker;
}

it('imports everybody exactly once when its worker is killed again and again', async () => {
  const id = await makeDraft();
  const people = 60_000;
  const importId = await upload(id, bigFile(people));
  for (let kill = 0; kill < 3; kill += 1) {
    const before = (await call(getImport, { id: importId })).import;
    const worker = await startWorkerProcess();
    await expect
      .poll(async () => (await call(getImport, { id: importId })).import.rows, {
        timeout: 20_000,
        interval: 2,
      })
      .toBeGreaterThan(before.rows);
    worker.kill('SIGKILL');
    await once(worker, 'exit');
  }
  expect((await call(getImport, { id: importId })).import.status).toBe('running');
  const done = await finished(importId);
  expect(done).toMatchObject({
    status: 'completed',
    rows: people,
    imported: people - 7,
    duplicates: 7,
    invalid: 0,
  });
  const { rows } = await sql<{ n: number; counted: number }>`select count(*) as n,
    (select sum(n)::bigint from counters where campaign_id = ${id}) as counted from prospects where campaign_id = ${id}`.execute(
    test.db,
  );
  expect(rows[0]).toEqual({ n: people - 7, counted: people - 7 });
  const chunks = await sql<{
    n: number;
  }>`select count(*) as n from import_chunks where import_id = ${importId}`.execute(test.db);
  expect(chunks.rows[0]!.n).toBe(0);
}, 60_000);

it('frees the jobs of workers that are gone', async () => {
  const id = await makeDraft();
  const importId = await upload(id, 'email\nx@y.de\n');
  await sql`update graphile_worker._private_jobs set locked_by = 'dead', locked_at = now(), attempts = 1`.execute(
    test.db,
  );
  expect(await finished(importId)).toMatchObject({ status: 'completed', imported: 1 });
});

it('stops when it is cancelled, and keeps who was imported', async () => {
  const id = await makeDraft();
  const importId = await upload(id, 'email\nx@y.de\n');
  expect((await call(cancelImport, { id: importId })).import.status).toBe('cancelled');
  expect(await finished(importId)).toMatchObject({ status: 'cancelled', imported: 0 });
  expect((await call(cancelImport, { id: importId })).import.status).toBe('cancelled');
});

it('fails with the reason when the roster is frozen meanwhile', async () => {
  const id = await makeDraft();
  const importId = await upload(id, 'email\nx@y.de\n');
  await sql`update campaigns set status = 'paused' where id = ${id}`.execute(test.db);
  expect(await finished(importId)).toMatchObject({
    status: 'failed',
    error: expect.stringContaining('paused'),
    imported: 0,
  });
  const refused = await fail(
    startImport,
    { id },
    { stream: pieces(Buffer.from('email\nx@y.de\n')) },
  );
  expect(refused).toMatchObject({ status: 400, code: 'campaign.roster_frozen' });
});

it('gives an import up, with the reason, when it can never be read', async () => {
  const importId = await upload(await makeDraft(), 'email\nx@y.de\n');
  await sql`update imports set mapping = mapping || '{"encoding": "klingon"}' where id = ${importId}`.execute(
    test.db,
  );
  await sql`update graphile_worker._private_jobs set max_attempts = 1`.execute(test.db);
  expect(await finished(importId)).toMatchObject({
    status: 'failed',
    error: expect.stringContaining('klingon'),
  });
});
