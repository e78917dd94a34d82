import { Readable } from 'node:stream';
import { afterAll, expect, it } from 'vitest';
import { startWorker } from '../../../src/engine/worker.ts';
import { createCampaign } from '../../../src/operations/campaigns/create.ts';
import { getImport } from '../../../src/operations/imports/get.ts';
import { listLeftOutRows } from '../../../src/operations/imports/left-out.ts';
import { listRejects } from '../../../src/operations/imports/rejects.ts';
import { startImport } from '../../../src/operations/imports/start.ts';
import { undoImport } from '../../../src/operations/imports/undo.ts';
import { addProspects } from '../../../src/operations/roster/add.ts';
import { confirmCsv } from '../../../src/operations/roster/confirm-csv.ts';
import { listRoster } from '../../../src/operations/roster/list.ts';
import { uploadCsv } from '../../../src/operations/roster/upload-csv.ts';
import { addSuppressions } from '../../../src/operations/suppressions/add.ts';
import { listSuppressions } from '../../../src/operations/suppressions/list.ts';
import { createCaller } from '../../fixtures/caller.ts';
import { testDatabase } from '../../fixtures/database.ts';

const test = await testDatabase();
const { call } = createCaller(test.services, test);
const worker = await startWorker(test.services);
afterAll(() => worker.stop());
let serial = 0;

async function draft(...people: object[]): Promise<string> {
  serial += 1;
  const { campaign } = await call(createCampaign, { type: 'email', name: `Updates ${serial}` });
  if (people.length > 0) await call(addProspects, { id: campaign.id, prospects: people });
  return campaign.id;
}

async function importInto(id: string, text: string, choices: object = {}) {
  const stream = Readable.from([Buffer.from(text)]);
  const started = await call(startImport, { id, ...choices }, { stream });
  const finished = await call(getImport, { id: started.import.id, wait: 20 });
  expect(finished.import.status).toBe('completed');
  return finished.import;
}

const roster = async (id: string) =>
  Object.fromEntries(
    (await call(listRoster, { id })).prospects.map((one) => [one.email!.split('@')[0], one]),
  );

const ann = {
  email: 'ann@people.test',
  first_name: 'Ann',
  company: 'Old',
  custom_fields: { city: 'Bern', size: '5' },
};

it('a file sent again leaves people as they are, and lists them', async () => {
  const id = await draft(ann);
  const file = 'Email,Company\nann@people.test,New\nbob@people.test,B\nBOB@people.test,C\n';
  const done = await importInto(id, file);
  expect(done).toMatchObject({ rows: 3, imported: 1, duplicates: 2, updated: 0 });
  const { rows } = await call(listLeftOutRows, { id: done.id });
  expect(rows).toEqual([
    { row: 2, kind: 'duplicate', identity: 'ann@people.test', detail: null },
    { row: 4, kind: 'repeated', identity: 'bob@people.test', detail: null },
  ]);
  expect((await roster(id)).ann).toMatchObject({ company: 'Old' });
  expect((await importInto(id, file)).warnings[0]).toBe(
    'Nobody was imported: 3 were there already.',
  );
});

it('a later row of the same person fills what the first left blank', async () => {
  const id = await draft();
  await importInto(
    id,
    [
      'Email,First Name,Company,City',
      'cid@people.test,,Acme,',
      'cid@people.test,Cid,Other,Rome',
      'cid@people.test,Sid,,Bonn\n',
    ].join('\n'),
  );
  expect((await roster(id)).cid).toMatchObject({
    first_name: 'Cid',
    name: 'Cid',
    company: 'Acme',
    custom_fields: { city: 'Rome' },
  });
});

it.each([
  ['fill', { company: 'Old', last_name: 'Lee', city: 'Bern', size: '5', zip: '3000' }],
  ['overwrite', { company: 'New', last_name: 'Lee', city: 'Rome', size: '5', zip: '3000' }],
])('existing=%s writes into the profiles of people who are there', async (existing, expected) => {
  const id = await draft(ann);
  const file = [
    'Email,Last Name,Company,City,Size,Zip',
    'ann@people.test,Lee,New,Rome,,3000',
    'dan@people.test,D,,,,\n',
  ].join('\n');
  const done = await importInto(id, file, { existing });
  expect(done).toMatchObject({ imported: 1, duplicates: 1, updated: 1, existing });
  const { company, last_name, ...custom } = expected;
  expect((await roster(id)).ann).toMatchObject({
    status: 'pending',
    first_name: 'Ann',
    name: 'Ann Lee',
    company,
    last_name,
    custom_fields: custom,
  });
  expect((await importInto(id, file, { existing })).updated).toBe(0);
});

