import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../database.ts';
import { camelRows } from '../rows.ts';
import type { CampaignId } from '../scope.ts';

export type RuleScalars = {
  exclude_contacted: boolean;
  exclude_mutuals: boolean;
  detach_behavior: string;
  leave_behavior: string;
};
export type RuleList = {
  id: string;
  name: string | null;
  role: 'synced' | 'excluded' | 'unlinking';
  columnMapping: Record<string, string>;
};
export type LeadRules = RuleScalars & { lists: RuleList[]; synced_at: Date | null };

export const unruled: LeadRules = {
  exclude_contacted: false,
  exclude_mutuals: false,
  detach_behavior: 'remove',
  leave_behavior: 'finish',
  lists: [],
  synced_at: null,
};

/**
 * The rules of a campaign, its lists in their order; one without rules has the ones that do
 * nothing.
 */
export async function readRules(
  db: Db,
  { workspaceId, campaignId }: CampaignId,
): Promise<LeadRules> {
  const { rows } = await sql<LeadRules>`
    select exclude_contacted, exclude_mutuals, detach_behavior, leave_behavior, synced_at
    from lead_rules where workspace_id = ${workspaceId} and campaign_id = ${campaignId}`.execute(
    db,
  );
  if (!rows[0]) return unruled;
  const lists = await camelRows<RuleList>(
    db,
    sql`
    select r.list_id as id, l.name, r.role, r.column_mapping
    from rule_lists r left join lists l on l.workspace_id = r.workspace_id and l.id = r.list_id
    where r.workspace_id = ${workspaceId} and r.campaign_id = ${campaignId} order by r.position, r.list_id`,
  );
  return { ...rows[0], lists };
}

/** Writes the rules, and waits for a sync that goes by the old ones. */
export async function saveRules(
  db: Db,
  { workspaceId, campaignId }: CampaignId,
  rules: RuleScalars,
): Promise<void> {
  await sql`
    insert into lead_rules (workspace_id, campaign_id, exclude_contacted, exclude_mutuals, detach_behavior, leave_behavior)
    values (${workspaceId}, ${campaignId}, ${rules.exclude_contacted}, ${rules.exclude_mutuals}, ${rules.detach_behavior}, ${rules.leave_behavior})
    on conflict (workspace_id, campaign_id) do update set exclude_contacted = excluded.exclude_contacted, exclude_mutuals = excluded.exclude_mutuals,
      detach_behavior = excluded.detach_behavior, leave_behavior = excluded.leave_behavior`.execute(
    db,
  );
  await sql`update campaigns set ruled = true where workspace_id = ${workspaceId} and id = ${campaignId} and not ruled`.execute(
    db,
  );
}

/** Makes these the lists of the rules. */
export async function replaceRuleLists(
  db: Db,
  { workspaceId, campaignId }: CampaignId,
  lists: readonly Omit<RuleList, 'name'>[],
): Promise<void> {
  await sql`
    delete from rule_lists where workspace_id = ${workspaceId} and campaign_id = ${campaignId}
      and list_id <> all (${lists.map((list) => list.id)}::uuid[])`.execute(db);
  await sql`
    insert into rule_lists (workspace_id, campaign_id, list_id, role, position, column_mapping)
    select ${workspaceId}, ${campaignId}, id, role, position, mapping
    from unnest(${lists.map((list) => list.id)}::uuid[], ${lists.map((list) => list.role)}::text[],
      ${lists.map((list) => JSON.stringify(list.columnMapping))}::jsonb[]) with ordinality as g (id, role, mapping, position)
    on conflict (workspace_id, campaign_id, list_id) do update set role = excluded.role, position = excluded.position,
      column_mapping = excluded.column_mapping`.execute(db);
}

/**
 * Those of these lists that there are, locked: a change of their leads that is under way is waited
 * for, and later ones wait. So each of them either finds the rules, or is found by the walk.
 */
export async function lockLists(
  db: Db,
  workspaceId: string,
  ids: readonly string[],
): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select id from lists where workspace_id = ${workspaceId} and id = any (${ids}::uuid[]) order by id for update`.execute(
    db,
  );
  return new Set(rows.map((row) => row.id));
}

/** Campaigns with rules that name a list. */
export async function campaignsOfList(
  db: Db,
  { workspaceId, listId }: { workspaceId: string; listId: string },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select campaign_id as id from rule_lists where workspace_id = ${workspaceId} and list_id = ${listId} order by campaign_id`.execute(
    db,
  );
  return rows.map((row) => row.id);
}

