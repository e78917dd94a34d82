import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { type Columns, camelRows } from '../rows.ts';
import type { CampaignId } from '../scope.ts';
import type { Inbox } from './inboxes.ts';
import { idsOf } from './invitations.ts';

/** The prospect that a received message belongs to. */
export type InboundTarget = Columns<
  'prospects',
  'campaign_id' | 'identity' | 'status' | 'person_key'
> & {
  prospectId: string;
  messageId: string | null;
  /** The type of the campaign. */
  channel: string;
  stopOnReply: boolean | null;
  /** Subject of the last message to the prospect. */
  subject: string | null;
  /**
   * The cc and bcc addresses of the message, separated by commas, of every revision of its node.
   */
  copies?: string | null;
  /** The mailbox that the message went out from. */
  writer?: string | null;
  /** Its sender: the conversation is with that one, whichever received the message. */
  writerId?: string | null;
  /** When the sender last contacted the person; of a target that was found by its identity. */
  wroteAt?: Date;
};

const targetColumns = sql`
  p.campaign_id, p.id as prospect_id, c.type as channel, p.identity, p.status,
  c.stop_on_reply, p.person_key,
  (select o.subject from messages o where o.workspace_id = p.workspace_id and o.prospect_id = p.id
    and o.state in ('sent', 'unknown') order by o.reserved_at desc limit 1) as subject`;

/**
 * The prospect of the first of these messages that exists. The message may be another sender's,
 * because replies can go to another mailbox (`reply_to`).
 */
export async function targetByMessage(
  db: Db,
  { workspaceId }: Inbox,
  messageIds: readonly string[],
): Promise<InboundTarget | null> {
  if (messageIds.length === 0) return null;
  const rows = await camelRows<InboundTarget>(
    db,
    sql`
    select ${targetColumns}, m.id as message_id, m.sender_id as writer_id,
      (select s.email_address from senders s
        where s.workspace_id = m.workspace_id and s.id = m.sender_id) as writer,
      (select string_agg(concat_ws(',', n ->> 'cc', n ->> 'bcc'), ',') from sequences q
        cross join jsonb_array_elements(q.nodes) n
        where q.workspace_id = p.workspace_id and q.campaign_id = p.campaign_id
          and n ->> 'id' = m.node_id::text) as copies
    from messages m join prospects p on p.workspace_id = m.workspace_id and p.id = m.prospect_id
    join campaigns c on c.workspace_id = p.workspace_id and c.id = p.campaign_id
    where m.workspace_id = ${workspaceId} and m.id = any(${messageIds}) and m.state <> 'draft'
    order by array_position(${messageIds}::uuid[], m.id) limit 1`,
  );
  return rows[0] ?? null;
}

/**
 * Of `prospects p`: `w.at`, when the sender last contacted the prospect, also if that is another
 * sender's by now. It counts too when an invitation was not needed because there was one already.
 * Null when the sender never did.
 */
const wroteTo = (senderId: string) => sql`(
  select coalesce(max(m.reserved_at),
    case when p.sender_id = ${senderId} then p.contacted_at end) as at
  from messages m
  where m.workspace_id = p.workspace_id and m.prospect_id = p.id and m.sender_id = ${senderId}
    and (m.state in ('sent', 'unknown')
      or m.state = 'skipped' and m.error_code = 'already_invited')) w`;

/** A prospect by its id, as the target of a message; null when there is none. */
export async function targetOf(
  db: Db,
  { workspaceId, campaignId, prospectId }: CampaignId & { prospectId: string },
): Promise<InboundTarget | null> {
  const rows = await camelRows<InboundTarget>(
    db,
    sql`
    select ${targetColumns}, null as message_id, p.sender_id as writer_id
    from prospects p join campaigns c on c.workspace_id = p.workspace_id and c.id = p.campaign_id
    where p.workspace_id = ${workspaceId} and p.campaign_id = ${campaignId}
      and p.id = ${prospectId}`,
  );
  return rows[0] ?? null;
}

/** The prospect with this identity that the sender contacted last. */
export async function targetByIdentity(
  db: Db,
  { workspaceId, senderId }: Inbox,
  identity: string,
): Promise<InboundTarget | null> {
  const rows = await camelRows<InboundTarget>(
    db,
    sql`
    select ${targetColumns}, null as message_id, w.at as wrote_at
    from campaign_senders cs
    join prospects p on p.campaign_id = cs.campaign_id and p.identity = ${identity}
      and p.workspace_id = cs.workspace_id
    join campaigns c on c.workspace_id = p.workspace_id and c.id = p.campaign_id
    cross join lateral ${wroteTo(senderId)}
    where cs.workspace_id = ${workspaceId} and cs.sender_id = ${senderId} and w.at is not null
      and not c.dry_run
    order by w.at desc limit 1`,
  );
  return rows[0] ?? null;
}

/** The prospect that the sender contacted last in this conversation of the provider. */
export async function targetByThread(
  db: Db,
  { workspaceId, senderId }: Inbox,
  threadKey: string,
): Promise<InboundTarget | null> {
  const rows = await camelRows<InboundTarget>(
    db,
    sql`
    select ${targetColumns}, m.id as message_id
    from messages m join prospects p on p.workspace_id = m.workspace_id and p.id = m.prospect_id
    join campaigns c on c.workspace_id = p.workspace_id and c.id = p.campaign_id
    where m.workspace_id = ${workspaceId} and m.sender_id = ${senderId}
      and m.thread_key = ${threadKey}
    order by m.reserved_at desc limit 1`,
  );
  return rows[0] ?? null;
}

/** Whether a message is one that this sender sent, by the provider's id of it. */
export async function isOwnMessage(
  db: Db,
  { workspaceId, senderId }: Inbox,
  messageKey: string,
): Promise<boolean> {
  const { rows } = await sql`
    select 1 from messages where workspace_id = ${workspaceId} and sender_id = ${senderId}
      and provider_key = ${messageKey} limit 1`.execute(db);
  return rows.length > 0;
}

/**
 * The prospect that the sender contacted last, among those with one of these identities or ids of
 * the provider.
 */
export async function targetByNames(
  db: Db,
  { workspaceId, senderId }: Inbox,
  names: readonly string[],
): Promise<InboundTarget | null> {
  const rows = await camelRows<InboundTarget>(
    db,
    sql`
    select ${targetColumns}, null as message_id
    from prospects p join campaigns c on c.workspace_id = p.workspace_id and c.id = p.campaign_id
    cross join lateral ${wroteTo(senderId)}
    where p.workspace_id = ${workspaceId} and p.id in (${idsOf(workspaceId, senderId, names)})
      and w.at is not null and not c.dry_run
    order by w.at desc limit 1`,
  );
  return rows[0] ?? null;
}
