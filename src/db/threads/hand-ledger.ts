import { sql } from 'kysely';
import { nilId } from '../../ids.ts';
import type { Db } from '../database.ts';
import { isFree } from '../instance.ts';
import { type Columns, camelRows } from '../rows.ts';
import { type WorkspaceScope, within } from '../scope.ts';
import { isInDoubt, type TakeDoubtful } from '../sending/ledger.ts';

/** A message written by hand that is due, with all that its channel needs. */
export type DueHandMessage = Columns<
  'hand_messages',
  | 'id'
  | 'workspace_id'
  | 'thread_id'
  | 'sender_id'
  | 'touch'
  | 'to_address'
  | 'cc'
  | 'bcc'
  | 'subject'
  | 'body_text'
  | 'body_html'
  | 'refers_to'
  | 'despite_suppression'
  | 'attempts'
  | 'tries'
  | 'doubted_at'
> & {
  channelKey: string;
  channel: string;
  identity: string;
  name: string | null;
  campaignId: string | null;
  prospectId: string | null;
  /** The provider's ids of the conversation, of the last message in it, and of the person. */
  threadKey: string | null;
  earlierKey: string | null;
  personKey: string | null;
};

type Take = {
  scope: WorkspaceScope;
  now: Date;
  busy: { senders: readonly string[]; workspaces: readonly string[] };
  limit: number;
};

/** The provider's ids for the message `h` of the conversation `t`. */
const providerKeys = sql`
  coalesce(
    (select o.thread_key from hand_messages o where o.workspace_id = h.workspace_id
      and o.thread_id = h.thread_id and o.thread_key is not null order by o.reserved_at desc limit 1),
    (select m.thread_key from messages m where m.workspace_id = h.workspace_id
      and m.prospect_id = t.prospect_id and m.sender_id = h.sender_id and m.thread_key is not null
      order by m.reserved_at desc limit 1),
    (select i.thread_key from inbound_messages i where i.workspace_id = h.workspace_id
      and i.thread_id = h.thread_id and i.thread_key is not null
      order by i.received_at desc limit 1)) as thread_key,
  (select m.provider_key from messages m where m.workspace_id = h.workspace_id
    and m.prospect_id = t.prospect_id and m.sender_id = h.sender_id and m.provider_key is not null
    order by m.reserved_at desc limit 1) as earlier_key,
  (select p.person_key from prospects p where p.workspace_id = h.workspace_id
    and p.id = t.prospect_id) as person_key`;

/**
 * Locks messages written by hand that are due, of senders in service, until the transaction ends.
 * While the database is held as a copy there are none.
 */
export async function lockDueHandMessages(db: Db, take: Take): Promise<DueHandMessage[]> {
  return camelRows<DueHandMessage>(
    db,
    sql`
    select h.id, h.workspace_id, h.thread_id, h.sender_id, h.touch, h.to_address, h.cc, h.bcc,
      h.subject, h.body_text, h.body_html, h.refers_to, h.despite_suppression, h.attempts, h.tries,
      h.doubted_at, h.channel_key, s.type as channel, t.identity, t.name, t.campaign_id,
      t.prospect_id, ${providerKeys}
    from hand_messages h
    join senders s on s.workspace_id = h.workspace_id and s.id = h.sender_id
    join threads t on t.workspace_id = h.workspace_id and t.id = h.thread_id
    where h.state = 'scheduled' and h.due_at <= ${take.now}
      and ${within(sql`h.workspace_id`, take.scope)} and (${take.scope !== 'live'}::boolean or ${isFree})
      and s.status = 'active' and s.removed_at is null
      and h.sender_id <> all (${take.busy.senders}::uuid[])
      and h.workspace_id <> all (${take.busy.workspaces}::uuid[])
    order by h.due_at limit ${take.limit} for update of h skip locked`,
  );
}

