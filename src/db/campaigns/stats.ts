import { sql } from 'kysely';
import { nilId } from '../../ids.ts';
import { countChanges } from '../counters.ts';
import type { Db } from '../database.ts';
import type { CampaignId } from '../scope.ts';

export type CampaignCount = { campaign_id: string; name: string; n: number };
export type CountedPlace = {
  name: string;
  node_id: string | null;
  sender_id: string | null;
  n: number;
};
export type Touches = { sender_id: string; touch: string; n: number };

/**
 * Roster counts of these campaigns by name, and the messages of which nobody can tell as `unknown`.
 * A campaign that never had anybody has none.
 */
export async function countByName(
  db: Db,
  { workspaceId, campaignIds }: { workspaceId: string; campaignIds: readonly string[] },
): Promise<CampaignCount[]> {
  const { rows } = await sql<CampaignCount>`
    select campaign_id, name, sum(n)::bigint as n from counters
    where workspace_id = ${workspaceId} and campaign_id = any (${campaignIds}::uuid[]) group by 1, 2
    union all select campaign_id, 'unknown', count(*) from messages
    where workspace_id = ${workspaceId} and campaign_id = any (${campaignIds}::uuid[]) and state = 'unknown'
    group by 1`.execute(db);
  return rows;
}

/**
 * How many messages and invitations of these campaigns went out: those that count as usage, without
 * those that are on their way, failed, or of which nobody can tell.
 */
export async function countMessagesSent(
  db: Db,
  { workspaceId, campaignIds }: { workspaceId: string; campaignIds: readonly string[] },
): Promise<Map<string, number>> {
  const { rows } = await sql<{ id: string; n: number }>`
    select campaign_id as id, sum(n)::bigint as n from (
      select campaign_id, n from sender_usage
      where workspace_id = ${workspaceId} and campaign_id = any (${campaignIds}::uuid[])
      union all select campaign_id, -1 from messages
      where workspace_id = ${workspaceId} and campaign_id = any (${campaignIds}::uuid[])
        and state in ('failed', 'unknown')
      union all select campaign_id, -1 from messages
      where workspace_id = ${workspaceId} and campaign_id = any (${campaignIds}::uuid[])
        and state = 'reserved'
    ) as counted group by 1`.execute(db);
  return new Map(rows.map(({ id, n }) => [id, n]));
}

/** The messages to each of these people of which nobody can tell whether they went out. */
export async function countUnknown(
  db: Db,
  { workspaceId, prospectIds }: { workspaceId: string; prospectIds: readonly string[] },
): Promise<Map<string, number>> {
  const { rows } = await sql<{ id: string; n: number }>`
    select prospect_id as id, count(*)::int as n from messages
    where workspace_id = ${workspaceId} and prospect_id = any(${prospectIds}::uuid[])
      and state = 'unknown' group by 1`.execute(db);
  return new Map(rows.map(({ id, n }) => [id, n]));
}

/** How many messages of a workspace there are of which nobody can tell whether they went out. */
export async function countAllUnknown(db: Db, workspaceId: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from campaigns c join messages m on m.workspace_id = c.workspace_id
      and m.campaign_id = c.id and m.state = 'unknown' where c.workspace_id = ${workspaceId}`.execute(
    db,
  );
  return rows[0]!.n;
}

/** Roster counts of a campaign by name, node and sender, without the zeros. */
export async function countByPlace(
  db: Db,
  { workspaceId, campaignId }: CampaignId,
): Promise<CountedPlace[]> {
  const { rows } = await sql<CountedPlace>`
    select name, nullif(node_id, ${nilId}) as node_id, nullif(sender_id, ${nilId}) as sender_id, sum(n)::bigint as n from counters
    where workspace_id = ${workspaceId} and campaign_id = ${campaignId} group by 1, 2, 3 having sum(n) <> 0`.execute(
    db,
  );
  return rows;
}

/**
 * Touches of these senders from `since` until before `until`, over all campaigns. Exact to the
 * quarter of an hour.
 */
export async function touchesBySender(
  db: Db,
  {
    workspaceId,
    senderIds,
    since,
    until,
  }: { workspaceId: string; senderIds: readonly string[]; since: Date; until?: Date },
): Promise<Touches[]> {
  const { rows } = await sql<Touches>`
    select sender_id, touch, sum(n)::bigint as n from sender_usage
    where workspace_id = ${workspaceId} and sender_id = any (${senderIds}::uuid[]) and bucket_at >= ${since}
      and (${until ?? null}::timestamptz is null or bucket_at < ${until ?? null}) group by 1, 2`.execute(
    db,
  );
  return rows;
}

/** Touches of each sender for this campaign from `since` on; all of them when `since` is null. */
export async function touchesByCampaign(
  db: Db,
  { workspaceId, campaignId, since }: CampaignId & { since: Date | null },
): Promise<Touches[]> {
  const { rows } = await sql<Touches>`
    select sender_id, touch, sum(n)::bigint as n from sender_usage
    where workspace_id = ${workspaceId} and campaign_id = ${campaignId}
      and (${since}::timestamptz is null or bucket_at >= ${since}) group by 1, 2`.execute(db);
  return rows;
}

/**
 * Compares the counters with the roster and mends them. Returns how many counts differed; it should
 * always be 0. Differences are taken in one snapshot and added, so changes that commit meanwhile
 * stay counted. Scans the roster.
 */
export async function recount(db: Db, { workspaceId, campaignId }: CampaignId): Promise<number> {
  const { rows } = await sql`
    with roster as (
      select status, coalesce(node_id, ${nilId}) as node_id, coalesce(sender_id, ${nilId}) as sender_id, contacted_at, opened_at, replied_at
      from prospects where workspace_id = ${workspaceId} and campaign_id = ${campaignId}
    ), actual as (
      select status as name, node_id, sender_id, count(*) as n from roster group by 1, 2, 3
      union all select 'contacted', ${nilId}, ${nilId}, count(contacted_at) from roster
      union all select 'opened', ${nilId}, ${nilId}, count(opened_at) from roster
      union all select 'answered', ${nilId}, ${nilId}, count(replied_at) from roster
    ), kept as (
      select name, case when cumulative then ${nilId} else node_id end as node_id, case when cumulative then ${nilId} else sender_id end as sender_id, n
      from counters cross join lateral (select name in ('contacted', 'opened', 'answered') as cumulative) as kind
      where workspace_id = ${workspaceId} and campaign_id = ${campaignId} and name <> 'clicked'
    ), difference as (
      select name, node_id, sender_id, sum(n) as n from (
        select name, node_id, sender_id, n from actual union all select name, node_id, sender_id, -n from kept
      ) as both_sides group by 1, 2, 3 having sum(n) <> 0
    )
    ${countChanges(workspaceId, sql`select ${campaignId}::uuid, name, node_id, sender_id, n from difference`)}
    returning name`.execute(db);
  return rows.length;
}
