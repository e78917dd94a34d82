import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { type Page, readPage } from '../pages.ts';
import { camelRows } from '../rows.ts';

/** A received message with the person, the campaign and the sender it belongs to. */
export type ReplyRow = {
  id: string;
  kind: string | null;
  kind_reason: string | null;
  received_at: Date;
  from_address: string | null;
  subject: string | null;
  snippet: string | null;
  campaign_id: string | null;
  campaign_name: string | null;
  prospect_id: string | null;
  person_name: string | null;
  person_email: string | null;
  person_linkedin_url: string | null;
  person_x_handle: string | null;
  person_status: string | null;
  sender_id: string;
  sender_name: string | null;
};

export type ReplyFilter = {
  workspaceId: string;
  /** Only of these kinds. */
  kinds: readonly string[];
  campaignId: string | null;
  senderId: string | null;
  /** The last message of the page before. */
  after: string | null;
  limit: number;
};

/** Received messages of all campaigns that fit a person, the newest first. */
export function listAllReplies(db: Db, filter: ReplyFilter): Promise<Page<ReplyRow>> {
  const { workspaceId, campaignId, senderId, after } = filter;
  return readPage<ReplyRow>(
    db,
    sql`
    select r.id, r.kind, r.kind_reason, r.received_at, r.from_address, r.subject,
      left(r.body_text, 500) as snippet, r.campaign_id, c.name as campaign_name, r.prospect_id,
      coalesce(p.name, nullif(concat_ws(' ', p.first_name, p.last_name), '')) as person_name,
      p.email as person_email, p.linkedin_url as person_linkedin_url,
      p.x_handle as person_x_handle, p.status as person_status, r.sender_id,
      coalesce(s.display_name, s.email_address, s.profile_url) as sender_name
    from inbound_messages r
    left join campaigns c on c.workspace_id = ${workspaceId} and c.id = r.campaign_id
    left join prospects p on p.workspace_id = ${workspaceId} and p.id = r.prospect_id
    left join senders s on s.workspace_id = ${workspaceId} and s.id = r.sender_id
    where r.workspace_id = ${workspaceId} and r.event = 'message' and r.prospect_id is not null
      and r.kind = any(${filter.kinds}::text[])
      and (${campaignId}::uuid is null or r.campaign_id = ${campaignId})
      and (${senderId}::uuid is null or r.sender_id = ${senderId})
      and (${after}::uuid is null or (r.received_at, r.id) < (
        select a.received_at, a.id from inbound_messages a
        where a.workspace_id = ${workspaceId} and a.id = ${after}))
    order by r.received_at desc, r.id desc limit ${filter.limit + 1}`,
    filter.limit,
  );
}

/** A received message that was taken for a reply of a person in a campaign. */
export type StoppingReply = { id: string; campaignId: string; prospectId: string };

/** The reply with this id in a conversation; null when there is none. */
export async function findReply(
  db: Db,
  { workspaceId, threadId, id }: { workspaceId: string; threadId: string; id: string },
): Promise<StoppingReply | null> {
  const rows = await camelRows<StoppingReply>(
    db,
    sql`select id, campaign_id, prospect_id from inbound_messages
      where workspace_id = ${workspaceId} and thread_id = ${threadId} and id = ${id}
        and kind = 'reply' and prospect_id is not null`,
  );
  return rows[0] ?? null;
}

/** Whether a person has written anything else that stops them, in any of their campaigns. */
export async function hasOtherAnswer(
  db: Db,
  { workspaceId, reply: { id, prospectId } }: { workspaceId: string; reply: StoppingReply },
): Promise<boolean> {
  const { rows } = await sql`
    select 1 from inbound_messages i join prospects p
      on p.workspace_id = ${workspaceId} and p.id = i.prospect_id
    where i.workspace_id = ${workspaceId} and i.id <> ${id}
      and i.kind in ('reply', 'unsubscribe', 'complaint')
      and p.identity = (select o.identity from prospects o
        where o.workspace_id = ${workspaceId} and o.id = ${prospectId}) limit 1`.execute(db);
  return rows.length > 0;
}

/** Says of a received message that it is no reply. */
export async function relabelReply(
  db: Db,
  { workspaceId, id }: { workspaceId: string; id: string },
): Promise<void> {
  await sql`update inbound_messages set kind = 'other', kind_reason = 'no reply, by hand'
    where workspace_id = ${workspaceId} and id = ${id}`.execute(db);
}