/**
 * Law 1: reserves locked messages before the network sees them. They count in the usage of their
 * senders, as of no campaign. `deadlineMs` is how long the worker may take for them.
 */
export async function reserveHandMessages(
  db: Db,
  { ids, now, deadlineMs }: { ids: readonly HandId[]; now: Date; deadlineMs: number },
): Promise<void> {
  if (ids.length === 0) return;
  await sql`
    with ledger as (
      update hand_messages h set state = 'reserved', attempts = h.attempts + 1,
        reserved_at = ${now}, due_at = null, asked_at = null, confirm_at = null,
        deadline_at = clock_timestamp() + ${deadlineMs} * interval '1 millisecond',
        updated_at = ${now}
      from ${given(ids)} where h.workspace_id = g.workspace_id and h.id = g.id
      returning h.workspace_id, h.sender_id, h.touch
    )
    insert into sender_usage (workspace_id, sender_id, campaign_id, touch, bucket_at, n)
    select workspace_id, sender_id, ${nilId}::uuid, touch,
      date_bin('15 minutes', ${now}::timestamptz, timestamptz '2000-01-01'), count(*)
    from ledger group by 1, 2, 4 order by 1, 2, 4
    on conflict (workspace_id, sender_id, bucket_at, campaign_id, touch) do update
      set n = sender_usage.n + excluded.n`.execute(db);
}

type HandId = { workspaceId: string; id: string };
const given = (ids: readonly HandId[]) => sql`unnest(
  ${ids.map(({ workspaceId }) => workspaceId)}::uuid[], ${ids.map(({ id }) => id)}::uuid[])
  as g (workspace_id, id)`;

/** The end of one attempt. `scheduled`: it surely did not go out, and is tried again at `dueAt`. */
export type HandResult = HandId & {
  attempt: number;
  state: 'sent' | 'failed' | 'unknown' | 'scheduled';
  dueAt: Date | null;
  counts: boolean;
  errorCode: string | null;
  detail: string | null;
  providerKey?: string | null;
  threadKey?: string | null;
};

/**
 * Writes the result of a reserved message. `sent` is a fact and always wins; any other counts only
 * for its own attempt, while that is open. Returns whether it changed the message for the first
 * time from not sent to sent or unknown (`went`), or at all.
 */
export async function recordHandResult(
  db: Db,
  result: HandResult & { now: Date },
): Promise<{ changed: boolean; went: boolean }> {
  const { workspaceId, id, attempt, state, now } = result;
  const { rows } = await sql<{ went: boolean }>`
    with before as (
      select state as was, reserved_at from hand_messages
      where workspace_id = ${workspaceId} and id = ${id}
        and (state = 'reserved' and attempts = ${attempt}
          or ${state}::text = 'sent' and state <> 'sent' and attempts > 0)
      for update
    ), changed as (
      update hand_messages h set state = ${state}, due_at = ${result.dueAt}::timestamptz, deadline_at = null,
        error_code = ${result.errorCode}, error_detail = ${result.detail},
        tries = h.tries + ${result.counts ? 1 : 0}::int,
        provider_key = coalesce(${result.providerKey ?? null}::text, h.provider_key),
        thread_key = coalesce(${result.threadKey ?? null}::text, h.thread_key),
        sent_at = case when ${state}::text in ('sent', 'unknown') then coalesce(b.reserved_at, ${now}::timestamptz) end,
        updated_at = ${now}
      from before b where h.workspace_id = ${workspaceId} and h.id = ${id}
      returning b.was, b.reserved_at, h.sender_id, h.touch
    ), refund as (
      update sender_usage u set n = u.n - 1 from changed c
      where ${state}::text = 'scheduled' and u.workspace_id = ${workspaceId}
        and u.sender_id = c.sender_id and u.campaign_id = ${nilId} and u.touch = c.touch
        and u.bucket_at = date_bin('15 minutes', c.reserved_at, timestamptz '2000-01-01')
    )
    select was <> 'unknown' and ${state}::text in ('sent', 'unknown') as went from changed`.execute(
    db,
  );
  return { changed: rows.length > 0, went: rows[0]?.went ?? false };
}

