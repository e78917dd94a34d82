import { type Selectable, sql } from 'kysely';
import type { Db } from '../database.ts';
import { camelRows } from '../rows.ts';
import type { Schema } from '../schema.gen.ts';

/** Characters of a message that a search finds it by. */
const maxSearched = 20_000;
const maxSnippet = 200;

export type ThreadId = { workspaceId: string; threadId: string };
export type ThreadRow = Omit<Selectable<Schema['threads']>, 'search'>;

/** A touch that went out, or may have: its message, and the conversation it belongs to. */
export type SentTouch = { messageId: string; threadId: string };

/**
 * Notes touches that went out in their conversations, which they begin where there are none.
 * Visits and invitations without a note are no messages. Their texts are not searched, because
 * everybody got the same. Call it once for each touch, with the prospects locked.
 */
export async function noteSent(
  db: Db,
  workspaceId: string,
  touches: readonly SentTouch[],
): Promise<void> {
  if (touches.length === 0) return;
  await sql`
    insert into threads (workspace_id, id, sender_id, channel, identity, name, company, campaign_id,
      prospect_id, subject, snippet, last_at, last_direction, sent, created_at, updated_at)
    select distinct on (g.thread_id) ${workspaceId}::uuid, g.thread_id, m.sender_id, s.type, p.identity,
      coalesce(p.name, nullif(concat_ws(' ', p.first_name, p.last_name), '')), p.company,
      m.campaign_id, p.id, m.subject, left(m.body_text, ${maxSnippet}), m.sent_at, 'outbound',
      count(*) over (partition by g.thread_id), m.sent_at, m.sent_at
    from unnest(${touches.map((t) => t.messageId)}::uuid[],
      ${touches.map((t) => t.threadId)}::uuid[]) as g (message_id, thread_id)
    join messages m on m.workspace_id = ${workspaceId} and m.id = g.message_id
      and m.sent_at is not null and m.touch <> 'profile_visit' and m.body_text <> ''
    join prospects p on p.workspace_id = ${workspaceId} and p.id = m.prospect_id
    join senders s on s.workspace_id = ${workspaceId} and s.id = m.sender_id
    order by g.thread_id, m.sent_at desc, m.id
    on conflict (workspace_id, sender_id, identity) do update set
      name = coalesce(excluded.name, threads.name),
      company = coalesce(excluded.company, threads.company),
      campaign_id = excluded.campaign_id, prospect_id = excluded.prospect_id,
      ${newest}, sent = threads.sent + excluded.sent,
      updated_at = excluded.updated_at`.execute(db);
}

/** Of an upsert: what a list shows is that of the newest message. */
const newest = sql`
  subject = case when excluded.last_at >= threads.last_at then excluded.subject
    else threads.subject end,
  snippet = case when excluded.last_at >= threads.last_at then excluded.snippet
    else threads.snippet end,
  last_direction = case when excluded.last_at >= threads.last_at then excluded.last_direction
    else threads.last_direction end,
  last_at = greatest(threads.last_at, excluded.last_at)`;

/** Words beyond so many bytes are not searched, because a tsvector has a bound. */
const maxSearchBytes = 200_000;
const searched = sql`search = case when pg_column_size(threads.search) > ${maxSearchBytes}
  then threads.search else threads.search || excluded.search end`;

/** Kinds of received messages that mark their conversation. */
const marks: Readonly<Record<string, string>> = {
  bounce: 'bounce',
  auto_reply: 'absence',
  complaint: 'complaint',
  unsubscribe: 'unsubscribe',
};
/** Kinds that a person wrote: they stay unread until somebody says otherwise. */
const written = ['reply', 'unsubscribe', 'complaint'];

export type ReceivedInThread = ThreadId & {
  inboundId: string;
  /** The sender of the conversation: the one that wrote, not always the one that received. */
  senderId: string;
  identity: string;
  kind: string;
  /** The person in the campaign that the message belongs to; null when it belongs to none. */
  target: { campaignId: string; prospectId: string } | null;
};

/**
 * Notes a received message in its conversation, which it begins where there is none. A reply opens
 * it again. A message that is noted already, and is applied again, changes nothing. Returns the id
 * of the conversation; null when it changed nothing.
 */
