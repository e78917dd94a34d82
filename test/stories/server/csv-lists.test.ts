import { Readable } from 'node:stream';
import { afterAll, expect, it } from 'vitest';
import { scanCsv } from '../../../src/domain/imports/csv.ts';
import { startWorker } from '../../../src/engine/worker.ts';
import { createCampaign } from '../../../src/operations/campaigns/create.ts';
import { getImport } from '../../../src/operations/imports/get.ts';
import { startImport } from '../../../src/operations/imports/start.ts';
import { addProspects } from '../../../src/operations/roster/add.ts';
import { addSuppressions } from '../../../src/operations/suppressions/add.ts';
import { importSuppressions } from '../../../src/operations/suppressions/import.ts';
import { listSuppressions } from '../../../src/operations/suppressions/list.ts';
import { testApi } from '../../fixtures/api.ts';
import { createCaller } from '../../fixtures/caller.ts';
import { testDatabase } from '../../fixtures/database.ts';

const test = await testDatabase();
const { call } = createCaller(test.services, test);
const send = await testApi(test.services).as(test);
const worker = await startWorker(test.services);
afterAll(() => worker.stop());
const dialect = { delimiter: ',', newline: '\n' } as const;
const table = (text: string) => scanCsv(text, dialect, { last: true }).records as string[][];
const accept = { accept: 'text/csv' };

async function draft(): Promise<string> {
  return (await call(createCampaign, { type: 'email', name: test.services.newId() })).campaign.id;
}

it('the people of a campaign come as one table, and no cell is a formula', async () => {
  const id = await draft();
  const odd = ['=1+1', '+49 170', '-x', '@SUM(A1)', '\tx', '＝1', 'plain, "quoted", text'];
  const prospects = Array.from({ length: 450 }, (_, n) => ({
    email: `p${n}@people.test`,
    company: odd[n] ?? 'Acme',
    custom_fields: { n },
  }));
  await call(addProspects, { id, prospects });
  const answer = await send(`GET /api/campaigns/${id}/leads`, undefined, accept);
  expect(answer).toMatchObject({
    status: 200,
    headers: {
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': 'attachment; filename="campaign_lead-list.csv"',
    },
  });
  const [header, ...rows] = table(answer.text);
  expect(rows).toHaveLength(450);
  const company = header!.indexOf('company');
  expect(rows.slice(0, 7).map((row) => row[company])).toEqual([
    "'=1+1",
    "'+49 170",
    "'-x",
    "'@SUM(A1)",
    'x',
    "'＝1",
    'plain, "quoted", text',
  ]);
  expect(new Set(rows.map((row) => row[header!.indexOf('email')])).size).toBe(450);
  const same = await send(`GET /api/campaigns/${id}/leads?format=csv&status=pending`);
  expect(same.text).toBe(answer.text);
});

it('a refusal of a table is a problem, and other answers have no such form', async () => {
  const missing = await send(`GET /api/campaigns/${test.services.newId()}/leads?format=csv`);
  expect(missing).toMatchObject({ status: 404, body: { code: 'campaign.not_found' } });
  expect(await send('GET /api/settings?format=csv')).toMatchObject({ status: 400 });
});

it('every list has the form', async () => {
  const id = await draft();
  const lists = [
    'leads?',
    'events?',
    'replies?',
    'people?q=p1&',
    'suppressions?',
    `campaigns/${id}/generate-messages?status=all&`,
  ];
  for (const list of lists) {
    const answer = await send(`GET /api/${list}format=csv`);
    expect([list, answer.status]).toEqual([list, 200]);
    expect(table(answer.text)[0]!.length).toBeGreaterThan(3);
  }
});

it('suppressions come whole, and from a file', async () => {
  const file = [
    'Email,Company',
    'ann@shut.test,Acme.com',
    'nobody,Acme.com',
    '"Bob <bob@shut.test>",',
    'shut.example',
    'https://www.linkedin.com/in/cid/',
    'ANN@shut.test,again',
    'just words',
  ].join('\n');
  const stream = Readable.from([Buffer.from(file)]);
  const done = await call(importSuppressions, { reason: 'old list' }, { stream });
  expect(done).toMatchObject({
    added: 4,
    duplicates: 1,
    invalid: 2,
    rejects: [{ row: 3 }, { row: 8 }],
  });
  const items = Array.from({ length: 1000 }, (_, n) => ({ value: `s${n}@people.test` }));
  const added = await call(addSuppressions, { items: [...items.slice(1), { value: 'nobody' }] });
  expect(added).toMatchObject({ added: 999, invalid: 1, errors: [{ index: 999 }] });
  const answer = await send('GET /api/suppressions?format=csv');
  expect(table(answer.text)).toHaveLength(1 + 4 + 999);
  const { total } = await call(listSuppressions, { q: 'shut' });
  expect(total).toBe(3);
});

it('the rejects of an import come as a file that is mended and sent again', async () => {
  const id = await draft();
  const imports = async (text: string) => {
    const stream = Readable.from([Buffer.from(text)]);
    const { import: started } = await call(startImport, { id }, { stream });
    return (await call(getImport, { id: started.id, wait: 20 })).import;
  };
  const done = await imports('Email;Phone;City\na@x.test;+49 1;Bern\nb(at)x.test;+49 2;"A; B"\n');
  expect(done).toMatchObject({ imported: 1, invalid: 1 });
  const { text } = await send(`GET /api/imports/${done.id}/rejects/file?format=csv`);
  expect(table(text)).toEqual([
    ['Email', 'Phone', 'City', 'import_row', 'import_reason'],
    ['b(at)x.test', "'+49 2", 'A; B', '3', expect.stringContaining('not a valid email')],
  ]);
  expect(await imports(text.replace('(at)', '@'))).toMatchObject({ imported: 1, invalid: 0 });
  const { body } = await send(`GET /api/campaigns/${id}/leads`);
  expect(body.prospects).toMatchObject([
    { custom_fields: { phone: '+49 1' } },
    { custom_fields: { phone: '+49 2', city: 'A; B' } },
  ]);
  expect((body.prospects as { custom_fields: object }[])[1]!.custom_fields).not.toHaveProperty(
    'import_reason',
  );
});
