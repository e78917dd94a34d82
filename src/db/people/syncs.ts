import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../database.ts';
import { camelRows } from '../rows.ts';
import type { CampaignId } from '../scope.ts';
import { isFed } from './rules.ts';

/**
 * Campaigns with somebody to look at, of all workspaces or of one. As many look-ups as there are
 * campaigns.
 */
export async function campaignsToSync(
  db: Db,
  { scope, limit }: { scope: 'all' | { sandbox: string }; limit: number },
): Promise<CampaignId[]> {
  const of = (column: RawBuilder<unknown>) =>
    scope === 'all' ? sql`true` : sql`${column} = ${scope.sandbox}`;
  const rows = await camelRows<CampaignId>(
    db,
    sql`
    with recursive marked as (
      (select workspace_id, campaign_id from sync_marks where ${of(sql`workspace_id`)} order by 1, 2 limit 1)
      union all select n.* from marked m cross join lateral (
        select workspace_id, campaign_id from sync_marks where (workspace_id, campaign_id) > (m.workspace_id, m.campaign_id) and ${of(sql`workspace_id`)}
        order by 1, 2 limit 1) n
    )
    select workspace_id, campaign_id from (
      select * from marked union select workspace_id, campaign_id from lead_rules where walk_after is not null and ${of(sql`workspace_id`)}
    ) as waiting order by 1, 2 limit ${limit}`,
  );
  return rows;
}

export type Syncing = {
  type: string;
  status: string;
  localHours: boolean;
  walkAfter: string | null;
};

/** A campaign that is gone, or has no rules: nobody looks at its leads any more. */
export type Unruled = 'unruled';

/**
 * Locks the campaign and its rules until the transaction ends; null when another transaction holds
 * either. Ticks go on meanwhile, because a claim is visible in the prospect's own row. A completed
 * campaign is locked exclusively, because a new prospect makes it active.
 */
export async function lockSync(
  db: Db,
  { workspaceId, campaignId }: CampaignId,
): Promise<Syncing | Unruled | null> {
  const found = await sql<{ status: string }>`
    select c.status from campaigns c join lead_rules r on r.workspace_id = c.workspace_id and r.campaign_id = c.id
    where c.workspace_id = ${workspaceId} and c.id = ${campaignId}`.execute(db);
  if (!found.rows[0]) return 'unruled';
  const alone = found.rows[0].status === 'completed';
  const rows = await camelRows<Omit<Syncing, 'walkAfter'>>(
    db,
    sql`
    select type, status, local_hours from campaigns where workspace_id = ${workspaceId} and id = ${campaignId}
      and (status = 'completed') = ${alone} ${alone ? sql`for no key update` : sql`for share`} skip locked`,
  );
  if (!rows[0]) return null;
  const rules = await camelRows<{ walkAfter: string | null }>(
    db,
    sql`
    select walk_after from lead_rules where workspace_id = ${workspaceId} and campaign_id = ${campaignId} for update skip locked`,
  );
  return rules[0] ? { ...rows[0], ...rules[0] } : null;
}

const stateOf = ({ workspaceId, campaignId }: CampaignId) =>
  sql`select state from enrolments where workspace_id = ${workspaceId} and campaign_id = ${campaignId}`;

export type MarkedLead = { id: string; state: string | null };

/** Takes up to `limit` marks. Returns the leads they name, each once, with how they stand. */
export async function takeMarks(
  db: Db,
  { workspaceId, campaignId }: CampaignId,
  limit: number,
): Promise<MarkedLead[]> {
  const { rows } = await sql<MarkedLead>`
    with taken as (
      delete from sync_marks where workspace_id = ${workspaceId} and campaign_id = ${campaignId} and id <= (
        select max(id) from (
          select id from sync_marks where workspace_id = ${workspaceId} and campaign_id = ${campaignId} order by id limit ${limit}) as first) returning lead_id
    )
    select t.lead_id as id, e.state from (select distinct lead_id from taken) t
    left join lateral (${stateOf({ workspaceId, campaignId })} and lead_id = t.lead_id offset 0) e on true order by t.lead_id`.execute(
    db,
  );
  return rows;
}