export async function noteReceived(db: Db, heard: ReceivedInThread): Promise<string | null> {
  const { workspaceId, threadId, senderId, identity, kind, target } = heard;
  const isReply = kind === 'reply';
  const counts = kind !== 'bounce' && kind !== 'other';
  const { rows } = await sql<{ id: string }>`
    insert into threads (workspace_id, id, sender_id, channel, identity, name, company, campaign_id,
      prospect_id, subject, snippet, last_at, last_direction, last_in_at, received, unread,
      awaits_answer, mark, search, created_at, updated_at)
    select ${workspaceId}::uuid, ${threadId}::uuid, ${senderId}::uuid, s.type, ${identity}::text,
      coalesce(p.name, nullif(concat_ws(' ', p.first_name, p.last_name), '')), p.company,
      ${target?.campaignId ?? null}::uuid, ${target?.prospectId ?? null}::uuid, i.subject,
      left(i.body_text, ${maxSnippet}), i.received_at, 'inbound', i.received_at,
      ${counts ? 1 : 0}::int, ${written.includes(kind) ? 1 : 0}::int, ${isReply}::boolean,
      ${marks[kind] ?? null}::text,
      to_tsvector('simple', concat_ws(' ', ${identity}::text, i.from_address, p.name, p.first_name,
        p.last_name, p.company, i.subject, left(i.body_text, ${maxSearched}))),
      i.received_at, i.received_at
    from inbound_messages i
    join senders s on s.workspace_id = ${workspaceId} and s.id = ${senderId}
    left join prospects p on p.workspace_id = ${workspaceId} and p.id = ${target?.prospectId ?? null}
    where i.workspace_id = ${workspaceId} and i.id = ${heard.inboundId} and i.thread_id is null
    on conflict (workspace_id, sender_id, identity) do update set
      name = coalesce(excluded.name, threads.name),
      company = coalesce(excluded.company, threads.company),
      campaign_id = coalesce(excluded.campaign_id, threads.campaign_id),
      prospect_id = coalesce(excluded.prospect_id, threads.prospect_id), ${newest},
      last_in_at = greatest(threads.last_in_at, excluded.last_in_at),
      received = threads.received + excluded.received, unread = threads.unread + excluded.unread,
      awaits_answer = threads.awaits_answer or excluded.awaits_answer,
      mark = case when ${kind === 'other'}::boolean then threads.mark else excluded.mark end,
      done = threads.done and not ${isReply}::boolean,
      snoozed_until = case when ${isReply}::boolean then null else threads.snoozed_until end,
      ${searched}, updated_at = excluded.updated_at
    returning id`.execute(db);
  return rows[0]?.id ?? null;
}

/**
 * A conversation by the message written by hand that a received one refers to, else by the person
 * that wrote to the sender; null when there is none.
 */
export async function findThreadOf(
  db: Db,
  {
    workspaceId,
    senderId,
    messageIds,
    identity,
  }: {
    workspaceId: string;
    senderId: string;
    messageIds: readonly string[];
    identity: string | null;
  },
): Promise<ThreadRow | null> {
  const { rows } = await sql<ThreadRow>`
    select t.* from (
      select h.thread_id, array_position(${messageIds}::uuid[], h.id) as place
      from hand_messages h where h.workspace_id = ${workspaceId}
        and h.id = any(${messageIds}::uuid[]) and h.state <> 'draft'
      union all select id, null from threads
      where workspace_id = ${workspaceId} and sender_id = ${senderId} and identity = ${identity}::text
        and (sent > 0 or received > 0)
    ) as found join threads t on t.workspace_id = ${workspaceId} and t.id = found.thread_id
    order by found.place nulls last limit 1`.execute(db);
  return rows[0] ?? null;
}

/** Whether a sender wrote this by hand, by the provider's id of it. */
export async function isWrittenByHand(
  db: Db,
  {
    workspaceId,
    senderId,
    messageKey,
  }: { workspaceId: string; senderId: string; messageKey: string },
): Promise<boolean> {
  const { rows } = await sql`
    select 1 from hand_messages where workspace_id = ${workspaceId} and sender_id = ${senderId}
      and provider_key = ${messageKey} limit 1`.execute(db);
  return rows.length > 0;
}

