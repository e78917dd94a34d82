import { expect, it } from 'vitest';
import { createCampaign } from '../../../src/operations/campaigns/create.ts';
import { confirmCsv } from '../../../src/operations/roster/confirm-csv.ts';
import { listRoster } from '../../../src/operations/roster/list.ts';
import { uploadCsv } from '../../../src/operations/roster/upload-csv.ts';
import { writeWorkbook } from '../../factories/workbook.ts';
import { createCaller } from '../../fixtures/caller.ts';
import { testDatabase } from '../../fixtures/database.ts';

const test = await testDatabase();
const { call, fail } = createCaller(test.services, test);
let serial = 0;

async function makeDraft(type = 'email'): Promise<string> {
  serial += 1;
  return (await call(createCampaign, { type, name: `Upload ${serial}` })).campaign.id;
}

const csvLines = [
  'Vorname;Nachname;E-Mail;Lieblings-Farbe',
  'Jörg;Müller;JOERG@x.de;blau',
  'Eva;"Maus; die";eva@x.de;',
  'ohne;;;',
  'zu;viele;a@x.de;b;c',
  'Eva;Zwei;EVA@x.de;rot',
];
const csv = Buffer.from(csvLines.map((line) => `${line}\n`).join(''), 'latin1');
const workbook = writeWorkbook([
  ['First Name', 'Email', 'Employees'],
  ['Ann & Co', 'ann@x.de', 12],
  ['Bob', 'bob@x.de', 3.5],
]);

it('upload-csv suggests a mapping and stores nothing until confirm-csv imports it', async () => {
  const id = await makeDraft();
  const read = await call(uploadCsv, { id }, { upload: { filename: 'people.csv', bytes: csv } });
  expect(read).toMatchObject({
    columns: ['Vorname', 'Nachname', 'E-Mail', 'Lieblings-Farbe'],
    auto_mapping: { first_name: 'Vorname', last_name: 'Nachname', email: 'E-Mail', company: null },
    total_rows: 5,
  });
  expect(read.preview_rows[0]).toEqual({
    Vorname: 'Jörg',
    Nachname: 'Müller',
    'E-Mail': 'JOERG@x.de',
    'Lieblings-Farbe': 'blau',
  });
  expect((await call(listRoster, { id })).total).toBe(0);
  const { lead_list_id, csv_text, auto_mapping: mapping } = read;
  const result = await call(confirmCsv, { id, lead_list_id, csv_text, mapping });
  expect(result).toMatchObject({ imported: 2, duplicates: 1, invalid: 2 });
  expect(result.rejects.map(({ row, reason }) => [row, reason.slice(0, 20)])).toEqual([
    [4, 'email: There is no v'],
    [5, 'The row has 5 values'],
  ]);
  const { prospects } = await call(listRoster, { id });
  expect(
    prospects.map(({ name, custom_fields, source, source_ref }) => [
      name,
      custom_fields,
      source,
      source_ref,
    ]),
  ).toEqual([
    ['Jörg Müller', { lieblingsfarbe: 'blau' }, 'csv', lead_list_id],
    ['Eva Maus; die', { lieblingsfarbe: 'rot' }, 'csv', lead_list_id],
  ]);
  expect(await call(confirmCsv, { id, lead_list_id, csv_text, mapping })).toMatchObject({
    imported: 0,
    duplicates: 3,
  });
});

it('upload-csv reads Excel files', async () => {
  const id = await makeDraft();
  const read = await call(
    uploadCsv,
    { id },
    { upload: { filename: 'people.xlsx', bytes: workbook } },
  );
  expect(read).toMatchObject({
    total_rows: 2,
    auto_mapping: { first_name: 'First Name', email: 'Email' },
  });
  await call(confirmCsv, {
    id,
    lead_list_id: read.lead_list_id,
    csv_text: read.csv_text,
    mapping: read.auto_mapping,
  });
  const { prospects } = await call(listRoster, { id });
  expect(
    prospects.map(({ first_name, email, custom_fields }) => [first_name, email, custom_fields]),
  ).toEqual([
    ['Ann & Co', 'ann@x.de', { employees: '12' }],
    ['Bob', 'bob@x.de', { employees: '3.5' }],
  ]);
});

it('confirm-csv does not block other work while it imports 300,000 rows', async () => {
  const id = await makeDraft();
  let longestTurnMs = 0;
  let lastTurn = performance.now();
  let running = true;
  const measure = (): void => {
    longestTurnMs = Math.max(longestTurnMs, performance.now() - lastTurn);
    lastTurn = performance.now();
    if (running) setImmediate(measure);
  };
  measure();
  const startedAt = performance.now();
  const csv_text = `email\n${'nobody\n'.repeat(300_000)}one@x.de\n`;
  const result = await call(confirmCsv, {
    id,
    lead_list_id: test.workspaceId,
    csv_text,
    mapping: { email: 'email' },
  });
  const totalMs = performance.now() - startedAt;
  running = false;
  expect(result).toMatchObject({ imported: 1, duplicates: 0, invalid: 300_000 });
  expect([result.rejects.length, result.rejects.at(-1)]).toMatchObject([
    100,
    { row: 101, raw: 'nobody' },
  ]);
  expect(longestTurnMs).toBeLessThan(totalMs / 2);
  const large = Buffer.from(`email\n${'a\n'.repeat(500_001)}`);
  expect(
    await fail(uploadCsv, { id }, { upload: { filename: 'large.csv', bytes: large } }),
  ).toMatchObject({ code: 'import.unreadable' });
});

it('upload-csv drops NUL characters from cells, so that its answer can be sent back', async () => {
  const id = await makeDraft();
  const bytes = Buffer.from('email,first_name\nnul@x.de,N\u0000ell\n');
  const read = await call(
    uploadCsv,
    { id },
    { upload: { filename: 'nul.csv', bytes }, idempotencyKey: 'nul' },
  );
  expect(read).toMatchObject({
    csv_text: 'email,first_name\nnul@x.de,Nell\n',
    preview_rows: [{ first_name: 'Nell' }],
  });
});

it('a file that is not a table is refused, and so is a mapping without the identity', async () => {
  const id = await makeDraft();
  const broken = Buffer.concat([workbook.subarray(0, 300), Buffer.alloc(50)]);
  const files = {
    'empty.csv': Buffer.alloc(0),
    'picture.png': Buffer.from('\u0089PNG\u0000\u0001', 'latin1'),
    'broken.xlsx': broken,
    'old.xls': Buffer.from('d0cf11e0a1b11ae1', 'hex'),
  };
  for (const [filename, bytes] of Object.entries(files)) {
    expect(await fail(uploadCsv, { id }, { upload: { filename, bytes } }), filename).toMatchObject({
      status: 400,
      code: 'import.unreadable',
    });
  }
  const lead_list_id = test.workspaceId;
  const unmapped = await fail(confirmCsv, {
    id,
    lead_list_id,
    csv_text: 'a,b\nx@y.de,c\n',
    mapping: { first_name: 'b' },
  });
  expect(unmapped).toMatchObject({
    status: 400,
    errors: [{ pointer: '/mapping/email', code: 'required' }],
  });
  expect(
    (await fail(confirmCsv, { id, lead_list_id, csv_text: '\n', mapping: { email: 'a' } })).code,
  ).toBe('import.unreadable');
});
