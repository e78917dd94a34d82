import { sql } from 'kysely';
import { isTerminal, prospectStatuses } from '../../domain/people/prospect.ts';
import type { Db } from '../database.ts';
import { camelRows } from '../rows.ts';

const openStatuses = prospectStatuses.filter((status) => !isTerminal(status));

/** Senders out of service with one status: how many, and their people in active campaigns. */
export type DownSenders = { status: string; n: number; people: number; firstIds: string[] };

/** Senders whose status needs somebody; those paused by hand do not. At most ten ids of each. */
export function findDownSenders(db: Db, workspaceId: string): Promise<DownSenders[]> {
  return camelRows<DownSenders>(
    db,
    sql`
    with down as (
      select s.id, s.status, coalesce((select sum(c.n) from counters c
          join campaigns k on k.workspace_id = c.workspace_id and k.id = c.campaign_id and k.status = 'active'
          join campaign_senders cs on cs.workspace_id = c.workspace_id and cs.campaign_id = c.campaign_id
            and cs.sender_id = s.id
          where c.workspace_id = ${workspaceId} and c.sender_id = s.id
            and c.name = any(${openStatuses}::text[])), 0)::int as people
      from senders s where s.workspace_id = ${workspaceId} and s.removed_at is null
        and s.status not in ('active', 'paused')
    )
    select status, count(*)::int as n, sum(people)::int as people,
      (array_agg(id order by people desc, id))[1:10] as first_ids
    from down group by status`,
  );
}

/** Campaigns that a guard has paused, with their open people. */
export function findGuarded(
  db: Db,
  workspaceId: string,
): Promise<{ id: string; status: string; pause_reason: string | null; people: number }[]> {
  return sql<{ id: string; status: string; pause_reason: string | null; people: number }>`
    select k.id, k.status, k.pause_reason, coalesce((select sum(c.n) from counters c
        where c.workspace_id = k.workspace_id and c.campaign_id = k.id
          and c.name = any(${openStatuses}::text[])), 0)::int as people
    from campaigns k where k.workspace_id = ${workspaceId} and k.status = 'paused'
      and k.pause_reason is distinct from 'user'`
    .execute(db)
    .then(({ rows }) => rows);
}

/** Numbers of one campaign. */
export type StuckCount = { campaignId: string; what: string; n: number };

/** People of running campaigns, held until somebody acts, by the holds given. */
export function countStuck(
  db: Db,
  workspaceId: string,
  holds: readonly string[],
): Promise<StuckCount[]> {
  return camelRows<StuckCount>(
    db,
    sql`
    select p.campaign_id, p.hold as what, count(*)::int as n from prospects p
    join campaigns k on k.workspace_id = p.workspace_id and k.id = p.campaign_id and k.status = 'active'
    where p.workspace_id = ${workspaceId} and p.hold is not null
      and p.hold <> all(array['reserved', 'passing']) and p.hold = any(${holds}::text[])
    group by 1, 2`,
  );
}

/** Messages of which nobody can tell whether they went out, by campaign. */
export function countInDoubt(db: Db, workspaceId: string): Promise<StuckCount[]> {
  return camelRows<StuckCount>(
    db,
    sql`select campaign_id, 'unknown' as what, count(*)::int as n from messages
      where workspace_id = ${workspaceId} and state = 'unknown' group by 1`,
  );
}

/** Imports that ended since an instant with rows that could not be taken, or failed. */
export function findFaultyImports(
  db: Db,
  workspaceId: string,
  since: Date,
): Promise<{ id: string; campaignId: string; status: string; invalid: number }[]> {
  return camelRows(
    db,
    sql`select id, campaign_id, status, invalid::int as invalid from imports
      where workspace_id = ${workspaceId} and finished_at >= ${since}
        and (invalid > 0 or status = 'failed') order by finished_at desc limit 50`,
  );
}

/** Mails that matched nobody and wait for somebody to look. */
export async function countUnmatched(db: Db, workspaceId: string, since: Date): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from senders s join inbound_messages m
      on m.workspace_id = s.workspace_id and m.sender_id = s.id
      and m.prospect_id is null and m.applied_at is not null and m.received_at >= ${since}
      and m.looked_at is null and m.event = 'message' and m.kind <> 'other'
    where s.workspace_id = ${workspaceId}`.execute(db);
  return rows[0]!.n;
}