/** A conversation, locked until the transaction ends; null when there is none. */
export async function lockThread(
  db: Db,
  { workspaceId, threadId }: ThreadId,
): Promise<ThreadRow | null> {
  const { rows } = await sql<ThreadRow>`
    select * from threads where workspace_id = ${workspaceId} and id = ${threadId}
    for update`.execute(db);
  return rows[0] ?? null;
}

/** The fields of a conversation that people change. */
export type ThreadChange = Partial<
  Pick<
    ThreadRow,
    | 'unread'
    | 'awaits_answer'
    | 'done'
    | 'snoozed_until'
    | 'assignee_id'
    | 'name'
    | 'company'
    | 'sender_id'
    | 'identity'
  >
>;

/** Writes these fields. */
export async function updateThread(
  db: Db,
  { workspaceId, threadId, now }: ThreadId & { now: Date },
  change: ThreadChange,
): Promise<void> {
  await db
    .updateTable('threads')
    .set({ ...change, updated_at: now })
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', threadId)
    .execute();
}

/** Gives all conversations with these identities to a member, or calls them done. */
export async function updateThreadsOf(
  db: Db,
  {
    workspaceId,
    identities,
    now,
  }: { workspaceId: string; identities: readonly string[]; now: Date },
  change: Pick<ThreadChange, 'done' | 'assignee_id'>,
): Promise<void> {
  if (identities.length === 0 || Object.keys(change).length === 0) return;
  await db
    .updateTable('threads')
    .set({ ...change, updated_at: now })
    .where('workspace_id', '=', workspaceId)
    .where('identity', 'in', [...identities])
    .execute();
}

/**
 * Begins a conversation without messages. Null when the sender has one with this person already.
 */
export async function insertThread(
  db: Db,
  thread: ThreadId & {
    senderId: string;
    channel: string;
    identity: string;
    name: string | null;
    now: Date;
  },
): Promise<ThreadRow | null> {
  const { workspaceId, threadId, senderId, channel, identity, name, now } = thread;
  const { rows } = await sql<ThreadRow>`
    insert into threads (workspace_id, id, sender_id, channel, identity, name, last_at, search,
      created_at, updated_at)
    values (${workspaceId}, ${threadId}, ${senderId}, ${channel}, ${identity}, ${name}, ${now},
      to_tsvector('simple', concat_ws(' ', ${identity}::text, ${name}::text)), ${now}, ${now})
    on conflict do nothing returning *`.execute(db);
  return rows[0] ?? null;
}

/** The id of the conversation of a sender with a person; null when there is none. */
export async function threadOf(
  db: Db,
  { workspaceId, senderId, identity }: { workspaceId: string; senderId: string; identity: string },
): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`
    select id from threads where workspace_id = ${workspaceId} and sender_id = ${senderId}
      and identity = ${identity}`.execute(db);
  return rows[0]?.id ?? null;
}

/** Conversations of any sender with a person, the newest first. */
export function threadsWith(
  db: Db,
  { workspaceId, identity, except }: { workspaceId: string; identity: string; except?: string },
): Promise<{ id: string; senderId: string; channel: string; lastAt: Date }[]> {
  return camelRows(
    db,
    sql`select id, sender_id, channel, last_at from threads
      where workspace_id = ${workspaceId} and identity = ${identity}::text
        and (sent > 0 or received > 0) and id <> ${except ?? null}::uuid is not false
      order by last_at desc, id limit 100`,
  );
}

/** Deletes a conversation without messages. Returns whether there was one. */
export async function deleteThread(db: Db, { workspaceId, threadId }: ThreadId): Promise<boolean> {
  const { rows } = await sql`
    delete from threads where workspace_id = ${workspaceId} and id = ${threadId}
      and sent = 0 and received = 0 and not exists (select from hand_messages h
        where h.workspace_id = ${workspaceId} and h.thread_id = ${threadId} and h.state <> 'draft')
    returning id`.execute(db);
  return rows.length > 0;
}
