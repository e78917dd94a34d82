import { type RawBuilder, sql } from 'kysely';
import { countChanges } from '../counters.ts';
import type { Db } from '../database.ts';
import type { CampaignId } from '../scope.ts';
import { inHandList, textHoldList } from './holds.ts';

export type TouchMove = CampaignId & {
  now: Date;
  /** The touch that the prospects stand before, and the touch to move them to; null for the end. */
  from: string;
  to: string | null;
  /** `waiting`: prospects without a hold. `all`: those without a touch on its way. Or ids. */
  who: 'waiting' | 'all' | readonly string[];
  /** Only prospects anchored until then. */
  anchoredUntil?: Date;
  /** A new anchor; without it they keep their own. */
  anchorAt?: Date;
};

/** The condition that selects these prospects. */
function selected(who: TouchMove['who']): RawBuilder<unknown> {
  if (who === 'waiting') return sql`hold is null`;
  if (who === 'all') return sql`hold is distinct from 'reserved'`;
  return sql`id = any(${who}::uuid[])`;
}

/**
 * Moves prospects from one touch to another and counts it, in one statement. Returns how many;
 * costs one write each.
 */
export async function moveToTouch(db: Db, move: TouchMove): Promise<number> {
  const { workspaceId, campaignId, now, who, to } = move;
  const anchoredUntil = move.anchoredUntil ?? null;
  const ends = to === null;
  const releases = sql`${ends} or p.hold in (${textHoldList}, 'passing')`;
  const { rows } = await sql<{ n: number }>`
    with o as (
      select id, status, node_id, sender_id from prospects
      where workspace_id = ${workspaceId} and campaign_id = ${campaignId} and node_id = ${move.from}
        and ended_at is null and ${selected(who)}
        and (${anchoredUntil}::timestamptz is null or anchor_at <= ${anchoredUntil})
      order by id for update
    ), n as (
      update prospects p set node_id = ${to}, updated_at = ${now},
        anchor_at = case when ${ends} then null
          else coalesce(${move.anchorAt ?? null}, p.anchor_at) end,
        status = case when ${ends} then 'completed' else p.status end,
        ended_at = case when ${ends} then ${now}::timestamptz end,
        end_reason = case when ${ends} then 'the sequence is finished' end,
        hold = case when ${releases} then null else p.hold end,
        hold_detail = case when ${releases} then null else p.hold_detail end,
        hold_until = case when ${releases} then null else p.hold_until end
      from o where p.workspace_id = ${workspaceId} and p.id = o.id
      returning p.status, p.node_id, p.sender_id
    ), delta as (
      select status as name, node_id, sender_id, -1 as d from o
      union all select status, node_id, sender_id, 1 from n
    ), counted as (
      ${countChanges(
        workspaceId,
        sql`select ${campaignId}::uuid, name, node_id, sender_id, d from delta`,
      )}
    )
    select count(*) as n from n`.execute(db);
  return rows[0]!.n;
}

/**
 * Locks the prospects with a touch on its way, and those that stand before one of these
 * touches, so that results are recorded before or after a change of the campaign, not amid it. Few
 * messages are on their way at a time, and an index of their own finds them.
 */
export async function lockPositions(
  db: Db,
  { workspaceId, campaignId }: CampaignId,
  nodeIds: readonly string[],
): Promise<void> {
  const beforeTouches = sql`
    select id from prospects where workspace_id = ${workspaceId} and campaign_id = ${campaignId}
      and node_id = any(${nodeIds}::uuid[])`;
  await sql`
    with under_way as materialized (
      select campaign_id, prospect_id from messages
      where workspace_id = ${workspaceId} and state = 'reserved')
    select 1 from prospects where workspace_id = ${workspaceId} and id in (
      select prospect_id from under_way where campaign_id = ${campaignId}
      ${nodeIds.length > 0 ? sql`union all ${beforeTouches}` : sql``})
    order by id for update`.execute(db);
}

