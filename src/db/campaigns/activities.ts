import { sql } from 'kysely';
import type { Db } from '../database.ts';

/** An event of a person in a campaign, with both as they are now. */
export type ActivityRow = {
  seq: number;
  kind: string;
  at: Date;
  data: Record<string, unknown>;
  campaign_id: string;
  campaign_name: string;
  campaign_type: string;
  prospect_id: string;
  prospect_name: string | null;
  email: string | null;
  linkedin_url: string | null;
  x_handle: string | null;
};

/**
 * The newest events of these kinds about people that are still there, with numbers from `from` to
 * `to`.
 */
export async function readActivities(
  db: Db,
  {
    workspaceId,
    campaignId,
    kinds,
    from,
    to,
    limit,
  }: {
    workspaceId: string;
    campaignId: string | null;
    kinds: readonly string[];
    from: number;
    to: number;
    limit: number;
  },
): Promise<ActivityRow[]> {
  const { rows } = await sql<ActivityRow>`
    select e.seq, e.kind, e.at, e.data, c.id as campaign_id, c.name as campaign_name, c.type as campaign_type,
      p.id as prospect_id, p.name as prospect_name, p.email, p.linkedin_url, p.x_handle
    from events e
    join campaigns c on c.workspace_id = e.workspace_id and c.id = e.campaign_id
    join prospects p on p.workspace_id = e.workspace_id and p.id = e.prospect_id
    where e.workspace_id = ${workspaceId} and e.seq between ${from} and ${to}
      and e.kind = any (${kinds}::text[])
      and (${campaignId}::uuid is null or e.campaign_id = ${campaignId})
    order by e.seq desc limit ${limit}`.execute(db);
  return rows;
}

/** Touches, replies and bounces of a week, by channel. `week` is its Monday, in UTC. */
export type WeekCount = { week: Date; type: string; name: string; n: number };

/** The events of each week since an instant, in these campaigns, or in all when null. */
export async function countByWeek(
  db: Db,
  {
    workspaceId,
    campaignIds,
    since,
  }: { workspaceId: string; campaignIds: readonly string[] | null; since: Date },
): Promise<WeekCount[]> {
  const weekOf = (at: string) =>
    sql`date_bin('7 days', ${sql.ref(at)}, timestamptz '2000-01-03 00:00Z')`;
  const { rows } = await sql<WeekCount>`
    with chosen as (
      select id, type from campaigns where workspace_id = ${workspaceId}
        and (${campaignIds}::uuid[] is null or id = any (${campaignIds}::uuid[]))
    )
    select ${weekOf('u.bucket_at')} as week, c.type, u.touch as name, sum(u.n)::int as n
    from chosen c join sender_usage u on u.workspace_id = ${workspaceId} and u.campaign_id = c.id
    where u.bucket_at >= ${since} group by 1, 2, 3
    union all
    select ${weekOf('p.replied_at')}, c.type, 'replied', count(*)::int
    from prospects p join chosen c on c.id = p.campaign_id
    where p.workspace_id = ${workspaceId} and p.replied_at >= ${since} group by 1, 2
    union all
    select ${weekOf('p.bounced_at')}, c.type, 'bounced', count(*)::int
    from prospects p join chosen c on c.id = p.campaign_id
    where p.workspace_id = ${workspaceId} and p.bounced_at >= ${since} group by 1, 2`.execute(db);
  return rows;
}

/** Counts of these campaigns, or of all, by channel and name, over all time. */
export async function countByChannel(
  db: Db,
  { workspaceId, campaignIds }: { workspaceId: string; campaignIds: readonly string[] | null },
): Promise<{ type: string; name: string; n: number }[]> {
  const { rows } = await sql<{ type: string; name: string; n: number }>`
    with chosen as (
      select id, type from campaigns where workspace_id = ${workspaceId}
        and (${campaignIds}::uuid[] is null or id = any (${campaignIds}::uuid[]))
    )
    select c.type, k.name, sum(k.n)::bigint as n from chosen c
    join counters k on k.workspace_id = ${workspaceId} and k.campaign_id = c.id group by 1, 2
    union all
    select c.type, 'touch:' || u.touch, sum(u.n)::bigint from chosen c
    join sender_usage u on u.workspace_id = ${workspaceId} and u.campaign_id = c.id group by 1, 2`.execute(
    db,
  );
  return rows;
}