/** Ends the time of an attempt of which the channel is to be asked next. */
export async function expireHandDeadline(
  db: Db,
  { workspaceId, id, attempt }: HandId & { attempt: number },
): Promise<void> {
  await sql`update hand_messages set deadline_at = clock_timestamp()
    where workspace_id = ${workspaceId} and id = ${id} and attempts = ${attempt}
      and state = 'reserved'`.execute(db);
}

/** Notes in its conversation that a message written by hand went out, or may have. */
export async function noteHandSent(db: Db, { workspaceId, id }: HandId): Promise<void> {
  await sql`
    update threads t set sent = t.sent + 1, awaits_answer = false,
      last_at = greatest(t.last_at, h.sent_at), last_direction = 'outbound',
      subject = coalesce(nullif(h.subject, ''), t.subject), snippet = left(h.body_text, 200),
      search = case when pg_column_size(t.search) > 200000 then t.search else t.search
        || to_tsvector('simple', concat_ws(' ', t.identity, t.name, t.company, h.subject,
          left(h.body_text, 20000))) end,
      updated_at = h.updated_at
    from hand_messages h
    where h.workspace_id = ${workspaceId} and h.id = ${id}
      and t.workspace_id = ${workspaceId} and t.id = h.thread_id`.execute(db);
}

/** A reserved message written by hand of which no result came in time. */
export type DoubtfulHandMessage = {
  workspaceId: string;
  id: string;
  messageId: string;
  threadId: string;
  senderId: string;
  campaignId: string | null;
  prospectId: string | null;
  attempt: number;
  tries: number;
  channel: string;
  channelKey: string;
  to: string;
  touch: string;
  text: string;
  doubtedAt: Date;
  threadKey: string | null;
  personKey: string | null;
  seenAbsent: boolean;
  overdueMs: number;
};

/** Takes messages in doubt, as `takeDoubtful` takes touches. */
export async function takeDoubtfulHandMessages(
  db: Db,
  take: TakeDoubtful,
): Promise<DoubtfulHandMessage[]> {
  return camelRows<DoubtfulHandMessage>(
    db,
    sql`
    with due as (
      select workspace_id, id from hand_messages
      where ${isInDoubt(take)}
      order by deadline_at limit ${take.limit} for update skip locked
    ), h as (
      update hand_messages m set asked_at = clock_timestamp(),
        doubted_at = coalesce(m.doubted_at, m.reserved_at) from due
      where m.workspace_id = due.workspace_id and m.id = due.id returning m.*
    )
    select h.workspace_id, h.id, h.id as message_id, h.thread_id, h.sender_id, t.campaign_id,
      t.prospect_id, h.attempts as attempt, h.tries, s.type as channel, h.channel_key,
      case when s.type = 'email' then h.to_address else t.identity end as to, h.touch,
      coalesce(h.body_text, '') as text, h.doubted_at, h.confirm_at is not null as seen_absent,
      (extract(epoch from clock_timestamp() - h.deadline_at) * 1000)::float8 as overdue_ms,
      ${providerKeys}
    from h join threads t on t.workspace_id = h.workspace_id and t.id = h.thread_id
    join senders s on s.workspace_id = h.workspace_id and s.id = h.sender_id`,
  );
}

/** Keeps a message in doubt until a second look, `ms` from now. */
export async function awaitSecondHandLook(
  db: Db,
  { workspaceId, id, attempt }: HandId & { attempt: number },
  ms: number,
): Promise<void> {
  await sql`
    update hand_messages set asked_at = null,
      confirm_at = clock_timestamp() + ${ms} * interval '1 millisecond'
    where workspace_id = ${workspaceId} and id = ${id} and attempts = ${attempt}
      and state = 'reserved'`.execute(db);
}
