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

const streamOf = (bytes: Buffer, size = 50_000) =>
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
    { stream: streamOf(Buffer.from(file)) },
  );
  return answer.import.id;
}

/** Waits until the import has ended, and returns it. */
async function waitForEnd(id: string) {
  jobs ??= await startWorker(test.services);
  return expect
    .poll(async () => (await call(getImport, { id })).import, { timeout: 20_000, interval: 20 })
    .toMatchObject({ status: expect.stringMatching(/completed|failed|cancelled/) })
    .then(async () => (await call(getImport, { id })).import);
}

it('a caller can wait for an import, and a launch is refused until it has ended', async () => {
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
  await waitForEnd(importId);
  expect(await waiting).toMatchObject({ import: { status: 'completed', imported: 1 } });
  const { errors } = await fail(launchCampaign, { id });
  expect(errors).not.toContainEqual(expect.objectContaining({ code: 'import_running' }));
});

it('an import reads a German spreadsheet in Windows-1252 with unknown columns', async () => {
  const id = await makeDraft();
  const file = [
    'E-Mail;Vorname;Nachname;Firma;Umsatz 2025\r\n',
    'JOERG@Example.de;Jörg;Müller;"Müller ""&"" Söhne\r\nGmbH";1,5 Mio €\r\n',
  ].join('');
  const result = await waitForEnd(
    await upload(id, Buffer.from(file.replace('€', '\u0080'), 'latin1')),
  );
  expect(result).toMatchObject({
    status: 'completed',
    rows: 1,
    imported: 1,
    duplicates: 0,
    invalid: 0,
  });
  expect(result.bytes_done).toBe(result.bytes);
  const { prospects } = await call(listRoster, { id });
  expect(prospects[0]).toMatchObject({
    email: 'joerg@example.de',
    name: 'Jörg Müller',
    company: 'Müller "&" Söhne GmbH',
    custom_fields: { umsatz_2025: '1,5 Mio €' },
    source: 'csv',
    source_ref: result.id,
  });
});

it('an import gives a reason for every row that it rejects', async () => {
  const id = await makeDraft();
  const lines = [
    'email,company',
    'a@x.de,A',
    'not an address,B',
    'c@x.de,C,extra',
    ',D',
    'A@X.DE,again',
    '"broken,E',
    'f@x.de,F',
    '',
    ',',
    'g\u0000@x.de,G',
  ];
  const file = lines.map((line) => `${line}\n`).join('');
  const result = await waitForEnd(await upload(id, file));
  expect(result).toMatchObject({
    status: 'completed',
    rows: 8,
    imported: 2,
    duplicates: 1,
    invalid: 5,
  });
  const { rejects, total } = await call(listRejects, { id: result.id });
  expect(total).toBe(5);
  expect(rejects.map(({ row, reason, raw }) => [row, reason.slice(0, 33), raw])).toEqual([
    [3, 'email: "not an address" is not a ', 'not an address,B'],
    [4, 'The row has 3 values, the header ', 'c@x.de,C,extra'],
    [5, 'email: There is no value in "emai', ',D'],
    [7, 'The quotes of this row do not add', '"broken,E'],
    [11, 'email: "g@x.de" is not a valid em', 'g\ufffd@x.de,G'],
  ]);
  const page = await call(listRejects, { id: result.id, limit: 2, cursor: 3 });
  expect(page.rejects.map((reject) => reject.row)).toEqual([4, 5]);
  expect(page.next_cursor).toBe(5);
});

