import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { maxPageDepth } from '../../../src/domain/page.ts';
import { createLead } from '../../../src/operations/leads/create.ts';
import { deleteLead } from '../../../src/operations/leads/delete.ts';
import { listLeads } from '../../../src/operations/leads/list.ts';
import { createList } from '../../../src/operations/lists/create.ts';
import { deleteList } from '../../../src/operations/lists/delete.ts';
import { listListLeads } from '../../../src/operations/lists/leads.ts';
import { listLists } from '../../../src/operations/lists/list.ts';
import { removeListLeads } from '../../../src/operations/lists/remove-leads.ts';
import { listSuppressions } from '../../../src/operations/suppressions/list.ts';
import { createCaller } from '../../fixtures/caller.ts';
import { addWorkspace, testDatabase } from '../../fixtures/database.ts';

const test = await testDatabase();
const { db, clock } = test.services;

describe('counts of leads', () => {
  it('stay right when leads and lists are changed or deleted', async () => {
    const { call } = createCaller(test.services, test);
    const lead = async (type: string, name: string) =>
      (await call(createLead, { type, name })).lead.id;
    const people = [
      await lead('person', 'A'),
      await lead('person', 'B'),
      await lead('person', 'C'),
    ];
    const company = await lead('company', 'Firm');
    const { list } = await call(createList, {
      name: 'Mixed',
      leadType: 'mixed',
      leadIds: [...people, company],
    });
    const { list: gone } = await call(createList, { name: 'Gone', leadIds: people });
    await call(removeListLeads, { id: list.id, leadIds: [people[0]!] });
    await call(deleteLead, { id: people[1]! });
    await call(deleteLead, { id: company });
    await call(deleteList, { id: gone.id });
    const { lists } = await call(listLists, {});
    expect(lists).toMatchObject([
      { name: 'all', leadCount: 2, personCount: 2, companyCount: 0 },
      { name: 'Mixed', leadCount: 1, personCount: 1, companyCount: 0 },
    ]);
    expect((await call(listListLeads, { id: list.id })).total).toBe(1);
    const { rows } = await sql<{
      n: number;
    }>`select sum(n)::int as n from lead_counts where list_id = ${gone.id}`.execute(db);
    expect(rows).toEqual([{ n: 0 }]);
  });
});

describe('with more rows than one request reads', () => {
  let caller: ReturnType<typeof createCaller>;

  beforeAll(async () => {
    const other = await addWorkspace(db, clock.now());
    caller = createCaller(test.services, other);
    // The ids follow the numbers, so that the first lead is the oldest.
    await sql`
      insert into leads (workspace_id, id, type, name, created_at, updated_at)
      select ${other.workspaceId}, ('00000000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, 'person', 'Lead ' || i, now(), now() from generate_series(1, ${maxPageDepth + 10}::int) as i`.execute(
      db,
    );
    await sql`
      insert into suppressions (workspace_id, kind, value, reason, created_at)
      select ${other.workspaceId}, 'email', 's' || i || '@x.de', 'bounced', now() + i * interval '1 second' from generate_series(1, ${maxPageDepth + 10}::int) as i`.execute(
      db,
    );
  });

  it('a search continues with the cursor until all leads were read', async () => {
    const { call } = caller;
    const first = await call(listLeads, { name: 'Lead 7', limit: 500, q: 'lead 7' });
    expect(first).toMatchObject({ hasMore: true });
    const none = await call(listLeads, { q: 'Lead 00' });
    expect(none).toMatchObject({ leads: [], total: 0, hasMore: true });
    expect(await call(listLeads, { q: 'Lead 00', cursor: none.nextCursor })).toMatchObject({
      leads: [],
      hasMore: false,
      nextCursor: null,
    });
    const oldest = await call(listLeads, { q: 'lead 1', cursor: none.nextCursor });
    expect(oldest.leads.map((lead) => lead.name.full)).toEqual(['Lead 10', 'Lead 1']);
    expect((await call(listLeads, {})).total).toBe(maxPageDepth + 10);
  });

  it('an old suppression is found by its beginning, and too deep a page is refused', async () => {
    const { call, fail } = caller;
    expect((await call(listSuppressions, { q: 's1@' })).suppressions).toMatchObject([
      { value: 's1@x.de' },
    ]);
    expect((await call(listSuppressions, { limit: 1000, page: 51 })).suppressions).toHaveLength(10);
    expect(await fail(listSuppressions, { limit: 1000, page: 52 })).toMatchObject({
      status: 400,
      errors: [{ pointer: '/page', code: 'too_deep' }],
    });
  });
});
