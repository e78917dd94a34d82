import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { createList } from '../../../src/operations/lists/create.ts';
import { importLeads } from '../../../src/operations/lists/import.ts';
import { listListLeads } from '../../../src/operations/lists/leads.ts';
import { importFromList } from '../../../src/operations/roster/import-from-list.ts';
import { listRoster } from '../../../src/operations/roster/list.ts';
import { createRosters } from '../../factories/rosters.ts';
import { testDatabase } from '../../fixtures/database.ts';

const test = await testDatabase();
const { call, fail, makeDraft } = createRosters(test);
let serial = 0;

async function makeList(leads: Record<string, unknown>[]): Promise<string> {
  serial += 1;
  const { list } = await call(createList, { name: `List ${serial}` });
  await call(importLeads, { leads, listId: list.id });
  return list.id;
}

describe('copying a list into a campaign', () => {
  const people = [
    {
      email: 'a@copy.de',
      name: 'Ann A',
      title: 'CEO',
      company: 'Acme',
      industry: 'Steel',
      attributes: { tier: 1 },
    },
    { email: 'b@copy.de', name: 'Bob B', title: 'CTO' },
    { name: 'No Address', linkedinUrl: 'https://www.linkedin.com/in/none' },
    { email: 'c@copy.de', name: 'Cem C', title: 'ceo' },
  ];

  it('copies each lead once and reports the leads that lack an address', async () => {
    const listId = await makeList(people);
    const id = await makeDraft();
    const first = await call(importFromList, { id, listId });
    expect(first).toMatchObject({
      imported: 3,
      duplicates: 0,
      invalid: 1,
      total: 4,
      errors: [{ reason: expect.stringContaining('email') }],
    });
    const { prospects } = await call(listRoster, { id });
    expect(prospects.map(({ email }) => email)).toEqual(['a@copy.de', 'b@copy.de', 'c@copy.de']);
    expect(prospects[0]).toMatchObject({
      name: 'Ann A',
      position: 'CEO',
      company: 'Acme',
      custom_fields: { tier: 1, industry: 'Steel' },
      source: 'list',
      source_ref: listId,
    });
    const again = await fail(importFromList, { id, listId });
    expect(again).toMatchObject({
      status: 422,
      code: 'import.nothing',
      imported: 0,
      duplicates: 3,
      invalid: 1,
      total: 4,
    });
    const linkedin = await makeDraft('linkedin');
    expect(await call(importFromList, { id: linkedin, listId })).toMatchObject({
      imported: 1,
      invalid: 3,
    });
  });

  it('copies the leads that match a filter, in its order', async () => {
    const listId = await makeList(people);
    const copied = async (filter: Record<string, unknown>) => {
      const id = await makeDraft();
      await call(importFromList, { id, listId, filter });
      return (await call(listRoster, { id })).prospects.map(({ email }) => email?.[0]).join('');
    };
    expect(await copied({ where: [{ field: 'title', value: 'CEO' }] })).toBe('ac');
    expect(
      await copied({
        where: [
          { field: 'title', operator: 'neq', value: 'ceo' },
          { field: 'email', operator: 'is_not_empty' },
        ],
      }),
    ).toBe('b');
    expect(
      await copied({ where: [{ field: 'name', operator: 'in', value: ['Ann A', 'Bob B'] }] }),
    ).toBe('ab');
    expect(
      await copied({ where: [{ field: 'name', operator: 'not_contains', value: 'ann' }] }),
    ).toBe('bc');
    expect(
      await copied({ where: [{ field: 'email', operator: 'starts_with', value: 'B@' }] }),
    ).toBe('b');
    expect(await copied({ where: [{ field: 'industry', operator: 'is_empty' }] })).toBe('bc');
    expect(await copied({ orderBy: [{ field: 'email', direction: 'desc' }], limit: 2 })).toBe('cb');
    expect(await copied({ limit: 1 })).toBe('a');
    const [last] = (await call(listListLeads, { id: listId })).leads;
    expect(await copied({ leadIds: [last!.id] })).toBe(last!.email![0]);
  });

  it('copies thousands of leads from the list of all', async () => {
    await sql`insert into leads (workspace_id, id, type, email, created_at, updated_at)
      select ${test.workspaceId}, gen_random_uuid(), 'person', 'many' || n || '@x.de', now(), now() from generate_series(1, 4500) n`.execute(
      test.db,
    );
    const id = await makeDraft();
    const { imported } = await call(importFromList, {
      id,
      listId: test.workspaceId,
      filter: { where: [{ field: 'email', operator: 'starts_with', value: 'many' }] },
    });
    expect(imported).toBe(4500);
    expect((await call(listRoster, { id })).total).toBe(4500);
  });
});
