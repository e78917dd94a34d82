import { sql } from 'kysely';
import { nilId } from '../ids.ts';
import type { Db } from './database.ts';

export type Count = {
  campaignId: string;
  name: string;
  nodeId?: string | null;
  senderId?: string | null;
  n: number;
};

/** Adds to the roster counts, in the transaction of the change they count. Rows are locked in key order, so writers cannot deadlock. */
export async function addCounters(
  db: Db,
  workspaceId: string,
  counts: readonly Count[],
): Promise<void> {
  if (counts.length === 0) return;
  await sql`
    insert into counters (workspace_id, campaign_id, name, node_id, sender_id, shard, n)
    select ${workspaceId}, campaign_id, name, node_id, sender_id, ${shard()}, sum(n)
    from unnest(${counts.map((c) => c.campaignId)}::uuid[], ${counts.map((c) => c.name)}::text[], ${counts.map((c) => c.nodeId ?? nilId)}::uuid[],
      ${counts.map((c) => c.senderId ?? nilId)}::uuid[], ${counts.map((c) => c.n)}::bigint[]) as c (campaign_id, name, node_id, sender_id, n)
    group by 2, 3, 4, 5 having sum(n) <> 0 order by 2, 3, 4, 5
    on conflict (workspace_id, campaign_id, name, node_id, sender_id, shard) do update set n = counters.n + excluded.n`.execute(
    db,
  );
}

/** Which of the sharded rows this process adds to: processes do not wait for each other. */
export function shard(): number {
  return process.pid % 16;
}
