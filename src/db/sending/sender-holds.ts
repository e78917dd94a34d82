import { sql } from 'kysely';
import type { SenderId } from '../accounts/senders.ts';
import type { Db } from '../database.ts';

/** The prospect belongs to the sender and has not ended. */
const ofSender = ({ workspaceId, senderId }: SenderId) => sql`
  workspace_id = ${workspaceId} and sender_id = ${senderId} and ended_at is null
  and campaign_id in (select campaign_id from campaign_senders
    where workspace_id = ${workspaceId} and sender_id = ${senderId})`;

/** Holds the sender's prospects, with the reason. Returns how many. */
export async function holdForSender(
  db: Db,
  sender: SenderId,
  { detail, now }: { detail: string; now: Date },
): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    with held as (
      update prospects set hold = 'sender_disconnected', hold_detail = ${detail},
        updated_at = ${now}
      where ${ofSender(sender)} and hold is null returning 1)
    select count(*) as n from held`.execute(db);
  return rows[0]?.n ?? 0;
}

/**
 * Releases prospects that are held for a missing variable, because it may have been the sender's:
 * its own prospects and the pools of its campaigns. Returns the campaigns.
 */
export async function releaseMissingOf(
  db: Db,
  { workspaceId, senderId }: SenderId,
  now: Date,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with held as (
      select p.id from campaign_senders cs
      join prospects p on p.workspace_id = cs.workspace_id and p.campaign_id = cs.campaign_id
      where cs.workspace_id = ${workspaceId} and cs.sender_id = ${senderId}
        and p.hold = 'missing_variable' and coalesce(p.sender_id, ${senderId}) = ${senderId}
      order by p.id for update of p
    ), released as (
      update prospects p set hold = null, hold_detail = null, updated_at = ${now} from held
      where p.workspace_id = ${workspaceId} and p.id = held.id returning p.campaign_id
    )
    select distinct campaign_id as id from released order by 1`.execute(db);
  return rows.map((row) => row.id);
}

/** Releases the prospects that were held because the sender was disconnected. */
export async function releaseForSender(db: Db, sender: SenderId, now: Date): Promise<void> {
  await sql`update prospects set hold = null, hold_detail = null, updated_at = ${now}
    where ${ofSender(sender)} and hold = 'sender_disconnected'`.execute(db);
}
