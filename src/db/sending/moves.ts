import { sql } from 'kysely';
import { terminalStatuses } from '../../domain/people/prospect.ts';
import { countChanges } from '../counters.ts';
import type { Db } from '../database.ts';
import { camelRows } from '../rows.ts';
import { literals, wasAsked } from './holds.ts';

export type Move = {
  prospectId: string;
  /** The move applies to a prospect before this touch, in the pool, or ended; null: to any. */
  standsAt: string | null;
  /** The new status, unless the prospect has ended meanwhile; null keeps the present one. */
  status: string | null;
  senderId: string | null;
  nodeId: string | null;
  anchorAt: Date | null;
  endReason: string | null;
  contacted: boolean;
  at: Date;
  hold: string | null;
  holdDetail: string | null;
  holdUntil: Date | null;
};

export type Moved = { id: string; campaignId: string; was: string; status: string };

const ended = sql`(${literals(terminalStatuses)})`;

type Replacing = { overrides?: boolean; reopens?: boolean; unreplies?: boolean };

const endsReplaced = (move: Replacing): string[] => [
  ...(move.unreplies ? ['replied'] : []),
  ...(move.overrides ? ['completed', 'timed_out'] : []),
  ...(move.reopens ? ['failed', 'bounced'] : []),
];

/**
 * Moves prospects and counts it, in one statement. A prospect that has ended meanwhile (a reply
 * won) stays ended, and only `contacted` is noted. A prospect that stands elsewhere by now stays
 * there (the result is late or repeated). `overrides` lets an end replace `completed` and
 * `timed_out` (a late reply or bounce), `reopens` lets failed or bounced people go on, `unreplies`
 * those whose answer was none. Returns the prospects that moved; `was` is the status before.
 */
export async function moveProspects(
  db: Db,
  move: Replacing & { workspaceId: string; moves: readonly Move[] },
): Promise<Moved[]> {
  const { workspaceId } = move;
  if (move.moves.length === 0) return [];
  // Sorted, because rows are locked in this order. The lateral look-up uses the key whatever row
  // counts the planner assumes.
  const moves = move.moves.toSorted((a, b) => (a.prospectId < b.prospectId ? -1 : 1));
  const final = sql`p.status <> all(${endsReplaced(move)}::text[])`;
  const rows = await camelRows<Moved>(
    db,
    sql`
    with given as (
      select * from unnest(${moves.map((m) => m.prospectId)}::uuid[],
          ${moves.map((m) => m.status)}::text[], ${moves.map((m) => m.senderId)}::uuid[],
          ${moves.map((m) => m.nodeId)}::uuid[], ${moves.map((m) => m.anchorAt)}::timestamptz[],
          ${moves.map((m) => m.endReason)}::text[], ${moves.map((m) => m.contacted)}::boolean[],
          ${moves.map((m) => m.hold)}::text[], ${moves.map((m) => m.holdDetail)}::text[],
          ${moves.map((m) => m.holdUntil)}::timestamptz[],
          ${moves.map((m) => m.standsAt)}::uuid[], ${moves.map((m) => m.at)}::timestamptz[])
        as g (id, status, sender_id, node_id, anchor_at, end_reason, contacted, hold, hold_detail,
          hold_until, stands_at, at)
    ), o as (
      select g.*, p.campaign_id, p.status as was, p.node_id as stood, p.sender_id as had,
        p.contacted_at as contacted_before,
        p.status in ${ended} and ${final} as closed, coalesce(g.status in ${ended}, false) as ends
      from given g
      cross join lateral (
        select * from prospects where workspace_id = ${workspaceId} and id = g.id for update) p
      where g.stands_at is null or p.node_id is null or p.node_id = g.stands_at
    ), n as (
      update prospects p set
        status = case when o.closed then o.was else coalesce(o.status, o.was) end,
        sender_id = case when o.closed then coalesce(o.had, o.sender_id)
          else coalesce(o.sender_id, o.had) end,
        node_id = case when not (o.closed or o.ends) then o.node_id end,
        anchor_at = case when not (o.closed or o.ends) then o.anchor_at end,
        hold = case when o.closed or o.ends then null when p.pausing is not null then ${wasAsked}
          else o.hold end,
        hold_detail = case when o.closed or o.ends then null
          when p.pausing is not null then p.hold_detail else o.hold_detail end,
        hold_until = case when o.closed or o.ends then null
          when p.pausing is not null then nullif(p.pausing, 'infinity') else o.hold_until end,
        pausing = null,
        contacted_at = case when o.contacted then coalesce(p.contacted_at, o.at)
          else p.contacted_at end,
        replied_at = case when o.status = 'replied' then coalesce(p.replied_at, o.at)
          else p.replied_at end,
        bounced_at = case when o.status = 'bounced' then coalesce(p.bounced_at, o.at)
          else p.bounced_at end,
        ended_at = case when o.closed then p.ended_at when o.ends then o.at end,
        end_reason = case when o.closed then p.end_reason when o.ends then o.end_reason end,
        updated_at = o.at
      from o where p.workspace_id = ${workspaceId} and p.id = o.id
      returning p.id, p.campaign_id, p.status, p.node_id, p.sender_id, p.contacted_at, o.was,
        o.stood, o.had, o.contacted_before
    ), delta as (
      select campaign_id, was as name, stood as node_id, had as sender_id, -1 as d from n
      union all select campaign_id, status, node_id, sender_id, 1 from n
      union all select campaign_id, 'contacted', null::uuid, sender_id, 1 from n
        where contacted_before is null and contacted_at is not null
    ), counted as (
      ${countChanges(workspaceId, sql`select campaign_id, name, node_id, sender_id, d from delta`)}
    )
    select id, campaign_id, was, status from n`,
  );
  return rows;
}
