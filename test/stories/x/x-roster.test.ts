import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { startWorker } from '../../../src/engine/worker.ts';
import { getImport } from '../../../src/operations/imports/get.ts';
import { startImport } from '../../../src/operations/imports/start.ts';
import { createLead } from '../../../src/operations/leads/create.ts';
import { updateLead } from '../../../src/operations/leads/update.ts';
import { addListLeads } from '../../../src/operations/lists/add-leads.ts';
import { createList } from '../../../src/operations/lists/create.ts';
import { importLeads } from '../../../src/operations/lists/import.ts';
import { addProspects } from '../../../src/operations/roster/add.ts';
import { confirmCsv } from '../../../src/operations/roster/confirm-csv.ts';
import { importFromList } from '../../../src/operations/roster/import-from-list.ts';
import { listRoster } from '../../../src/operations/roster/list.ts';
import { updateProspect } from '../../../src/operations/roster/update.ts';
import { uploadCsv } from '../../../src/operations/roster/upload-csv.ts';
import { addSuppressions } from '../../../src/operations/suppressions/add.ts';
import { listSuppressions } from '../../../src/operations/suppressions/list.ts';
import { removeSuppression } from '../../../src/operations/suppressions/remove.ts';
import { createRosters } from '../../factories/rosters.ts';
import { testDatabase } from '../../fixtures/database.ts';

const test = await testDatabase();
const { call, fail, makeDraft } = createRosters(test);
const handlesOf = async (id: string) =>
  (await call(listRoster, { id })).prospects.map(({ x_handle }) => x_handle);

