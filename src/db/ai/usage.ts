import { sql } from 'kysely';
import type { Db } from '../database.ts';

/**
 * Advisory lock on a workspace's AI budget until the transaction ends, so that workers cannot use
 * the same rest of it. Returns its requests as `readUsage` does.
 */
export async function lockUsage(
  db: Db,
  workspaceId: string,
  since: { minute: Date; day: Date },
): Promise<{ minute: number; day: number }> {
  const key = `postrider ai ${workspaceId}`;
  await sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`.execute(db);
  return readUsage(db, workspaceId, since);
}

/** How many requests a workspace made to its model since each of two instants. */
export async function readUsage(
  db: Db,
  workspaceId: string,
  since: { minute: Date; day: Date },
): Promise<{ minute: number; day: number }> {
  const { rows } = await sql<{ minute: number; day: number }>`
    select coalesce(sum(requests) filter (where minute_at >= ${since.minute}), 0)::int as minute,
      coalesce(sum(requests), 0)::int as day
    from ai_usage
    where workspace_id = ${workspaceId}
      and minute_at >= least(${since.day}::timestamptz, ${since.minute}::timestamptz)`.execute(db);
  return rows[0]!;
}

/** Adds requests to the model's usage; a negative number returns requests that were not made. */
export async function addUsage(
  db: Db,
  workspaceId: string,
  minute: Date,
  requests: number,
): Promise<void> {
  if (requests === 0) return;
  await sql`
    insert into ai_usage (workspace_id, minute_at, requests)
    values (${workspaceId}, ${minute}, ${requests})
    on conflict (workspace_id, minute_at) do update
      set requests = ai_usage.requests + excluded.requests`.execute(db);
}
