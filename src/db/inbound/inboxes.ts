import { sql } from 'kysely';
import type { Received } from '../../domain/inbound/received.ts';
import { storable, storableJson } from '../../domain/text.ts';
import type { Db } from '../database.ts';
import { camelRows } from '../rows.ts';
import { isLive } from '../scope.ts';
import { keepFiles } from '../threads/attachments.ts';

/** Characters kept of an error, which may be the answer of any server. */
const maxErrorLength = 1_000;

export type DueInbox = {
  workspaceId: string;
  senderId: string;
  type: string;
  cursor: unknown;
  /** The last look failed. */
  failing?: boolean;
  /** The sender cannot send for now. */
  ailing?: boolean;
  /** The sender is paused. */
  paused?: boolean;
  /** When the sender's row was changed last. */
  updatedAt?: Date;
};

/**
 * Takes inboxes that are due, or in `poked`, for this worker. The next look comes after `pollMs`,
 * or after the type's minimum if that is longer: in `idleMs` while no active campaign has a
 * person who awaits a further touch of the sender, and in `minMs` otherwise. Only inboxes of
 * active and paused senders are looked at, and those of `healing` types: senders of these types
 * recover by themselves, and are tried once they have not changed since `before`. The database's
 * clock is compared with itself alone: it decides when to look, not the results.
 */
export async function takeInboxes(
  db: Db,
  take: {
    workerId: string;
    poked: readonly string[];
    pollMs: number;
    minMs: Record<string, number>;
    idleMs: Record<string, number>;
    /** Those whose last look failed, or the others. */
    failing: boolean;
    /** Senders and workspaces to leave for later. */
    busy: { senders: readonly string[]; workspaces: readonly string[] };
    limit: number;
    healing: { types: readonly string[]; before: Date };
  },
): Promise<DueInbox[]> {
  const minMs = JSON.stringify(take.minMs);
  const idleMs = JSON.stringify(take.idleMs);
  const pauseMs = sql`
    greatest(${take.pollMs}, coalesce((${minMs}::jsonb ->> due.type)::int, 0),
      case when ${idleMs}::jsonb ? due.type and not exists (
        select from campaigns c
        join prospects p on p.workspace_id = c.workspace_id and p.campaign_id = c.id
        where c.workspace_id = due.workspace_id and c.type = due.type and c.status = 'active'
          and p.sender_id = due.sender_id and p.anchor_at is not null and p.hold is null)
      then (${idleMs}::jsonb ->> due.type)::int else 0 end)`;
  const rows = await camelRows<DueInbox>(
    db,
    sql`
    with due as (
      select i.workspace_id, i.sender_id, s.type, s.status, s.updated_at from inboxes i
      join senders s on s.workspace_id = i.workspace_id and s.id = i.sender_id
      where (i.next_poll_at <= clock_timestamp() or i.sender_id = any(${take.poked}::uuid[]))
        and ${isLive(sql`i.workspace_id`)}
        and (i.failing_since is not null) = ${take.failing}
        and i.sender_id <> all (${take.busy.senders}::uuid[])
        and i.workspace_id <> all (${take.busy.workspaces}::uuid[])
        and (s.status in ('active', 'paused')
          or s.status in ('credentials_required', 'error')
            and s.type = any(${take.healing.types}::text[])
            and s.updated_at <= ${take.healing.before})
        and (i.owner is null or i.owner = ${take.workerId} or not exists (
          select 1 from workers w where w.id = i.owner
            and w.heartbeat_at > clock_timestamp() - interval '10 seconds'))
      order by i.next_poll_at limit ${take.limit} for update of i skip locked
    )
    update inboxes i set owner = ${take.workerId},
      next_poll_at = clock_timestamp() + ${pauseMs} * interval '1 millisecond'
    from due where i.workspace_id = due.workspace_id and i.sender_id = due.sender_id
    returning i.workspace_id, i.sender_id, due.type, i.cursor,
      i.failing_since is not null as failing, due.status not in ('active', 'paused') as ailing,
      due.status = 'paused' as paused, due.updated_at`,
  );
  return rows;
}

/**
 * Those of a worker's senders that it must not stay connected for: they were changed after the
 * instant given, are not in service, or belong to another worker by now.
 */