/** Whether the rules of a launched campaign name one of these lists in one of these roles. */
export async function isFeeding(
  db: Db,
  {
    workspaceId,
    listIds,
    roles,
  }: { workspaceId: string; listIds: readonly string[]; roles: readonly RuleList['role'][] },
): Promise<boolean> {
  const { rows } = await sql`
    select 1 from rule_lists r
    join campaigns c on c.workspace_id = r.workspace_id and c.id = r.campaign_id and c.status <> 'draft'
    where r.workspace_id = ${workspaceId} and r.list_id = any (${listIds}::uuid[]) and r.role = any (${roles}::text[]) limit 1`.execute(
    db,
  );
  return rows.length > 0;
}

/** Has everybody looked at anew: all leads of the synced lists, and all that were ever enrolled. */
export async function requestReassessment(
  db: Db,
  { workspaceId, campaignId }: CampaignId,
): Promise<void> {
  await sql`
    update lead_rules r set walk_after = '00000000-0000-0000-0000-000000000000', walk_fed = r.fed, walk_new = n.n - r.fed
    from (
      select count(*)::int as n from (
        select m.lead_id from rule_lists s join list_leads m on m.workspace_id = s.workspace_id and m.list_id = s.list_id
        where s.workspace_id = ${workspaceId} and s.campaign_id = ${campaignId} and s.role = 'synced'
        union select lead_id from enrolments where workspace_id = ${workspaceId} and campaign_id = ${campaignId}
      ) as leads
    ) as n
    where r.workspace_id = ${workspaceId} and r.campaign_id = ${campaignId}`.execute(db);
}

/**
 * How far the rules of a campaign are carried out. `unassessed` are not fed now, `reassessed` are;
 * `removed` are on the roster, but out of scope.
 */
export type RuleProgress = {
  campaignId: string;
  syncing: boolean;
  unassessed: number;
  reassessed: number;
  removed: number;
};

export async function readRuleProgress(
  db: Db,
  workspaceId: string,
  campaignIds: readonly string[],
): Promise<Map<string, RuleProgress>> {
  if (campaignIds.length === 0) return new Map();
  const rows = await camelRows<RuleProgress>(
    db,
    sql`
    select r.campaign_id, r.walk_after is not null or m.all_marked > 0 as syncing,
      (case when r.walk_after is null then 0 else greatest(r.walk_new, 0) end + m.all_marked - m.fed_marked)::int as unassessed,
      (case when r.walk_after is null then 0 else greatest(r.walk_fed, 0) end + m.fed_marked)::int as reassessed, r.removed
    from lead_rules r cross join lateral (
      select count(distinct k.lead_id) as all_marked, count(distinct k.lead_id) filter (where e.state = 'in') as fed_marked
      from sync_marks k left join enrolments e on e.workspace_id = k.workspace_id and e.campaign_id = k.campaign_id and e.lead_id = k.lead_id
      where k.workspace_id = r.workspace_id and k.campaign_id = r.campaign_id
    ) as m
    where r.workspace_id = ${workspaceId} and r.campaign_id = any (${campaignIds}::uuid[])`,
  );
  return new Map(rows.map((row) => [row.campaignId, row]));
}

/** Of a campaign in a statement: whether any list feeds it. */
export const isFed = (workspaceId: RawBuilder<unknown>, campaignId: RawBuilder<unknown>) =>
  sql<boolean>`exists (select 1 from rule_lists live where live.workspace_id = ${workspaceId} and live.campaign_id = ${campaignId} and live.role = 'synced')`;
/** Of a campaign in a statement: whether its rules are being carried out for everybody. */
export const isWalked = (workspaceId: RawBuilder<unknown>, campaignId: RawBuilder<unknown>) =>
  sql<boolean>`exists (select 1 from lead_rules walk where walk.workspace_id = ${workspaceId} and walk.campaign_id = ${campaignId} and walk.walk_after is not null)`;