/** Locks these prospects until the transaction ends. */
export async function lockPeople(
  db: Db,
  workspaceId: string,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  await sql`select 1 from prospects where workspace_id = ${workspaceId} and id = any(${ids}::uuid[])
    order by id for update`.execute(db);
}

/**
 * Locks these prospects until the transaction ends, and returns the ids of those still marked
 * `passing`.
 */
export async function lockSkipping(
  db: Db,
  workspaceId: string,
  ids: readonly string[],
): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const { rows } = await sql<{ id: string; hold: string | null }>`
    select id, hold from prospects where workspace_id = ${workspaceId} and id = any(${ids}::uuid[])
    order by id for update`.execute(db);
  return new Set(rows.flatMap(({ id, hold }) => (hold === 'passing' ? [id] : [])));
}

/**
 * Releases the prospects of a campaign that are held for a missing value or a failed text, because
 * the texts have changed. Returns how many.
 */
export async function releaseMissing(
  db: Db,
  { workspaceId, campaignId, now }: CampaignId & { now: Date },
): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    with released as (
      update prospects set hold = null, hold_detail = null, updated_at = ${now}
      where workspace_id = ${workspaceId} and campaign_id = ${campaignId}
        and hold in ('missing_variable', 'draft_failed') returning 1
    ) select count(*) as n from released`.execute(db);
  return rows[0]!.n;
}

/**
 * How many prospects without a hold stand before a touch with an anchor after `after`, up to
 * `until`. Reads that part of each sender's index.
 */
export async function countAnchored(
  db: Db,
  {
    workspaceId,
    campaignId,
    nodeId,
    after,
    until,
  }: CampaignId & { nodeId: string; after: Date; until: Date },
): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from campaign_senders cs
      join prospects p on p.workspace_id = cs.workspace_id and p.campaign_id = cs.campaign_id
        and p.sender_id = cs.sender_id
    where cs.workspace_id = ${workspaceId} and cs.campaign_id = ${campaignId}
      and p.node_id = ${nodeId} and p.hold is null
      and p.anchor_at > ${after} and p.anchor_at <= ${until}`.execute(db);
  return rows[0]!.n;
}

/**
 * Of `prospects p`: a hold that depends on the sender (its account, its name in a text, its
 * connections), so that another sender may not have it.
 */
export const ofSender = sql`
  p.hold in ('sender_disconnected', 'missing_variable', 'awaiting_connection')`;

/**
 * Hands a sender's prospects to other senders in turn and counts it, in one statement. Prospects in
 * hand stay, and invited ones, because only the sender of an invitation hears of the answer.
 * Returns how many were handed over.
 */
export async function reassignPeople(
  db: Db,
  {
    workspaceId,
    campaignId,
    from,
    to,
    now,
  }: CampaignId & { from: string; to: readonly string[]; now: Date },
): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    with locked as (
      select id, status, node_id from prospects
      where workspace_id = ${workspaceId} and campaign_id = ${campaignId} and sender_id = ${from}
        and ended_at is null and (hold is null or hold not in (${inHandList}))
        and status <> 'connection_sent'
      order by id for update
    ), o as (
      select *, row_number() over (order by id) as turn from locked
    ), n as (
      update prospects p set sender_id = (${to}::uuid[])[1 + o.turn % ${to.length}],
        updated_at = ${now},
        hold = case when ${ofSender} then null else p.hold end,
        hold_detail = case when ${ofSender} then null else p.hold_detail end,
        hold_until = case when ${ofSender} then null else p.hold_until end
      from o where p.workspace_id = ${workspaceId} and p.id = o.id
      returning p.status, p.node_id, p.sender_id
    ), delta as (
      select status as name, node_id, ${from}::uuid as sender_id, -1 as d from o
      union all select status, node_id, sender_id, 1 from n
    ), counted as (
      ${countChanges(
        workspaceId,
        sql`select ${campaignId}::uuid, name, node_id, sender_id, d from delta`,
      )}
    )
    select count(*) as n from n`.execute(db);
  return rows[0]!.n;
}