export async function changedSenders(
  db: Db,
  { workerId, since }: { workerId: string; since: ReadonlyMap<string, Date> },
): Promise<string[]> {
  const rows = await camelRows<{ id: string }>(
    db,
    sql`
    select known.id from unnest(${[...since.keys()]}::uuid[], ${[...since.values()]}::timestamptz[])
      as known (id, at)
    where not exists (
      select from senders s
      join inboxes i on i.workspace_id = s.workspace_id and i.sender_id = s.id
      where s.id = known.id and ${isLive(sql`s.workspace_id`)}
        and s.removed_at is null and s.status in ('active', 'paused')
        and s.updated_at <= known.at and i.owner = ${workerId})`,
  );
  return rows.map(({ id }) => id);
}

export type Inbox = { workspaceId: string; senderId: string };

/**
 * Records a successful look. The cursor advances with the messages that were read, in the caller's
 * transaction.
 */
export async function advanceInbox(
  db: Db,
  inbox: Inbox & { cursor: unknown; now: Date },
): Promise<void> {
  await sql`
    update inboxes set cursor = ${JSON.stringify(inbox.cursor ?? null)}::jsonb,
    polled_at = ${inbox.now}, error = null, failing_since = null
    where workspace_id = ${inbox.workspaceId} and sender_id = ${inbox.senderId}`.execute(db);
}

/** Records that an inbox could not be read, and since when; it is left alone for `restMs`. */
export async function failInbox(
  db: Db,
  inbox: Inbox & { error: string; restMs?: number; now: Date },
): Promise<void> {
  await sql`
    update inboxes set error = ${storable(inbox.error).slice(0, maxErrorLength)},
    failing_since = coalesce(failing_since, ${inbox.now}),
    next_poll_at = greatest(next_poll_at,
      clock_timestamp() + ${inbox.restMs ?? 0} * interval '1 millisecond')
    where workspace_id = ${inbox.workspaceId} and sender_id = ${inbox.senderId}`.execute(db);
}

/** Makes a sender's inbox due for a look, because something came in by another way. */
export async function pokeInbox(db: Db, { workspaceId, senderId }: Inbox): Promise<void> {
  await sql`update inboxes set next_poll_at = least(next_poll_at, clock_timestamp())
    where workspace_id = ${workspaceId} and sender_id = ${senderId}`.execute(db);
}

/** Makes every inbox of a workspace due for a look. */
export async function pokeInboxes(db: Db, workspaceId: string): Promise<void> {
  await sql`
    update inboxes set next_poll_at = clock_timestamp()
    where workspace_id = ${workspaceId}`.execute(db);
}

/**
 * Stores received messages. A message that was stored before, from the same place or under the same
 * key, stays as it is. A key that a message from another address has as well is stored as null,
 * because some programs give every message the same one.
 */
export async function storeReceived(
  db: Db,
  inbox: Inbox & { received: readonly Received[]; newId: () => string },
): Promise<void> {
  const { received, newId } = inbox;
  if (received.length === 0) return;
  const ids = received.map(() => newId());
  const { rows } = await sql<{ id: string }>`
    insert into inbound_messages (workspace_id, id, sender_id, source_key, channel_key,
      from_address, subject, body_text, body_html, headers, facts, received_at, event, thread_key)
    select ${inbox.workspaceId}, id, ${inbox.senderId}, source_key,
      case when from_address is not distinct from
          first_value(from_address) over (partition by channel_key order by i)
        and not exists (
          select 1 from inbound_messages o
          where o.workspace_id = ${inbox.workspaceId} and o.sender_id = ${inbox.senderId}
            and o.channel_key = m.channel_key and o.from_address is distinct from m.from_address)
        then channel_key end,
      from_address, subject, body_text, body_html, headers, facts, received_at, event, thread_key
    from unnest(${ids}::uuid[],
        ${received.map((m) => m.sourceKey)}::text[], ${received.map((m) => m.key)}::text[],
        ${received.map((m) => m.from)}::text[], ${received.map((m) => m.subject)}::text[],
        ${received.map((m) => m.text)}::text[], ${received.map((m) => m.html ?? null)}::text[],
        ${received.map((m) => storableJson(m.headers))}::jsonb[],
        ${received.map((m) => storableJson(m.facts))}::jsonb[],
        ${received.map((m) => m.receivedAt)}::timestamptz[],
        ${received.map((m) => m.event ?? 'message')}::text[],
        ${received.map((m) => m.threadKey ?? null)}::text[])
      with ordinality as m (id, source_key, channel_key, from_address, subject, body_text,
        body_html, headers, facts, received_at, event, thread_key, i)
    on conflict do nothing returning id`.execute(db);
  const stored = new Set(rows.map(({ id }) => id));
  const files = received.flatMap(({ attachments = [], receivedAt: at }, index) =>
    stored.has(ids[index]!)
      ? attachments.map((file) => ({ ...file, id: newId(), inboundId: ids[index]!, at }))
      : [],
  );
  await keepFiles(db, inbox.workspaceId, files);
}

