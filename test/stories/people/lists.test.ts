import { describe, expect, it } from 'vitest';
import { createLead } from '../../../src/operations/leads/create.ts';
import { deleteLead } from '../../../src/operations/leads/delete.ts';
import { listLeads } from '../../../src/operations/leads/list.ts';
import { updateLead } from '../../../src/operations/leads/update.ts';
import { addListLeads } from '../../../src/operations/lists/add-leads.ts';
import { createList } from '../../../src/operations/lists/create.ts';
import { deleteList } from '../../../src/operations/lists/delete.ts';
import { importLeads } from '../../../src/operations/lists/import.ts';
import { listListLeads } from '../../../src/operations/lists/leads.ts';
import { listLists } from '../../../src/operations/lists/list.ts';
import { removeListLeads } from '../../../src/operations/lists/remove-leads.ts';
import { updateList } from '../../../src/operations/lists/update.ts';
import { createRosters } from '../../factories/rosters.ts';
import { createCaller } from '../../fixtures/caller.ts';
import { addWorkspace, testDatabase } from '../../fixtures/database.ts';

const test = await testDatabase();
const { call, fail, makeDraft } = createRosters(test);
let serial = 0;

async function makeList(leads: Record<string, unknown>[] = []): Promise<string> {
  serial += 1;
  const { list } = await call(createList, { name: `List ${serial}` });
  if (leads.length > 0) await call(importLeads, { leads, listId: list.id });
  return list.id;
}

describe('leads', () => {
  it("are created, found, changed and deleted in Puffle's shape", async () => {
    const given = {
      name: 'Grace Brewster Hopper',
      email: 'Grace@Navy.mil',
      title: 'Admiral',
      company: { name: 'Navy', domain: 'Navy.mil' },
      location: { city: 'Arlington' },
    };
    const { lead } = await call(createLead, { type: 'person', ...given });
    expect(lead).toMatchObject({
      type: 'person',
      name: { full: 'Grace Brewster Hopper', first: 'Grace', last: 'Brewster Hopper', aliases: [] },
      title: 'Admiral',
      company: { name: 'Navy', id: null, domain: 'navy.mil' },
      email: 'grace@navy.mil',
      contacts: [{ type: 'email', value: 'grace@navy.mil' }],
      location: { city: 'Arlington' },
      sources: [{ type: 'api' }],
      lists: [],
    });
    for (const filter of [
      { q: 'NAVY' },
      { role: 'admiral' },
      { location: 'arling' },
      { id: lead.id },
      { domain: 'navy', type: 'person' },
    ]) {
      expect((await call(listLeads, filter)).leads.map(({ id }) => id)).toEqual([lead.id]);
    }
    expect((await call(listLeads, { q: 'navy', type: 'company' })).total).toBe(0);
    const changed = await call(updateLead, {
      id: lead.id,
      title: null,
      socials: [{ type: 'linkedin', url: 'https://www.linkedin.com/in/Grace/?x=1' }],
    });
    expect(changed.lead).toMatchObject({
      title: null,
      email: 'grace@navy.mil',
      linkedinUrl: 'https://www.linkedin.com/in/grace',
    });
    expect(await call(deleteLead, { id: lead.id })).toEqual({ success: true });
    expect(await fail(listLeads, { id: lead.id })).toMatchObject({
      status: 404,
      code: 'lead.not_found',
    });
  });

  it('are refused with an address of another lead or a wrong field', async () => {
    const { lead } = await call(createLead, { name: 'A', email: 'a@one.de' });
    expect(await fail(createLead, { name: 'B', email: 'A@one.de' })).toMatchObject({
      status: 409,
      code: 'lead.exists',
      lead_id: lead.id,
    });
    const { lead: other } = await call(createLead, { name: 'B', email: 'b@one.de' });
    expect(await fail(updateLead, { id: other.id, email: 'a@one.de' })).toMatchObject({
      status: 409,
      code: 'lead.exists',
    });
    expect((await fail(createLead, { email: 'nonsense' })).errors).toMatchObject([
      { pointer: '/email', code: 'invalid_format' },
    ]);
    expect((await fail(createLead, { attributes: { a: '\u0000' } })).status).toBe(400);
    expect(await call(updateLead, { id: other.id, type: 'company' })).toMatchObject({
      lead: { type: 'person' },
      warnings: [{ pointer: '/type', code: 'ignored' }],
    });
    expect((await fail(updateLead, { id: other.id, kind: 'company' })).errors[0]).toMatchObject({
      pointer: '/kind',
      code: 'unknown_field',
    });
  });

  it('are read page by page with a cursor', async () => {
    const leads = Array.from({ length: 7 }, (_, n) => ({ email: `w${n}@walk.de` }));
    const list = await makeList(leads);
    const first = await call(listListLeads, { id: list, limit: 5 });
    expect(first).toMatchObject({ total: 7, hasMore: true });
    const second = await call(listListLeads, { id: list, limit: 5, cursor: first.nextCursor });
    expect(second).toMatchObject({ hasMore: false, nextCursor: null });
    expect(new Set([...first.leads, ...second.leads].map(({ email }) => email)).size).toBe(7);
  });
});

