import { sql } from 'kysely';
import type { Received } from '../../domain/inbound/received.ts';
import { storable, storableJson } from '../../domain/text.ts';
import type { Db } from '../database.ts';
import { camelRows } from '../rows.ts';
import { isLive } from '../scope.ts';
import { idsOf } from './invitations.ts';

export type DueInbox = {
  workspaceId: string;
  senderId: string;
  type: string;
  cursor: unknown;
  failing?: boolean;
  ailing?: boolean;
};

/**
 * Takes inboxes that are due for a look, or in `poked`, for this worker; the next look is `pollMs` away, or what its type says in `leastMs`. Only active senders are
 * looked at, and those of types that heal by themselves. The database's clock compares with itself: it decides when to look, not what follows.
 */
export async function takeInboxes(
  db: Db,
  take: {
    workerId: string;
    poked: readonly string[];
    pollMs: number;
    minMs: Record<string, number>;
    limit: number;
    healing: { types: readonly string[]; before: Date };
  },
): Promise<DueInbox[]> {
  const pauseMs = sql`greatest(${take.pollMs}, coalesce((${JSON.stringify(take.minMs)}::jsonb ->> due.type)::int, 0))`;
  const rows = await camelRows<DueInbox>(
    db,
    sql`
    with due as (
      select i.workspace_id, i.sender_id, s.type, s.status from inboxes i join senders s on s.workspace_id = i.workspace_id and s.id = i.sender_id
      where (i.next_poll_at <= clock_timestamp() or i.sender_id = any(${take.poked}::uuid[])) and ${isLive(sql`i.workspace_id`)}
        and (s.status in ('active', 'paused')
          or s.status in ('credentials_required', 'error') and s.type = any(${take.healing.types}::text[]) and s.updated_at <= ${take.healing.before})
        and (i.owner is null or i.owner = ${take.workerId} or not exists (
          select 1 from workers w where w.id = i.owner and w.heartbeat_at > clock_timestamp() - interval '10 seconds'))
      order by i.next_poll_at limit ${take.limit} for update of i skip locked
    )
    update inboxes i set owner = ${take.workerId}, next_poll_at = clock_timestamp() + ${pauseMs} * interval '1 millisecond'
    from due where i.workspace_id = due.workspace_id and i.sender_id = due.sender_id
    returning i.workspace_id, i.sender_id, due.type, i.cursor, i.failing_since is not null as failing,
      due.status not in ('active', 'paused') as ailing`,
  );
  return rows;
}

type Inbox = { workspaceId: string; senderId: string };

/** Notes a good look: the cursor goes with what was read, in the caller's transaction. */
export async function advanceInbox(
  db: Db,
  inbox: Inbox & { cursor: unknown; now: Date },
): Promise<void> {
  await sql`update inboxes set cursor = ${JSON.stringify(inbox.cursor ?? null)}::jsonb, polled_at = ${inbox.now}, error = null, failing_since = null
    where workspace_id = ${inbox.workspaceId} and sender_id = ${inbox.senderId}`.execute(db);
}

/** Notes that an inbox could not be read, and since when. */
export async function failInbox(
  db: Db,
  inbox: Inbox & { error: string; now: Date },
): Promise<void> {
  await sql`update inboxes set error = ${storable(inbox.error)}, failing_since = coalesce(failing_since, ${inbox.now})
    where workspace_id = ${inbox.workspaceId} and sender_id = ${inbox.senderId}`.execute(db);
}

/** Makes a sender's inbox due for a look: something came in by another way. */
export async function pokeInbox(db: Db, { workspaceId, senderId }: Inbox): Promise<void> {
  await sql`update inboxes set next_poll_at = least(next_poll_at, clock_timestamp())
    where workspace_id = ${workspaceId} and sender_id = ${senderId}`.execute(db);
}

/** Makes every inbox of a workspace due for a look. */
export async function pokeInboxes(db: Db, workspaceId: string): Promise<void> {
  await sql`update inboxes set next_poll_at = clock_timestamp() where workspace_id = ${workspaceId}`.execute(
    db,
  );
}

