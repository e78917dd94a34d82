import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { type CampaignId, isLive } from '../scope.ts';
import { type Picked, person } from './picks.ts';

/** Campaigns of live workspaces with people who may still be written to. */
export async function unfinishedCampaigns(db: Db): Promise<CampaignId[]> {
  const { rows } = await sql<CampaignId>`
    select workspace_id as "workspaceId", id as "campaignId" from campaigns
    where status in ('active', 'paused') and not dry_run and ${isLive(sql`workspace_id`)}
    order by workspace_id, id`.execute(db);
  return rows;
}

/** A prospect before a touch that may have gone out; without a sender it is in the pool. */
export type Unconfirmed = Omit<Picked, 'pick'> & { senderId: string | null; nodeId: string };

export type UnconfirmedQuery = CampaignId & {
  /** The touches, each with the latest anchor with which it is due. */
  touches: readonly { nodeId: string; dueBefore: Date }[];
  /** The touch that people of the pool stand before. */
  first: string | null;
  /** People who count whether due or not. */
  always: readonly string[];
  /** Only people with a greater id. */
  after: string;
  limit: number;
};

/**
 * People whose next touch may have gone out without this database knowing of it: due follow-ups,
 * and the pool; by id.
 */
export async function findUnconfirmed(db: Db, query: UnconfirmedQuery): Promise<Unconfirmed[]> {
  const { workspaceId, campaignId, touches, first, always, after, limit } = query;
  const { rows } = await sql<Unconfirmed>`
    select ${person}, p.sender_id as "senderId", coalesce(p.node_id, ${first}::uuid) as "nodeId"
    from prospects p
    left join unnest(${touches.map((touch) => touch.nodeId)}::uuid[],
        ${touches.map((touch) => touch.dueBefore)}::timestamptz[]) as t (node_id, due_before)
      on t.node_id = p.node_id
    where p.workspace_id = ${workspaceId} and p.campaign_id = ${campaignId} and p.id > ${after}
      and p.ended_at is null and coalesce(p.hold, '') not in ('reserved', 'passing')
      and (p.status = 'pending' and p.sender_id is null and ${first}::uuid is not null
        or t.node_id is not null and p.sender_id is not null
          and (p.anchor_at <= t.due_before or p.id = any(${always}::uuid[])))
      and not exists (select 1 from messages m where m.workspace_id = p.workspace_id
        and m.prospect_id = p.id and m.node_id = coalesce(p.node_id, ${first}::uuid)
        and m.state <> 'draft')
    order by p.id limit ${limit}`.execute(db);
  return rows;
}

/** Locks a prospect if it still stands before this touch, free to be claimed. */
export async function lockUnconfirmed(
  db: Db,
  workspaceId: string,
  { id, senderId, nodeId }: Pick<Unconfirmed, 'id' | 'senderId' | 'nodeId'>,
): Promise<boolean> {
  const { rows } = await sql`
    select 1 from prospects p where p.workspace_id = ${workspaceId} and p.id = ${id}
      and p.ended_at is null and coalesce(p.hold, '') not in ('reserved', 'passing')
      and p.sender_id is not distinct from ${senderId}
      and (p.node_id = ${nodeId} or p.node_id is null) for update`.execute(db);
  return rows.length > 0;
}
