import { sql } from 'kysely';
import type { RefusedRow } from '../../domain/sending/guard.ts';
import type { Db } from '../database.ts';
import type { CampaignId } from '../scope.ts';

/** Of `campaigns c`: it has a sender that can send. */
const hasSender = sql`exists (
  select 1 from campaign_senders o join senders s on s.workspace_id = o.workspace_id
    and s.id = o.sender_id
  where o.workspace_id = c.workspace_id and o.campaign_id = c.id and o.removed_at is null
    and s.status in ('active', 'connected'))`;

/**
 * Active campaigns of these senders in which no sender can send. With `paused`: campaigns that were
 * paused for that reason and have a sender that can send again.
 */
export async function senderlessCampaigns(
  db: Db,
  {
    workspaceId,
    senderIds,
    paused,
  }: { workspaceId: string; senderIds: readonly string[]; paused: boolean },
): Promise<string[]> {
  const wanted = paused
    ? sql`c.status = 'paused' and c.pause_reason = 'all_senders_down' and ${hasSender}`
    : sql`c.status = 'active' and not ${hasSender}`;
  const { rows } = await sql<{ id: string }>`
    select c.id from campaigns c where c.workspace_id = ${workspaceId} and ${wanted} and exists (
      select 1 from campaign_senders cs where cs.workspace_id = c.workspace_id
        and cs.campaign_id = c.id and cs.sender_id = any(${senderIds}::uuid[]))
    order by c.id`.execute(db);
  return rows.map((row) => row.id);
}

/**
 * Writes the touches of a campaign that were refused in a row. The caller has locked the campaign.
 */
export async function saveRefused(
  db: Db,
  { workspaceId, campaignId, row }: CampaignId & { row: RefusedRow },
): Promise<void> {
  await sql`
    update campaigns set refused_in_row = ${row.count}, refused_answer = ${row.answer},
      refused_message_ids = ${[...row.messageIds]}::uuid[]
    where workspace_id = ${workspaceId} and id = ${campaignId}`.execute(db);
}