it('an undo takes out the people that the import added, and nobody else', async () => {
  const id = await draft(ann);
  const kept = await importInto(id, 'Email\neve@people.test\n');
  const done = await importInto(id, 'Email\nann@people.test\nfay@people.test\ngus@people.test\n');
  await test.db
    .updateTable('prospects')
    .set({ sender_id: '0198a000-0000-7000-8000-000000000000', status: 'sent' })
    .where('email', '=', 'gus@people.test')
    .execute();
  const undone = await call(undoImport, { id: done.id });
  expect(undone).toMatchObject({ removed: 1, kept: 1, import: { removed: 1, imported: 2 } });
  expect(Object.keys(await roster(id)).sort()).toEqual(['ann', 'eve', 'gus']);
  expect(await call(undoImport, { id: done.id })).toMatchObject({ removed: 0, kept: 1 });
  expect((await call(getImport, { id: kept.id })).import.removed).toBeNull();
});

it('rows that say no are left out and suppressed, or only left out', async () => {
  const id = await draft();
  const file = (name: string) =>
    [
      'Email,Email Opt Out,Status',
      `${name}1@people.test,TRUE,`,
      `${name}2@people.test,,Bounced`,
      `${name}3@people.test,false,New\n`,
    ].join('\n');
  const done = await importInto(id, file('no'));
  expect(done).toMatchObject({ rows: 3, imported: 1, opted_out: 2, invalid: 0 });
  const { rows } = await call(listLeftOutRows, { id: done.id, kind: 'opted_out' });
  expect(rows.map(({ row, detail }) => [row, detail])).toEqual([
    [2, 'Email Opt Out: TRUE'],
    [3, 'Status: Bounced'],
  ]);
  const { suppressions } = await call(listSuppressions, { q: 'no' });
  expect(suppressions.map(({ value, reason }) => [value, reason]).sort()).toEqual([
    ['no1@people.test', 'import'],
    ['no2@people.test', 'import'],
  ]);
  const skipped = await importInto(id, file('skip'), { opt_outs: 'skip' });
  expect(skipped).toMatchObject({ imported: 1, opted_out: 2 });
  expect((await call(listSuppressions, { q: 'skip' })).suppressions).toEqual([]);
});

it('a preview tells what would become of the rows, and confirming does it', async () => {
  const id = await draft(ann);
  await call(addSuppressions, { items: [{ kind: 'domain', value: 'shut.test', reason: 'asked' }] });
  const rows = ['ann@people.test', 'hal@people.test', 'hal@people.test', 'ida@shut.test', 'nobody'];
  const text = `Email,Unsubscribed\n${rows.join(',\n')},\njoe@people.test,yes\n`;
  const upload = { filename: 'people.csv', bytes: Buffer.from(text) };
  const shown = await call(uploadCsv, { id }, { upload });
  expect(shown.outcome).toEqual({
    to_import: 2,
    invalid: 1,
    repeated: 1,
    already_there: 1,
    opted_out: 1,
    suppressed: 1,
    opt_out_columns: ['Unsubscribed'],
    reasons: [{ row: 6, reason: expect.stringContaining('not a valid email') }],
  });
  const { lead_list_id, auto_mapping: mapping, csv_text } = shown;
  const confirmed = await call(confirmCsv, { id, lead_list_id, mapping, csv_text });
  expect(confirmed).toMatchObject({
    imported: 2,
    duplicates: 2,
    invalid: 1,
    opted_out: 1,
    rejects: [{ row: 6 }],
  });
});

it('a batch with partial takes the good people and names the others', async () => {
  const id = await draft();
  const prospects = [{ email: 'kay@people.test' }, { first_name: 'Nobody' }, { email: 'x' }, 7];
  expect(await call(addProspects, { id, prospects, partial: true })).toEqual({
    imported: 1,
    duplicates: 0,
    invalid: 3,
    errors: [
      { index: 1, field: 'email', code: 'required', message: expect.any(String) },
      { index: 2, field: 'email', code: 'invalid_format', message: expect.any(String) },
      { index: 3, field: '', code: 'not_an_object', message: expect.any(String) },
    ],
  });
  expect(Object.keys(await roster(id))).toEqual(['kay']);
});

it('an import of nobody says so', async () => {
  const id = await draft();
  const done = await importInto(id, 'Email\n');
  expect(done.warnings[0]).toBe('Nobody was imported: the table has no rows.');
  const bad = await importInto(id, 'Email\nnobody\n');
  expect(bad.warnings[0]).toBe('Nobody was imported: 1 rows are not valid.');
  expect((await call(listRejects, { id: bad.id })).rejects).toMatchObject([{ row: 2 }]);
});