/** A received message that is not applied yet. */
export type OpenInbound = Received & {
  id: string;
  workspaceId: string;
  senderId: string;
  /** It is a message that we sent. */
  sent: boolean;
  /** The sender's own profile URL and id at its provider. */
  own: string[];
  /** The sender's mailbox. */
  address: string | null;
};

/**
 * The oldest message of a sender that is not applied yet, locked until the transaction ends; null
 * when there is none.
 */
export async function lockOpenInbound(
  db: Db,
  { workspaceId, senderId }: Inbox,
): Promise<OpenInbound | null> {
  const rows = await camelRows<OpenInbound>(
    db,
    sql`
    select id, workspace_id, sender_id, source_key, channel_key as key, from_address as from,
      subject, body_text as text, headers, facts, received_at, event, thread_key,
      channel_key ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}@'
        and (exists (select 1 from messages m
          where m.workspace_id = ${workspaceId}
            and m.id = left(inbound_messages.channel_key, 36)::uuid
            and m.channel_key = inbound_messages.channel_key)
        or exists (select 1 from hand_messages h
          where h.workspace_id = ${workspaceId}
            and h.id = left(inbound_messages.channel_key, 36)::uuid
            and h.channel_key = inbound_messages.channel_key)) as sent,
      (select array_remove(array[s.profile_url, s.provider_account_id], null) from senders s
        where s.workspace_id = ${workspaceId} and s.id = sender_id) as own,
      (select s.email_address from senders s
        where s.workspace_id = ${workspaceId} and s.id = sender_id) as address
    from inbound_messages
    where workspace_id = ${workspaceId} and sender_id = ${senderId} and applied_at is null
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
  /** The conversation it belongs to. */
  threadId: string | null;
  now: Date;
};

/** Kinds of messages that somebody may want to read although they matched nobody. */
const keptKinds = ['reply', 'unsubscribe'];

/**
 * Records the kind of a received message, its target and its conversation, with the reason. Of one
 * that belongs to no conversation and that a machine wrote, HTML and files are dropped: a mailbox
 * gets many of them that are nobody's business here.
 */
export async function markApplied(db: Db, applied: Applied): Promise<void> {
  const { target } = applied;
  await sql`
    update inbound_messages set kind = ${applied.kind}, kind_reason = ${applied.reason},
      applied_at = ${applied.now},
      campaign_id = ${target?.campaignId ?? null}, prospect_id = ${target?.prospectId ?? null},
      message_id = ${target?.messageId ?? null},
      thread_id = coalesce(${applied.threadId}::uuid, thread_id)
    where workspace_id = ${applied.workspaceId} and id = ${applied.id}`.execute(db);
  if (applied.threadId === null && !keptKinds.includes(applied.kind))
    await dropReceivedExtras(db, { workspaceId: applied.workspaceId, id: applied.id });
}

async function dropReceivedExtras(
  db: Db,
  { workspaceId, id }: { workspaceId: string; id: string },
): Promise<void> {
  await sql`update inbound_messages set body_html = null
    where workspace_id = ${workspaceId} and id = ${id} and body_html is not null`.execute(db);
  await sql`delete from attachments
    where workspace_id = ${workspaceId} and inbound_id = ${id}`.execute(db);
}