it('an import uses the given mapping and is refused without a column of addresses', async () => {
  const id = await makeDraft();
  const answer = await waitForEnd(
    await upload(id, 'a,b\nx@y.de,Jane\n', { email: 'a', first_name: 'b' }),
  );
  expect(answer).toMatchObject({
    imported: 1,
    mapping: { email: 'a', first_name: 'b', company: null },
  });
  const missing = await fail(startImport, { id }, { stream: streamOf(Buffer.from('a,b\n1,2\n')) });
  expect(missing).toMatchObject({
    status: 400,
    errors: [{ pointer: '/mapping/email', code: 'required' }],
  });
  const unknown = await fail(
    startImport,
    { id, mapping: { email: 'z' } },
    { stream: streamOf(Buffer.from('a,b\n1,2\n')) },
  );
  expect(unknown).toMatchObject({
    status: 400,
    errors: [{ pointer: '/mapping/email', code: 'unknown_column' }],
  });
  for (const file of ['', '\n\n', 'PK\u0003\u0004 an Excel file']) {
    expect(await fail(startImport, { id }, { stream: streamOf(Buffer.from(file)) })).toMatchObject({
      status: 400,
      code: 'import.unreadable',
    });
  }
  const { rows } = await sql<{
    n: number;
  }>`select count(*) as n from imports where status = 'receiving'`.execute(test.db);
  expect(rows[0]!.n).toBe(0);
});

it('an import of a header without rows completes', async () => {
  const result = await waitForEnd(await upload(await makeDraft(), '\ufeffemail,name\r\n'));
  expect(result).toMatchObject({ status: 'completed', rows: 0, imported: 0, invalid: 0 });
  expect(result.warnings).toEqual(['Nobody was imported: the table has no rows.']);
});

/** A table of so many rows, of which the last seven repeat the addresses of the first seven. */
function bigFile(people: number): string {
  const rows = Array.from({ length: people }, (_, n) => {
    const note = `"says ""hi"", ${'x'.repeat(n % 90)}"`;
    return `p${n % (people - 7)}@big.example.com,Jürgen ${n},${note}\n`;
  });
  return `email,first_name,note\n${rows.join('')}`;
}

async function startWorkerProcess(): Promise<ChildProcess> {
  const worker = spawn(process.execPath, [path.resolve('test/peers/job-worker.ts'), test.url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(worker.stdout!, 'data');
  return worker;
}

it('an import adds every person exactly once when its workers are killed', async () => {
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
  const result = await waitForEnd(importId);
  expect(result).toMatchObject({
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

it('an import continues when the worker that held its job is gone', async () => {
  const id = await makeDraft();
  const importId = await upload(id, 'email\nx@y.de\n');
  await sql`update graphile_worker._private_jobs set locked_by = 'dead', locked_at = now(), attempts = 1`.execute(
    test.db,
  );
  expect(await waitForEnd(importId)).toMatchObject({ status: 'completed', imported: 1 });
});

it('a cancelled import stops', async () => {
  const id = await makeDraft();
  const importId = await upload(id, 'email\nx@y.de\n');
  expect((await call(cancelImport, { id: importId })).import.status).toBe('cancelled');
  expect(await waitForEnd(importId)).toMatchObject({ status: 'cancelled', imported: 0 });
  expect((await call(cancelImport, { id: importId })).import.status).toBe('cancelled');
});

it('an import fails with the reason when the roster is frozen meanwhile', async () => {
  const id = await makeDraft();
  const importId = await upload(id, 'email\nx@y.de\n');
  await sql`update campaigns set status = 'paused' where id = ${id}`.execute(test.db);
  expect(await waitForEnd(importId)).toMatchObject({
    status: 'failed',
    error: expect.stringContaining('paused'),
    imported: 0,
  });
  const refused = await fail(
    startImport,
    { id },
    { stream: streamOf(Buffer.from('email\nx@y.de\n')) },
  );
  expect(refused).toMatchObject({ status: 400, code: 'campaign.roster_frozen' });
});

it('an import fails with the reason when its file cannot be read', async () => {
  const importId = await upload(await makeDraft(), 'email\nx@y.de\n');
  await sql`update imports set mapping = mapping || '{"encoding": "klingon"}' where id = ${importId}`.execute(
    test.db,
  );
  await sql`update graphile_worker._private_jobs set max_attempts = 1`.execute(test.db);
  expect(await waitForEnd(importId)).toMatchObject({
    status: 'failed',
    error: expect.stringContaining('klingon'),
  });
});