/**
 * Stores what came in. What was stored before, from the same place or under the same key, is left as it is. A key that somebody else's message bears
 * as well is none: some programs give every message the same.
 */
export async function storeReceived(
  db: Db,
  inbox: Inbox & { received: readonly Received[]; newId: () => string },
): Promise<void> {
  const r = inbox.received;
  if (r.length === 0) return;
  await sql`
    insert into inbound_messages (workspace_id, id, sender_id, source_key, channel_key, from_address, subject, body_text, headers, facts, received_at,
      event, thread_key)
    select ${inbox.workspaceId}, id, ${inbox.senderId}, source_key,
      case when from_address is not distinct from first_value(from_address) over (partition by channel_key order by i) and not exists (
        select 1 from inbound_messages o where o.workspace_id = ${inbox.workspaceId} and o.sender_id = ${inbox.senderId}
          and o.channel_key = m.channel_key and o.from_address is distinct from m.from_address) then channel_key end, from_address, subject, body_text, headers, facts, received_at, event, thread_key
    from unnest(${r.map(() => inbox.newId())}::uuid[], ${r.map((m) => m.sourceKey)}::text[], ${r.map((m) => m.key)}::text[],
      ${r.map((m) => m.from)}::text[], ${r.map((m) => m.subject)}::text[], ${r.map((m) => m.text)}::text[],
      ${r.map((m) => storableJson(m.headers))}::jsonb[], ${r.map((m) => storableJson(m.facts))}::jsonb[],
      ${r.map((m) => m.receivedAt)}::timestamptz[], ${r.map((m) => m.event ?? 'message')}::text[], ${r.map((m) => m.threadKey ?? null)}::text[])
      with ordinality as m (id, source_key, channel_key, from_address, subject, body_text, headers, facts, received_at, event, thread_key, i)
    on conflict do nothing`.execute(db);
}

/** `sent`: it is a message of ours. `own`: what the sender itself is called by its provider. `address`: its mailbox. */
export type OpenInbound = Received & {
  id: string;
  workspaceId: string;
  senderId: string;
  sent: boolean;
  own: string[];
  address: string | null;
};

/** The oldest message of a sender that nothing was made of yet, locked until the transaction ends; null when there is none. */
export async function lockOpenInbound(
  db: Db,
  { workspaceId, senderId }: Inbox,
): Promise<OpenInbound | null> {
  const rows = await camelRows<OpenInbound>(
    db,
    sql`
    select id, workspace_id, sender_id, source_key, channel_key as key, from_address as from,
      subject, body_text as text, headers, facts, received_at, event, thread_key,
      channel_key ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}@' and exists (select 1 from messages m
        where m.workspace_id = inbound_messages.workspace_id and m.id = left(inbound_messages.channel_key, 36)::uuid
          and m.channel_key = inbound_messages.channel_key) as sent,
      (select array_remove(array[s.profile_url, s.provider_account_id], null) from senders s
        where s.workspace_id = inbound_messages.workspace_id and s.id = sender_id) as own,
      (select s.email_address from senders s where s.workspace_id = inbound_messages.workspace_id and s.id = sender_id) as address
    from inbound_messages where workspace_id = ${workspaceId} and sender_id = ${senderId} and applied_at is null
    order by received_at, id limit 1 for update skip locked`,
  );
  return rows[0] ?? null;
}

export type Applied = {
  workspaceId: string;
  id: string;
  kind: string;
  reason: string;
  target: { campaignId: string; prospectId: string; messageId: string | null } | null;
  now: Date;
};

/** Writes what was made of a received message, with the reason. */
export async function markApplied(db: Db, applied: Applied): Promise<void> {
  const { target } = applied;
  await sql`
    update inbound_messages set kind = ${applied.kind}, kind_reason = ${applied.reason}, applied_at = ${applied.now},
      campaign_id = ${target?.campaignId ?? null}, prospect_id = ${target?.prospectId ?? null}, message_id = ${target?.messageId ?? null}
    where workspace_id = ${applied.workspaceId} and id = ${applied.id}`.execute(db);
}