describe('lists', () => {
  it('are created, renamed, filled, emptied and deleted without their leads', async () => {
    const { lead } = await call(createLead, { name: 'L', email: 'l@lists.de' });
    const { list } = await call(createList, { leadIds: [lead.id, test.workspaceId] });
    expect(list).toMatchObject({
      name: 'Untitled List',
      leadType: 'person',
      leadCount: 1,
      personCount: 1,
      companyCount: 0,
      protected: false,
    });
    expect((await call(listLeads, { id: lead.id })).leads[0]!.lists).toEqual([list.id]);
    expect(
      (await call(updateList, { id: list.id, name: 'Hot', leadType: 'mixed' })).list,
    ).toMatchObject({
      name: 'Hot',
      leadType: 'mixed',
      description: null,
    });
    expect(await call(addListLeads, { id: list.id, leadIds: [lead.id] })).toEqual({ added: 0 });
    expect(await call(removeListLeads, { id: list.id, leadIds: [lead.id] })).toEqual({
      removed: 1,
    });
    expect(await call(addListLeads, { id: list.id, leadIds: [lead.id] })).toEqual({ added: 1 });
    expect(await call(deleteList, { id: list.id })).toEqual({ success: true });
    expect(await fail(listListLeads, { id: list.id })).toMatchObject({
      status: 404,
      code: 'list.not_found',
    });
    expect((await call(listLeads, { id: lead.id })).leads[0]!.lists).toEqual([]);
  });

  it('begin with "all", which holds every lead and cannot be changed or deleted', async () => {
    const all = (await call(listLists, {})).lists[0]!;
    expect(all).toMatchObject({ name: 'all', protected: true });
    expect(all.leadCount).toBe((await call(listLeads, {})).total);
    expect((await call(listListLeads, { id: all.id })).total).toBe(all.leadCount);
    for (const operation of [updateList, deleteList])
      expect(
        await fail(operation, { id: all.id, ...(operation === updateList ? { name: 'x' } : {}) }),
      ).toMatchObject({ code: 'list.protected' });
    expect((await fail(removeListLeads, { id: all.id, leadIds: [all.id] })).code).toBe(
      'list.protected',
    );
  });

  it('import up to 500 leads after a preview', async () => {
    await call(createLead, { email: 'known@im.de' });
    const list = await makeList();
    const leads = [
      { email: 'KNOWN@im.de' },
      { email: 'new@im.de', name: 'N' },
      { email: 'New@im.de' },
      { email: 'x' },
      { type: 'company', name: 'Im', domain: 'im.de' },
    ];
    const counts = {
      imported: 2,
      existing: 1,
      duplicates: 1,
      invalid: 1,
      errors: [{ index: 3, field: 'email' }],
    };
    expect(await call(importLeads, { leads, listId: list, preview: true })).toMatchObject({
      ...counts,
      addedToList: 0,
      preview: true,
    });
    expect((await call(listListLeads, { id: list })).total).toBe(0);
    expect(await call(importLeads, { leads, listId: list })).toMatchObject({
      ...counts,
      addedToList: 3,
    });
    expect((await call(listListLeads, { id: list, type: 'company' })).leads).toMatchObject([
      { domain: 'im.de' },
    ]);
    expect(
      (await fail(importLeads, { leads: Array.from({ length: 501 }, () => ({ name: 'x' })) }))
        .status,
    ).toBe(400);
    expect(await fail(importLeads, { leads, listId: await makeDraft() })).toMatchObject({
      code: 'list.not_found',
    });
  });
});

it('leads and lists are visible in their own workspace only', async () => {
  const listId = await makeList([{ email: 'apart@x.de' }]);
  const leadId = (await call(listListLeads, { id: listId })).leads[0]!.id;
  const other = createCaller(test.services, await addWorkspace(test.db, test.clock.now()));
  expect((await other.call(listLists, {})).lists).toMatchObject([{ name: 'all', leadCount: 0 }]);
  expect((await other.call(listLeads, {})).total).toBe(0);
  const calls = [
    other.fail(listListLeads, { id: listId }),
    other.fail(listListLeads, { id: test.workspaceId }),
    other.fail(addListLeads, { id: listId, leadIds: [leadId] }),
    other.fail(updateList, { id: listId, name: 'x' }),
    other.fail(deleteLead, { id: leadId }),
    other.fail(updateLead, { id: leadId, title: 'x' }),
  ];
  for (const refused of await Promise.all(calls)) expect(refused.status).toBe(404);
  const mine = await other.call(createList, { leadIds: [leadId] });
  expect(mine.list.leadCount).toBe(0);
});
