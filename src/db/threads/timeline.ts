import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { type Page, readPage } from '../pages.ts';
import { camelRows } from '../rows.ts';
import type { ThreadId, ThreadRow } from './threads.ts';

/** A message of a conversation: a touch of a campaign, one written by hand, or a received one. */
export type TimelineRow = {
  id: string;
  source: 'campaign' | 'hand' | 'received';
  campaign_id: string | null;
  sender_id: string;
  state: string;
  touch: string | null;
  subject: string | null;
  body_text: string | null;
  body_html: string | null;
  from_address: string | null;
  to_address: string | null;
  cc: string | null;
  kind: string | null;
  kind_reason: string | null;
  error_code: string | null;
  error_detail: string | null;
  channel_key: string | null;
  attempts: number;
  actor: string | null;
  due_at: Date | null;
  at: Date;
};

/** The prospects of a conversation: the person's copies in all campaigns. */
const people = ({ workspace_id: w, channel, identity }: ThreadRow) => {
  const by = (column: string, own: string) =>
    sql`select id from prospects where workspace_id = ${w} and ${channel === own}::boolean::boolean
      and ${sql.ref(column)} = ${identity} and identity = ${identity}`;
  return sql`(${by('email', 'email')} union all ${by('linkedin_url', 'linkedin')}
    union all ${by('x_handle', 'x')})`;
};

const timeline = (thread: ThreadRow) => {
  const { workspace_id: w, id, sender_id: sender } = thread;
  return sql`
    select m.id, 'campaign' as source, m.campaign_id, m.sender_id, m.state, m.touch, m.subject,
      m.body_text, m.body_html, null as from_address, ${thread.identity}::text as to_address, null as cc,
      null as kind, null as kind_reason, m.error_code, m.error_detail, m.channel_key, m.attempts,
      null as actor, null::timestamptz as due_at, coalesce(m.sent_at, m.reserved_at) as at
    from messages m
    where m.workspace_id = ${w} and m.prospect_id in ${people(thread)} and m.sender_id = ${sender}
      and m.state in ('reserved', 'sent', 'unknown', 'failed') and m.reserved_at is not null
      and m.touch <> 'profile_visit'
      and not (select c.dry_run from campaigns c
        where c.workspace_id = ${w} and c.id = m.campaign_id)
    union all
    select h.id, 'hand', null, h.sender_id, h.state, h.touch, h.subject, h.body_text, h.body_html,
      null, h.to_address, h.cc, null, null, h.error_code, h.error_detail, h.channel_key,
      h.attempts, h.actor, h.due_at, coalesce(h.sent_at, h.reserved_at, h.updated_at)
    from hand_messages h
    where h.workspace_id = ${w} and h.thread_id = ${id} and h.state <> 'draft'
    union all
    select i.id, 'received', i.campaign_id, i.sender_id, 'received', null, i.subject, i.body_text,
      i.body_html, i.from_address, null, null, i.kind, i.kind_reason, null, null, i.channel_key, 0,
      null, null, i.received_at
    from inbound_messages i
    where i.workspace_id = ${w} and i.thread_id = ${id} and i.event = 'message'`;
};

export type TimelinePage = {
  offset: number;
  limit: number;
  newest?: boolean;
  /** Only messages before this one. */
  before?: { at: Date; id: string } | undefined;
};

/** The messages of a conversation, the oldest first, from `offset` on. */
export function readTimeline(
  db: Db,
  thread: ThreadRow,
  { offset, limit, newest = false, before }: TimelinePage,
): Promise<Page<TimelineRow>> {
  const order = newest ? sql`at desc, id desc` : sql`at, id`;
  return readPage<TimelineRow>(
    db,
    sql`select * from (${timeline(thread)}) as line
      where ${before?.at ?? null}::timestamptz is null
        or (at, id) < (${before?.at ?? null}::timestamptz, ${before?.id ?? null}::uuid)
      order by ${order}
      limit ${limit + 1} offset ${offset}`,
    limit,
  );
}

/** A message of a conversation; null when it has no such message. */
export async function findMessage(
  db: Db,
  thread: ThreadRow,
  id: string,
): Promise<TimelineRow | null> {
  const { rows } = await sql<TimelineRow>`
    select * from (${timeline(thread)}) as line where id = ${id}`.execute(db);
  return rows[0] ?? null;
}

export async function countMessages(db: Db, thread: ThreadRow): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from (${timeline(thread)}) as line`.execute(db);
  return rows[0]!.n;
}

/** The last message that a person wrote, with the ids that an answer refers to. */
export type LastReceived = {
  key: string | null;
  from: string | null;
  subject: string | null;
  /** The Reply-To header. */
  replyTo: string | null;
  /** Ids that it refers to itself, the newest first. */
  references: string[];
};

/** The last message of a conversation that a person wrote, or a given received one. */
export async function lastReceived(
  db: Db,
  { workspaceId, threadId }: ThreadId,
  inboundId: string | null = null,
): Promise<LastReceived | null> {
  const rows = await camelRows<LastReceived>(
    db,
    sql`
    select channel_key as key, from_address as from, subject, headers ->> 'reply-to' as reply_to,
      coalesce((select array_agg(r.v order by r.i)
        from jsonb_array_elements_text(facts -> 'references') with ordinality as r (v, i)),
        '{}'::text[]) as references
    from inbound_messages
    where workspace_id = ${workspaceId} and thread_id = ${threadId}
      and (id = ${inboundId}::uuid or ${inboundId}::uuid is null and kind not in ('bounce', 'other', 'auto_reply'))
    order by received_at desc, id desc limit 1`,
  );
  return rows[0] ?? null;
}

/** The keys of the messages that went out in a conversation, the oldest first. */
export async function sentKeys(db: Db, thread: ThreadRow): Promise<string[]> {
  const { rows } = await sql<{ channel_key: string }>`
    select channel_key from (${timeline(thread)}) as line
    where source <> 'received' and state in ('sent', 'unknown') and channel_key is not null
    order by at, id limit 100`.execute(db);
  return rows.map((row) => row.channel_key);
}
