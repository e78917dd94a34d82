import { sql } from 'kysely';
import { countChanges } from '../counters.ts';
import type { Db } from '../database.ts';
import type { CampaignId } from '../scope.ts';

/**
 * Undoes a dry run: its messages, its use of the senders' limits and caps, and the positions of its
 * prospects. Cancelled prospects stay cancelled, and those paused by hand stay paused. The caller
 * has locked the campaign. Returns how many prospects start over.
 */
export async function clearDryRun(
  db: Db,
  { workspaceId, campaignId, now }: CampaignId & { now: Date },
): Promise<number> {
  await sql`
    delete from messages where workspace_id = ${workspaceId} and campaign_id = ${campaignId}
      and (state <> 'draft' or attempts > 0) and written is null`.execute(db);
  // Texts that a model wrote are kept as drafts, because they were paid for.
  await sql`
    update messages set state = 'draft', sender_id = null, touch = null, channel_key = null,
      attempts = 0, tries = 0,
      reserved_at = null, deadline_at = null, asked_at = null, doubted_at = null,
      sent_at = null, error_code = null, error_detail = null, reach = null, updated_at = ${now}
    where workspace_id = ${workspaceId} and campaign_id = ${campaignId}
      and state <> 'draft'`.execute(db);
  const { rows } = await sql<{ n: number }>`
    with locked as (
      select id from prospects where workspace_id = ${workspaceId} and campaign_id = ${campaignId}
      order by id for update
    ), fresh as (
      update prospects p set status = 'pending', sender_id = null, node_id = null, anchor_at = null,
        contacted_at = null, opened_at = null, replied_at = null,
        bounced_at = null, ended_at = null, end_reason = null, pausing = null, updated_at = ${now},
        hold = case when hold = 'paused' or pausing is not null then 'paused' end,
        hold_detail = null,
        hold_until = case when hold = 'paused' then hold_until
          when pausing is not null then nullif(pausing, 'infinity') end
      from locked where p.workspace_id = ${workspaceId} and p.id = locked.id
        and p.status <> 'cancelled' returning 1
    ) select count(*) as n from fresh`.execute(db);
  await sql`
    update prospects set contacted_at = null, opened_at = null, replied_at = null, sender_id = null,
      updated_at = ${now}
    where workspace_id = ${workspaceId} and campaign_id = ${campaignId}
      and status = 'cancelled'`.execute(db);
  await sql`
    delete from counters
    where workspace_id = ${workspaceId} and campaign_id = ${campaignId}`.execute(db);
  await countChanges(
    workspaceId,
    sql`select campaign_id, status, null::uuid, null::uuid, count(*) from prospects
      where workspace_id = ${workspaceId} and campaign_id = ${campaignId} group by 1, 2`,
  ).execute(db);
  await sql`
    delete from sender_usage
    where workspace_id = ${workspaceId} and campaign_id = ${campaignId}`.execute(db);
  await sql`
    delete from reach_usage
    where workspace_id = ${workspaceId} and campaign_id = ${campaignId}`.execute(db);
  return rows[0]!.n;
}