/** Has these leads looked at again. */
export async function markLeads(
  db: Db,
  { workspaceId, campaignId }: CampaignId,
  leadIds: readonly string[],
): Promise<void> {
  if (leadIds.length === 0) return;
  await sql`insert into sync_marks (workspace_id, campaign_id, lead_id)
    select ${workspaceId}, ${campaignId}, unnest(${leadIds}::uuid[])`.execute(db);
}

/** Drops the marks of a campaign that nobody looks at any more. */
export async function dropMarks(db: Db, { workspaceId, campaignId }: CampaignId): Promise<void> {
  await sql`delete from sync_marks where workspace_id = ${workspaceId} and campaign_id = ${campaignId}`.execute(
    db,
  );
}

/**
 * The next leads of a walk, in the order of their ids: those of the synced lists, and those that
 * were ever enrolled.
 */
export async function walkLeads(
  db: Db,
  { workspaceId, campaignId }: CampaignId,
  { after, synced, limit }: { after: string; synced: readonly string[]; limit: number },
): Promise<MarkedLead[]> {
  const { rows } = await sql<MarkedLead>`
    select c.lead_id as id, e.state from (
      select lead_id from (
        select m.lead_id from unnest(${synced}::uuid[]) as s (id) cross join lateral (
          select lead_id from list_leads where workspace_id = ${workspaceId} and list_id = s.id and lead_id > ${after} order by lead_id limit ${limit}) m
        union select k.lead_id from (
          select lead_id from enrolments where workspace_id = ${workspaceId} and campaign_id = ${campaignId} and lead_id > ${after}
          order by lead_id limit ${limit}) k
      ) u order by lead_id limit ${limit}
    ) c left join lateral (${stateOf({ workspaceId, campaignId })} and lead_id = c.lead_id offset 0) e on true
    order by c.lead_id`.execute(db);
  return rows;
}

/** How far a batch has come: counts are differences. `walkAfter` is null at the end of a walk. */
export type SyncStep = {
  fed: number;
  removed: number;
  walk?: { after: string | null; fresh: number; fed: number };
};

/** Notes it with the batch. The end of a walk lets go of the lists that were being unlinked. */
export async function saveSyncStep(
  db: Db,
  { workspaceId, campaignId }: CampaignId,
  { fed, removed, walk, now }: SyncStep & { now: Date },
): Promise<{ fed: number; removed: number }> {
  const ends = walk?.after === null;
  const { rows } = await sql<{ fed: number; removed: number }>`
    update lead_rules set fed = fed + ${fed}, removed = removed + ${removed},
      walk_after = case when ${walk !== undefined} then ${walk?.after ?? null}::uuid else walk_after end,
      walk_new = case when ${ends} then 0 else walk_new - ${walk?.fresh ?? 0} end, walk_fed = case when ${ends} then 0 else walk_fed - ${walk?.fed ?? 0} end,
      synced_at = case when ${ends} then ${now} else synced_at end
    where workspace_id = ${workspaceId} and campaign_id = ${campaignId} returning fed, removed`.execute(
    db,
  );
  if (ends)
    await sql`delete from rule_lists where workspace_id = ${workspaceId} and campaign_id = ${campaignId} and role = 'unlinking'`.execute(
      db,
    );
  return rows[0]!;
}

/** Whether any list feeds a campaign. */
export async function hasSyncedLists(
  db: Db,
  { workspaceId, campaignId }: CampaignId,
): Promise<boolean> {
  const { rows } = await sql<{
    live: boolean;
  }>`select ${isFed(sql`${workspaceId}`, sql`${campaignId}`)} as live`.execute(db);
  return rows[0]!.live;
}

/** Whether anything follows from lists or events in a workspace. */
export async function isFollowed(db: Db, workspaceId: string): Promise<boolean> {
  const { rows } = await sql<{ followed: boolean }>`
    select exists (select 1 from lead_rules where workspace_id = ${workspaceId})
      or exists (select 1 from event_cursors where workspace_id = ${workspaceId}) as followed`.execute(
    db,
  );
  return rows[0]!.followed;
}
