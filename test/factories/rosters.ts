import { sql } from 'kysely';
import { syncRules } from '../../src/engine/people/rules.ts';
import { newId } from '../../src/ids.ts';
import { createCampaign } from '../../src/operations/campaigns/create.ts';
import { getCampaign } from '../../src/operations/campaigns/get.ts';
import { addListLeads } from '../../src/operations/lists/add-leads.ts';
import { createList } from '../../src/operations/lists/create.ts';
import { removeListLeads } from '../../src/operations/lists/remove-leads.ts';
import { addProspects } from '../../src/operations/roster/add.ts';
import { listRoster } from '../../src/operations/roster/list.ts';
import { createCaller } from '../fixtures/caller.ts';
import type { TestDatabase } from '../fixtures/database.ts';

/** Steps that tests of the roster share: make drafts, add people, read the campaign's stats. */
export function createRosters(test: TestDatabase) {
  const { call, fail } = createCaller(test.services, test);
  let serial = 0;
  async function makeDraft(type = 'email', more: Record<string, unknown> = {}): Promise<string> {
    serial += 1;
    return (await call(createCampaign, { type, name: `Roster ${serial}`, ...more })).campaign.id;
  }

  async function fill(id: string, count: number): Promise<string[]> {
    await call(addProspects, {
      id,
      prospects: Array.from({ length: count }, (_, n) => ({ email: `p${n}@acme.example.com` })),
    });
    const { prospects } = await call(listRoster, { id, limit: 200 });
    return prospects.map((prospect) => prospect.id);
  }

  const setStatus = (id: string, status: string) =>
    sql`update campaigns set status = ${status} where id = ${id}`.execute(test.db);
  const stats = async (id: string) => (await call(getCampaign, { id })).campaign.stats;
  return { call, fail, makeDraft, fill, setStatus, stats };
}

/** Lists, leads, and campaigns that lists feed, made through the operations. */
export function createLists(test: TestDatabase) {
  const { db, services, workspaceId } = test;
  const caller = createCaller(services, test);
  const { call } = caller;
  let serial = 0;
  /** Leads with an address, straight into the database: name@example.com. Returns their ids. */
  const addLeads = async (
    names: readonly string[],
    type: 'email' | 'x_handle' = 'email',
  ): Promise<string[]> => {
    const now = services.clock.now();
    const ids = names.map(() => newId());
    const identities = names.map((name) => (type === 'email' ? `${name}@example.com` : name));
    await sql`insert into leads (workspace_id, id, type, ${sql.ref(type)}, first_name, created_at, updated_at)
      select ${workspaceId}, id, 'person', identity, name, ${now}, ${now}
      from unnest(${ids}::uuid[], ${identities}::text[], ${names}::text[]) as g (id, identity, name)`.execute(
      db,
    );
    return ids;
  };
  const makeList = async (leadIds: readonly string[] = []): Promise<string> => {
    serial += 1;
    return (await call(createList, { name: `List ${serial}`, leadIds })).list.id;
  };
  const put = (id: string, leadIds: readonly string[]) => call(addListLeads, { id, leadIds });
  const take = (id: string, leadIds: readonly string[]) => call(removeListLeads, { id, leadIds });
  const makeCampaign = async (fields: Record<string, unknown> = {}): Promise<string> => {
    serial += 1;
    return (await call(createCampaign, { type: 'email', name: `Fed ${serial}`, ...fields }))
      .campaign.id;
  };
  /** Syncs the lead rules until nothing is left to assess. */
  const settle = async (): Promise<void> => {
    while ((await syncRules(services)) > 0);
  };
  /** Statuses on the roster by first name; `off` for prospects that the rules removed. */
  const roster = async (campaignId: string): Promise<Record<string, string>> => {
    const { rows } = await sql<{ name: string; status: string }>`
      select p.first_name as name, case when p.end_reason like 'lead rules:%' then 'off' else p.status end as status from prospects p
      where p.workspace_id = ${workspaceId} and p.campaign_id = ${campaignId} order by 1`.execute(
      db,
    );
    return Object.fromEntries(rows.map((row) => [row.name, row.status]));
  };
  return { ...caller, addLeads, makeList, put, take, makeCampaign, settle, roster };
}
