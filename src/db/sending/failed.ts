import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { type Columns, camelRows } from '../rows.ts';
import type { CampaignId } from '../scope.ts';

/** A message that surely did not go out, and ended its person. */
export type FailedTouch = Columns<'messages', 'attempts' | 'prospect_id' | 'node_id'> & {
  messageId: string;
  /** The campaign's sender of it, while it still is one. */
  senderId: string | null;
  leadId: string | null;
  identity: string;
  /** Why the person ended. */
  reason: string;
  /** The address is suppressed since this failure, and for nothing else. */
  isSuppressedForIt: boolean;
  isSuppressed: boolean;
};

export type FailedFilter = CampaignId & {
  status?: 'failed' | 'bounced' | undefined;
  prospectIds?: readonly string[] | undefined;
  messageIds?: readonly string[] | undefined;
  /** A part of the reason, in any case. */
  reason?: string | undefined;
  limit: number;
};

/**
 * The people of a campaign that ended with a touch that the provider refused, locked until the
 * transaction ends. A report that came later does not count: then the touch did go out.
 */
export async function lockFailed(db: Db, filter: FailedFilter): Promise<FailedTouch[]> {
  const { workspaceId, campaignId, prospectIds, messageIds, reason, limit } = filter;
  const statuses = filter.status ? [filter.status] : ['failed', 'bounced'];
  const suppressed = sql`from suppressions s where s.workspace_id = p.workspace_id
    and s.kind = 'email' and s.value = p.identity`;
  return camelRows<FailedTouch>(
    db,
    sql`
    with ended as (
      select p.workspace_id, p.id, p.lead_id, p.identity, p.end_reason from prospects p
      where p.workspace_id = ${workspaceId} and p.campaign_id = ${campaignId}
        and p.status = any(${statuses}::text[])
        and (${prospectIds ?? null}::uuid[] is null or p.id = any(${prospectIds ?? null}::uuid[]))
        and (${reason ?? null}::text is null
          or strpos(lower(p.end_reason), lower(${reason ?? null}::text)) > 0)
        and exists (select 1 from messages m where m.workspace_id = p.workspace_id
          and m.prospect_id = p.id and m.state = 'failed'
          and (${messageIds ?? null}::uuid[] is null or m.id = any(${messageIds ?? null}::uuid[])))
      order by p.id limit ${limit} for update
    )
    select distinct on (p.id) m.id as message_id, m.prospect_id, m.node_id, m.attempts, p.lead_id, p.identity,
      coalesce(p.end_reason, '') as reason,
      (select o.sender_id from campaign_senders o join senders s on s.workspace_id = o.workspace_id
          and s.id = o.sender_id
        where o.workspace_id = p.workspace_id and o.campaign_id = ${campaignId}
          and o.sender_id = m.sender_id and o.removed_at is null and s.status <> 'disconnected')
        as sender_id,
      exists (select ${suppressed}) as is_suppressed,
      exists (select ${suppressed} and s.reason = 'bounced' and s.created_at = m.updated_at)
        as is_suppressed_for_it
    from ended p join messages m on m.workspace_id = p.workspace_id and m.prospect_id = p.id
    where m.state = 'failed'
    order by p.id, m.reserved_at desc`,
  );
}
