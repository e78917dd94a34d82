import { Readable } from 'node:stream';
import { afterAll, expect, it } from 'vitest';
import { startWorker } from '../../../src/engine/worker.ts';
import { createCampaign } from '../../../src/operations/campaigns/create.ts';
import { getImport } from '../../../src/operations/imports/get.ts';
import { listLeftOutRows } from '../../../src/operations/imports/left-out.ts';
import { startImport } from '../../../src/operations/imports/start.ts';
import { listRoster } from '../../../src/operations/roster/list.ts';
import { createCaller } from '../../fixtures/caller.ts';
import { testDatabase } from '../../fixtures/database.ts';

const test = await testDatabase();
const { call } = createCaller(test.services, test);
let jobs: Awaited<ReturnType<typeof startWorker>> | null = null;
let serial = 0;

afterAll(() => jobs?.stop());

async function makeDraft(): Promise<string> {
  serial += 1;
  return (await call(createCampaign, { type: 'email', name: `Table ${serial}` })).campaign.id;
}

async function upload(id: string, file: string | Buffer, options: object = {}): Promise<string> {
  const stream = Readable.from([Buffer.from(file)]);
  return (await call(startImport, { id, ...options }, { stream })).import.id;
}

/** Waits until the import has ended, and returns it. */
async function waitForEnd(id: string) {
  jobs ??= await startWorker(test.services);
  await expect
    .poll(async () => (await call(getImport, { id })).import, { timeout: 20_000, interval: 20 })
    .toMatchObject({ status: expect.stringMatching(/completed|failed|cancelled/) });
  return (await call(getImport, { id })).import;
}

it('an import keeps the person of a row whose note is too long, and drops the note', async () => {
  const note = '会\n'.repeat(200_000);
  const id = await makeDraft();
  const result = await waitForEnd(await upload(id, `email,note\na@x.de,"${note}"\nb@x.de,short\n`));
  expect(result).toMatchObject({ status: 'completed', rows: 2, imported: 2, invalid: 0 });
  expect(result.warnings).toEqual([expect.stringContaining('rows 1, such as note')]);
  expect((await call(listRoster, { id })).prospects.map((one) => one.custom_fields)).toEqual([
    null,
    { note: 'short' },
  ]);
});

it('an import takes nobody from behind a quote that is never closed', async () => {
  const open = `email,note\na@x.de,"${'x\n'.repeat(500_000)}`;
  const result = await waitForEnd(
    await upload(await makeDraft(), `${open}${'y\n'.repeat(100_000)}`),
  );
  expect(result).toMatchObject({ status: 'completed', rows: 1, imported: 0, invalid: 1 });
});

it('an import leaves out people who opted out, and says so before it begins', async () => {
  const id = await makeDraft();
  const importId = await upload(id, 'Email,Opt Out\na@x.de,yes\nb@x.de,\n');
  const begun = await call(getImport, { id: importId });
  expect(begun.import.warnings).toEqual([expect.stringContaining('"Opt Out"')]);
  const result = await waitForEnd(importId);
  expect(result).toMatchObject({ imported: 1, invalid: 0, opted_out: 1 });
  expect(result.warnings[1]).toContain('rows 1, such as Opt Out: yes');
  const { rows } = await call(listLeftOutRows, { id: importId });
  expect(rows).toMatchObject([{ row: 2, kind: 'opted_out', detail: 'Opt Out: yes' }]);
});

it('an import takes the said encoding, delimiter and header', async () => {
  const id = await makeDraft();
  const file = Buffer.from('Liste;1\nWer;Mail\n\xa3ucja, A.;a@x.de / b@x.de\n', 'latin1');
  const importId = await upload(id, file, {
    encoding: 'cp1250',
    delimiter: 'semicolon',
    header_row: 2,
    several_addresses: 'first',
    mapping: { email: 'Mail', first_name: 'Wer' },
  });
  expect(await waitForEnd(importId)).toMatchObject({ imported: 1, invalid: 0 });
  const { prospects } = await call(listRoster, { id });
  expect(prospects).toMatchObject([{ email: 'a@x.de', first_name: 'Łucja, A.' }]);
});

it('an import that brings nobody says so', async () => {
  const result = await waitForEnd(await upload(await makeDraft(), 'email,x\nnobody,1\n'));
  expect(result.warnings[0]).toBe('Nobody was imported: 1 rows are not valid.');
});
