import { randomInt } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import { nilId } from '../ids.ts';
import type { Db } from './database.ts';

export type Count = {
  campaignId: string;
  name: string;
  nodeId?: string | null;
  senderId?: string | null;
  n: number;
};

/**
 * The insert that adds changes to the counters, as a part of the statement that makes the changes.
 * `changes` selects campaign_id, name, node_id, sender_id and the difference, in this order; null
 * stands for no touch and no sender. Rows are locked in the order of their key, so that writers
 * cannot deadlock.
 */
export function countChanges(
  workspaceId: string,
  changes: RawBuilder<unknown>,
): RawBuilder<unknown> {
  return sql`
    insert into counters (workspace_id, campaign_id, name, node_id, sender_id, shard, n)
    select ${workspaceId}::uuid, campaign_id, name, coalesce(node_id, ${nilId}),
      coalesce(sender_id, ${nilId}), ${shard}::smallint, sum(d)
    from (${changes}) as change (campaign_id, name, node_id, sender_id, d)
    group by 2, 3, 4, 5 having sum(d) <> 0 order by 2, 3, 4, 5
    on conflict (workspace_id, campaign_id, name, node_id, sender_id, shard)
      do update set n = counters.n + excluded.n`;
}

/** Adds to the counters, in the transaction of the change that is counted. */
export async function addCounters(
  db: Db,
  workspaceId: string,
  counts: readonly Count[],
): Promise<void> {
  if (counts.length === 0) return;
  await countChanges(
    workspaceId,
    sql`select * from unnest(${counts.map((c) => c.campaignId)}::uuid[],
      ${counts.map((c) => c.name)}::text[], ${counts.map((c) => c.nodeId ?? null)}::uuid[],
      ${counts.map((c) => c.senderId ?? null)}::uuid[], ${counts.map((c) => c.n)}::bigint[])`,
  ).execute(db);
}

/**
 * The shard that this process adds to, so that processes do not wait for each other's rows. Not the
 * process id, because it is 1 in every container.
 */
const shard = randomInt(16);