describe('people of an X campaign', () => {
  it('a prospect is known by handle, profile or user id, and added once', async () => {
    const id = await makeDraft('x');
    const given = [
      '@Jane_Doe',
      'https://x.com/jane_doe?s=20',
      'twitter.com/Joe',
      '44196397',
      'https://x.com/i/user/44196397',
    ];
    expect(
      await call(addProspects, { id, prospects: given.map((x_handle) => ({ x_handle })) }),
    ).toEqual({ imported: 3, duplicates: 2 });
    expect(await handlesOf(id)).toEqual(['jane_doe', 'joe', '44196397']);
    expect((await call(listRoster, { id, q: 'Jane' })).prospects).toHaveLength(1);
  });

  it('a prospect needs a valid handle', async () => {
    const id = await makeDraft('x');
    const { errors } = await fail(addProspects, {
      id,
      prospects: [{ email: 'a@x.de' }, { x_handle: 'no handle' }, { x_handle: '@123' }],
    });
    expect(errors.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual([
      '/prospects/0/x_handle required',
      '/prospects/1/x_handle invalid_format',
      '/prospects/2/x_handle invalid_format',
    ]);
  });

  it('a handle is optional in an email campaign and unique in one on X', async () => {
    const id = await makeDraft();
    const warned = await call(addProspects, {
      id,
      prospects: [
        { email: 'a@x.de', x_handle: '@Ann' },
        { email: 'b@x.de', x_handle: 'b b' },
      ],
    });
    expect(warned.warnings).toMatchObject([{ pointer: '/prospects/1/x_handle' }]);
    expect(await handlesOf(id)).toEqual(['ann', null]);
    const x = await makeDraft('x');
    await call(addProspects, { id: x, prospects: [{ x_handle: 'ann' }, { x_handle: 'bob' }] });
    const { prospects } = await call(listRoster, { id: x });
    const renamed = await call(updateProspect, {
      id: x,
      prospect_id: prospects[0]!.id,
      updates: { x_handle: 'x.com/Ann2' },
    });
    expect(renamed.prospect).toMatchObject({ x_handle: 'ann2' });
    expect(
      await fail(updateProspect, {
        id: x,
        prospect_id: prospects[0]!.id,
        updates: { x_handle: 'BOB' },
      }),
    ).toMatchObject({
      code: 'prospect.identity_taken',
    });
  });

  it('handles are read from uploaded tables', async () => {
    const id = await makeDraft('x');
    const bytes = Buffer.from(
      'Name,Twitter Handle,Followers\nJane,@Jane,10\nJoe,https://x.com/joe,20\nNobody,,30\n',
    );
    const read = await call(uploadCsv, { id }, { upload: { filename: 'people.csv', bytes } });
    expect(read.auto_mapping).toMatchObject({ x_handle: 'Twitter Handle', name: 'Name' });
    const { lead_list_id, csv_text, auto_mapping: mapping } = read;
    expect(await call(confirmCsv, { id, lead_list_id, csv_text, mapping })).toMatchObject({
      imported: 2,
      invalid: 1,
    });
    const { import: begun } = await call(
      startImport,
      { id },
      { stream: Readable.from([Buffer.from('x_handle,first_name\n@JANE,J\nnew_one,N\n')]) },
    );
    const worker = await startWorker(test.services);
    const done = await call(getImport, { id: begun.id, wait: 20 });
    await worker.stop();
    expect(done.import).toMatchObject({ status: 'completed', imported: 1, duplicates: 1 });
    expect(await handlesOf(id)).toEqual(['jane', 'joe', 'new_one']);
  });
});

describe('leads', () => {
  it('a lead has a handle of its own, from its field or its socials', async () => {
    const { lead } = await call(createLead, {
      name: 'Jane Doe',
      xHandle: 'https://x.com/JaneLead',
    });
    expect(lead).toMatchObject({ xHandle: 'janelead', socials: [] });
    const social = await call(createLead, {
      name: 'Joe',
      socials: [{ type: 'twitter', url: 'https://twitter.com/JoeLead' }],
    });
    expect(social.lead.xHandle).toBe('joelead');
    const link = await call(createLead, {
      name: 'Ann',
      socials: [{ type: 'x', url: 'https://example.com/ann' }],
    });
    expect(link.lead.xHandle, 'a link that names nobody on X is just a link').toBeNull();
    expect(await fail(createLead, { name: 'Twin', xHandle: '@joelead' })).toMatchObject({
      code: 'lead.exists',
      lead_id: social.lead.id,
    });
    expect(await fail(updateLead, { id: lead.id, xHandle: 'JoeLead' })).toMatchObject({
      code: 'lead.exists',
    });
    expect(
      (await fail(updateLead, { id: lead.id, xHandle: 'not a name' })).errors[0],
    ).toMatchObject({ pointer: '/xHandle' });
    expect((await call(updateLead, { id: lead.id, xHandle: null })).lead.xHandle).toBeNull();
  });

  it('leads are told apart by handle and copied into campaigns with it', async () => {
    const { list } = await call(createList, { name: 'On X' });
    const leads = [
      { name: 'A', xHandle: 'list_a' },
      { name: 'A again', xHandle: '@List_A' },
      { name: 'B', email: 'b@list.test' },
      { name: 'C', xHandle: '!' },
    ];
    const first = await call(importLeads, { leads, listId: list.id });
    expect(first).toMatchObject({
      imported: 2,
      duplicates: 1,
      invalid: 1,
      errors: [{ index: 3, field: 'xHandle' }],
    });
    expect(await call(importLeads, { leads: leads.slice(0, 1), listId: list.id })).toMatchObject({
      imported: 0,
      existing: 1,
    });
    const { lead } = await call(createLead, { name: 'D', xHandle: 'list_d' });
    await call(addListLeads, { id: list.id, leadIds: [lead.id] });
    const id = await makeDraft('x');
    const copied = await call(importFromList, { id, listId: list.id });
    expect(copied).toMatchObject({ imported: 2, invalid: 1, total: 3 });
    expect(await handlesOf(id)).toEqual(['list_a', 'list_d']);
    const filtered = await call(importFromList, {
      id: await makeDraft('x'),
      listId: list.id,
      filter: { where: [{ field: 'xHandle', operator: 'contains', value: 'LIST_D' }] },
    });
    expect(filtered).toMatchObject({ imported: 1, total: 1 });
  });
});

it('a handle can be suppressed and allowed again', async () => {
  expect(
    await call(addSuppressions, {
      items: [
        { kind: 'x', value: '@Never' },
        { kind: 'x', value: 'x.com/never' },
      ],
    }),
  ).toMatchObject({ added: 1, duplicates: 1 });
  expect(
    (await fail(addSuppressions, { items: [{ kind: 'x', value: 'n o' }] })).errors[0]!.message,
  ).toBe('This is not a handle or a user id on X.');
  expect((await call(listSuppressions, { kind: 'x' })).suppressions).toMatchObject([
    { kind: 'x', value: 'never' },
  ]);
  expect(await call(removeSuppression, { kind: 'x', value: 'https://x.com/Never' })).toEqual({
    success: true,
  });
});
