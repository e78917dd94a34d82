import { sql } from 'kysely';
import type { Db } from './database.ts';

export type Metric = { name: string; labels: Record<string, string>; value: number };

/**
 * The state of all live workspaces in numbers: senders and campaigns by status, messages whose
 * result is open, inboxes that fail, jobs that wait, live workers, and how many seconds the oldest
 * due lane has waited.
 */
export async function readMetrics(db: Db, now: Date): Promise<Metric[]> {
  const { rows } = await sql<Metric>`
    with live as (select id from workspaces where mode = 'live')
    select 'senders' as name, jsonb_build_object('type', type, 'status', status) as labels, count(*)::float8 as value
      from senders where workspace_id in (select id from live) group by 2
    union all
    select 'campaigns', jsonb_build_object('status', status), count(*) from campaigns where workspace_id in (select id from live) group by 2
    union all
    select 'messages_reserved', '{}', count(*) from messages where state = 'reserved' and workspace_id in (select id from live)
    union all
    select 'messages_unknown', '{}', count(*) from live join messages m on m.workspace_id = live.id and m.state = 'unknown'
    union all
    select 'inboxes_failing', '{}', count(*) from inboxes where failing_since is not null and workspace_id in (select id from live)
    union all
    select 'jobs_waiting', '{}', count(*) from graphile_worker.jobs where locked_at is null
    union all
    select 'workers', '{}', count(*) from workers
    union all
    select 'lane_lag_seconds', '{}', coalesce(extract(epoch from ${now}::timestamptz - min(next_at)), 0)::float8
      from lanes where next_at <= ${now} and workspace_id in (select id from live)`.execute(db);
  return rows;
}
