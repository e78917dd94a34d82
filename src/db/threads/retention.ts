import { sql } from 'kysely';
import type { Db } from '../database.ts';

/**
 * Takes texts, HTML and files out of received messages: all that are older than their workspace
 * keeps bodies, and HTML and files of those that matched nobody before `unmatchedBefore`. The words
 * by which searches find a conversation stay as long as it does. Returns how many messages changed.
 */
export async function blankBodies(
  db: Db,
  { now, unmatchedBefore, limit }: { now: Date; unmatchedBefore: Date; limit: number },
): Promise<number> {
  const { rows } = await sql`
    with old as (
      select i.workspace_id, i.id, w.keep_bodies_days is not null
        and i.received_at < ${now}::timestamptz - w.keep_bodies_days * interval '1 day' as all_of_it
      from inbound_messages i join workspaces w on w.id = i.workspace_id
      where i.applied_at is not null
        and (w.keep_bodies_days is not null and (i.body_text <> '' or i.body_html is not null)
            and i.received_at < ${now}::timestamptz - w.keep_bodies_days * interval '1 day'
          or i.thread_id is null and i.body_html is not null
            and i.received_at < ${unmatchedBefore})
      limit ${limit} for update of i skip locked
    ), gone as (
      delete from attachments a using old
      where a.workspace_id = old.workspace_id and a.inbound_id = old.id
    )
    update inbound_messages i set body_html = null,
      body_text = case when old.all_of_it then null else i.body_text end
    from old where i.workspace_id = old.workspace_id and i.id = old.id returning i.id`.execute(db);
  return rows.length;
}
