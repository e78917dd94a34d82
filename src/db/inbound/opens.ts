import { sql } from 'kysely';
import { nilId } from '../../ids.ts';
import { shard } from '../counters.ts';
import type { Db } from '../database.ts';

/** Notes a person's first open and counts it, in one statement; later ones change nothing. */
export async function recordOpened(
  db: Db,
  open: { workspaceId: string; messageId: string; now: Date },
): Promise<void> {
  await sql`
    with opened as (
      update prospects p set opened_at = ${open.now} from messages m
      where m.workspace_id = ${open.workspaceId} and m.id = ${open.messageId}
        and p.workspace_id = m.workspace_id and p.id = m.prospect_id and p.opened_at is null
      returning p.campaign_id, p.sender_id
    )
    insert into counters (workspace_id, campaign_id, name, node_id, sender_id, shard, n)
    select ${open.workspaceId}, campaign_id, 'opened', ${nilId}, coalesce(sender_id, ${nilId}), ${shard()}, 1 from opened
    on conflict (workspace_id, campaign_id, name, node_id, sender_id, shard) do update set n = counters.n + excluded.n`.execute(
    db,
  );
}