export type InboundTarget = {
  campaignId: string;
  prospectId: string;
  messageId: string | null;
  /** The type of the campaign, and whom it knows the person as. */
  channel: string;
  identity: string;
  status: string;
  stopOnReply: boolean | null;
  personKey: string | null;
  /** Addresses, separated by commas, that the message went to as well (cc, bcc), by every revision of its node. */
  copies?: string | null;
  /** The mailbox that the message went out from. */
  writer?: string | null;
};

const targetColumns = sql`p.campaign_id, p.id as prospect_id, c.type as channel, p.identity, p.status,
  c.stop_on_reply, p.person_key`;

/** The person that one of these messages was for, the first that matches; whoever sent it, for answers may be wanted at another mailbox (`reply_to`). */
export async function targetByMessage(
  db: Db,
  { workspaceId }: Inbox,
  messageIds: readonly string[],
): Promise<InboundTarget | null> {
  if (messageIds.length === 0) return null;
  const rows = await camelRows<InboundTarget>(
    db,
    sql`
    select ${targetColumns}, m.id as message_id,
      (select s.email_address from senders s where s.workspace_id = m.workspace_id and s.id = m.sender_id) as writer,
      (select string_agg(concat_ws(',', n ->> 'cc', n ->> 'bcc'), ',') from sequences q cross join jsonb_array_elements(q.nodes) n
        where q.workspace_id = p.workspace_id and q.campaign_id = p.campaign_id and n ->> 'id' = m.node_id::text) as copies
    from messages m join prospects p on p.workspace_id = m.workspace_id and p.id = m.prospect_id
    join campaigns c on c.workspace_id = p.workspace_id and c.id = p.campaign_id
    where m.workspace_id = ${workspaceId} and m.id = any(${messageIds}) and m.state <> 'draft'
    order by array_position(${messageIds}::uuid[], m.id) limit 1`,
  );
  return rows[0] ?? null;
}

/**
 * Of `prospects p`: `w.at`, when a sender wrote to them last, also if they are another's by now; or when it would have invited them, had they no
 * invitation from before. Null when it did neither.
 */
const wroteTo = (senderId: string) => sql`(
  select coalesce(max(m.reserved_at), case when p.sender_id = ${senderId} then p.contacted_at end) as at from messages m
  where m.workspace_id = p.workspace_id and m.prospect_id = p.id and m.sender_id = ${senderId}
    and (m.state in ('sent', 'unknown') or m.state = 'skipped' and m.error_code = 'already_invited')) w`;

/** The person with this identity whom the sender wrote to last. */
export async function targetByIdentity(
  db: Db,
  { workspaceId, senderId }: Inbox,
  identity: string,
): Promise<InboundTarget | null> {
  const rows = await camelRows<InboundTarget>(
    db,
    sql`
    select ${targetColumns}, null as message_id
    from campaign_senders cs
    join prospects p on p.campaign_id = cs.campaign_id and p.identity = ${identity} and p.workspace_id = cs.workspace_id
    join campaigns c on c.workspace_id = p.workspace_id and c.id = p.campaign_id
    cross join lateral ${wroteTo(senderId)}
    where cs.workspace_id = ${workspaceId} and cs.sender_id = ${senderId} and w.at is not null and not c.dry_run
    order by w.at desc limit 1`,
  );
  return rows[0] ?? null;
}

/** The person to whom the sender wrote last in this conversation of the provider's. */
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
    where m.workspace_id = ${workspaceId} and m.sender_id = ${senderId} and m.thread_key = ${threadKey}
    order by m.reserved_at desc limit 1`,
  );
  return rows[0] ?? null;
}

/** As `targetByIdentity`, for people who are known by several names. */
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
    where p.workspace_id = ${workspaceId} and p.id in (${idsOf(workspaceId, senderId, names)}) and w.at is not null and not c.dry_run
    order by w.at desc limit 1`,
  );
  return rows[0] ?? null;
}
