import { type RawBuilder, sql } from 'kysely';
import { notedTouches } from '../../domain/sequence/invitation.ts';
import type { Db } from '../database.ts';
import { type Columns, camelRows } from '../rows.ts';
import { type WorkspaceScope, within } from '../scope.ts';

export type Result = {
  messageId: string;
  attempt: number;
  /** The campaign was a dry run when the message was reserved: nothing was delivered. */
  dryRun: boolean;
  state: 'sent' | 'failed' | 'unknown' | 'draft' | 'skipped';
  errorCode: string | null;
  detail: string | null;
  /** The provider's own ids of the message and of its conversation, where it has such ids. */
  providerKey?: string | null | undefined;
  threadKey?: string | null | undefined;
  /** Of a message of which nobody could tell, it ends the doubt; one that failed is taken up. */
  settles?: 'unknown' | 'failed';
  /** The attempt is one of the tries after which a touch fails. */
  counts?: boolean;
};

/** A message that a result changed, with the position and the hold of its prospect. */
export type Recorded = Columns<'prospects', 'node_id' | 'hold' | 'hold_detail' | 'hold_until'> & {
  messageId: string;
  campaignId: string;
  touch: string;
  /** The state before. */
  was: string;
};

/**
 * Whether a message in this state counts as usage: it does unless it never went out and was given
 * back.
 */
const counted = (state: RawBuilder<unknown>) => sql`(${state} not in ('draft', 'skipped'))::int`;

/**
 * Writes the results of reserved messages and returns the messages that changed, with their
 * prospects locked. `sent` is a fact and always wins; any other result counts only for its own
 * attempt, while that is still open. A message that was not reserved since a dry run takes no
 * result, and the result of a dry run does not count for the real touch. A message that was given
 * back (`draft`) or was not needed (`skipped`) returns its usage, and takes it again when it turns
 * out to have gone out.
 */
export async function recordResults(
  db: Db,
  record: { workspaceId: string; now: Date; results: readonly Result[] },
): Promise<Recorded[]> {
  const { workspaceId, now } = record;
  if (record.results.length === 0) return [];
  // Sorted, because rows are locked in this order. The lateral look-ups use the key whatever row
  // counts the planner assumes.
  const results = record.results.toSorted((a, b) => (a.messageId < b.messageId ? -1 : 1));
  const rows = await camelRows<Recorded>(
    db,
    sql`
    with given as (
      select * from unnest(${results.map((r) => r.messageId)}::uuid[],
          ${results.map((r) => r.attempt)}::int[], ${results.map((r) => r.dryRun)}::boolean[],
          ${results.map((r) => r.state)}::text[], ${results.map((r) => r.errorCode)}::text[],
          ${results.map((r) => r.detail)}::text[],
          ${results.map((r) => r.providerKey ?? null)}::text[],
          ${results.map((r) => r.threadKey ?? null)}::text[],
          ${results.map((r) => r.settles ?? null)}::text[],
          ${results.map((r) => r.counts ?? false)}::boolean[])
        as g (id, attempt, dry_run, state, error_code, detail, provider_key, thread_key, settles,
          counts)
    ), before as (
      select g.*, m.was from given g cross join lateral (
        select state as was, attempts, campaign_id from messages
        where workspace_id = ${workspaceId} and id = g.id for update
      ) m
      where (m.was in ('reserved', g.settles) and m.attempts = g.attempt
          or g.state = 'sent' and m.was <> 'sent' and m.attempts > 0)
        and g.dry_run = (select c.dry_run from campaigns c
          where c.workspace_id = ${workspaceId} and c.id = m.campaign_id)
    ), changed as (
      update messages m set state = b.state, error_code = b.error_code, error_detail = b.detail,
        deadline_at = null, updated_at = ${now},
        tries = case when b.settles = 'failed' then 0 else m.tries + b.counts::int end,
        doubted_at = case when b.settles is distinct from 'unknown' then m.doubted_at end,
        provider_key = coalesce(b.provider_key, m.provider_key),
        thread_key = coalesce(b.thread_key, m.thread_key),
        sent_at = case when b.state in ('sent', 'unknown') then coalesce(m.reserved_at, ${now}) end
      from before b where m.workspace_id = ${workspaceId} and m.id = b.id
      returning b.was, m.id, m.prospect_id, m.campaign_id, m.sender_id, m.touch, m.state,
        m.reserved_at, m.reach, m.touch = any(${notedTouches}) and m.body_text <> '' as noted,
        ${counted(sql`m.state`)} - ${counted(sql`b.was`)} as d
    ), refund as (
      update sender_usage u set n = u.n + b.n, notes = u.notes + b.notes
      from (select sender_id, campaign_id, touch,
          date_bin('15 minutes', reserved_at, timestamptz '2000-01-01') as bucket_at,
          sum(d)::int as n, coalesce(sum(d) filter (where noted), 0)::int as notes
        from changed where d <> 0 group by 1, 2, 3, 4) b
      where u.workspace_id = ${workspaceId} and u.sender_id = b.sender_id
        and u.campaign_id = b.campaign_id and u.bucket_at = b.bucket_at and u.touch = b.touch
    ), reach_refund as (
      update reach_usage u set n = u.n + b.n, cap = greatest(u.cap, u.n + b.n)
      from (select c.campaign_id, k.kind, c.reach ->> k.kind as key,
          (c.reach ->> 'day')::date as day, sum(c.d)::int as n
        from changed c cross join (values ('domain'), ('company')) as k (kind)
        where c.reach ->> k.kind is not null and c.d <> 0 group by 1, 2, 3, 4) b
      where u.workspace_id = ${workspaceId} and u.campaign_id = b.campaign_id and u.kind = b.kind
        and u.key = b.key and u.day = b.day
    )
    select c.id as message_id, c.campaign_id, c.touch, c.was, person.*
    from (select * from changed order by prospect_id) c cross join lateral (
      select node_id, hold, hold_detail, hold_until from prospects p
      where p.workspace_id = ${workspaceId} and p.id = c.prospect_id for update
    ) as person`,
  );
  return rows;
}

/**
 * Ends the time in which the worker may hand over these attempts, so that recovery asks the channel
 * next.
 */
export async function expireDeadlines(
  db: Db,
  workspaceId: string,
  attempts: readonly { messageId: string; attempt: number }[],
): Promise<void> {
  if (attempts.length === 0) return;
  await sql`
    update messages set deadline_at = clock_timestamp()
    from unnest(${attempts.map((a) => a.messageId)}::uuid[],
      ${attempts.map((a) => a.attempt)}::int[]) as g (id, attempt)
    where workspace_id = ${workspaceId} and messages.id = g.id and attempts = g.attempt
      and state = 'reserved'`.execute(db);
}

/** A reserved message of which no result came in time. */
export type Doubtful = Columns<
  'messages',
  'workspace_id' | 'campaign_id' | 'prospect_id' | 'node_id' | 'thread_key'
> & {
  messageId: string;
  attempt: number;
  tries: number;
  channelKey: string;
  /** The type of the sender. */
  channel: string;
  senderId: string;
  /** The prospect's identity, and the provider's id of the person. */
  to: string;
  personKey: string | null;
  touch: string;
  text: string;
  /** When the first attempt was reserved that may have gone out. */
  doubtedAt: Date;
  /** An earlier look showed no such message. */
  seenAbsent: boolean;
  dryRun: boolean;
  /** Milliseconds since its deadline, by the database's clock. */
  overdueMs: number;
};

/** The messages in doubt to take; `busy` are left for later. */
export type TakeDoubtful = {
  scope: WorkspaceScope;
  settleMs: number;
  busy: { senders: readonly string[]; workspaces: readonly string[] };
  limit: number;
};

/**
 * The condition on reserved messages, touches and those by hand, whose deadline passed at least
 * `settleMs` ago, and whose channel may be asked again: after a minute, or for a second look. The
 * database's clock alone counts, because the clocks of processes may differ. In a sandbox one
 * process sends at a time, so that every reserved message is in doubt.
 */
export const isInDoubt = ({ scope, settleMs, busy }: TakeDoubtful): RawBuilder<boolean> => sql`
  state = 'reserved' and ${within(sql`workspace_id`, scope)} and (${scope !== 'live'}::boolean
    or deadline_at < clock_timestamp() - ${settleMs} * interval '1 millisecond'
    and (asked_at is null or asked_at < clock_timestamp() - interval '1 minute')
    and (confirm_at is null or confirm_at < clock_timestamp()))
  and sender_id <> all (${busy.senders}::uuid[]) and workspace_id <> all (${busy.workspaces}::uuid[])`;

/** Takes messages in doubt, so that this worker asks their channels; no other one gets them now. */
export async function takeDoubtful(db: Db, take: TakeDoubtful): Promise<Doubtful[]> {
  const rows = await camelRows<Doubtful>(
    db,
    sql`
    with due as (
      select workspace_id, id from messages
      where ${isInDoubt(take)}
      order by deadline_at limit ${take.limit} for update skip locked
    ), taken as (
      update messages m set asked_at = clock_timestamp(),
        doubted_at = coalesce(m.doubted_at, m.reserved_at) from due
      where m.workspace_id = due.workspace_id and m.id = due.id returning m.*
    )
    select t.workspace_id, t.id as message_id, t.attempts as attempt, t.tries, t.channel_key,
      s.type as channel,
      t.sender_id, t.campaign_id, t.prospect_id, t.node_id, p.identity as to, t.touch,
      coalesce(t.body_text, '') as text, t.doubted_at,
      t.confirm_at is not null as seen_absent, p.person_key,
      (select m.thread_key from messages m where m.workspace_id = t.workspace_id
        and m.prospect_id = t.prospect_id and m.sender_id = t.sender_id
        and m.thread_key is not null order by m.reserved_at desc limit 1) as thread_key, c.dry_run,
      (extract(epoch from clock_timestamp() - t.deadline_at) * 1000)::float8 as overdue_ms
    from taken t join senders s on s.workspace_id = t.workspace_id and s.id = t.sender_id
    join prospects p on p.workspace_id = t.workspace_id and p.id = t.prospect_id
    join campaigns c on c.workspace_id = t.workspace_id and c.id = t.campaign_id`,
  );
  return rows;
}

/**
 * Keeps a message in doubt after a look that showed no such message: a second look decides, `ms`
 * from now.
 */
export async function awaitSecondLook(
  db: Db,
  { workspaceId, messageId, attempt }: Doubtful,
  ms: number,
): Promise<void> {
  await sql`
    update messages set asked_at = null,
      confirm_at = clock_timestamp() + ${ms} * interval '1 millisecond'
    where workspace_id = ${workspaceId} and id = ${messageId} and attempts = ${attempt}
      and state = 'reserved'`.execute(db);
}

export type MessageTarget = Columns<
  'messages',
  'prospect_id' | 'campaign_id' | 'sender_id' | 'node_id'
> & { messageId: string; email: string | null };

/** The prospect, sender and touch of a message; null when there is no such message. */
export async function messageTarget(
  db: Db,
  workspaceId: string,
  messageId: string,
): Promise<MessageTarget | null> {
  const rows = await camelRows<MessageTarget>(
    db,
    sql`
    select m.id as message_id, m.prospect_id, m.campaign_id, m.sender_id, m.node_id, p.email
    from messages m join prospects p on p.workspace_id = m.workspace_id and p.id = m.prospect_id
    where m.workspace_id = ${workspaceId} and m.id = ${messageId}`,
  );
  return rows[0] ?? null;
}

/**
 * The texts that a model wrote for a touch, by slot, with hashes of the node and of the prospect
 * that it wrote them for.
 */
export type Written = {
  node: string;
  person: string;
  model: string;
  texts: Record<string, string>;
};

export type LedgerRow = Columns<
  'messages',
  | 'id'
  | 'prospect_id'
  | 'node_id'
  | 'sender_id'
  | 'state'
  | 'subject'
  | 'body_text'
  | 'body_html'
  | 'channel_key'
  | 'provider_key'
  | 'thread_key'
  | 'attempts'
  | 'tries'
  | 'doubted_at'
> & {
  /** A user has edited the text by hand. */
  edited: boolean;
  written: Written | null;
};

/**
 * All messages of these prospects: drafts to send as they are, and touches that went out before.
 */
export async function ledgerOf(
  db: Db,
  workspaceId: string,
  prospectIds: readonly string[],
): Promise<LedgerRow[]> {
  const rows = await camelRows<LedgerRow>(
    db,
    sql`
    select id, prospect_id, node_id, sender_id, state, subject, body_text, body_html,
      manually_edited as edited, written, channel_key, provider_key, thread_key, attempts,
      tries, doubted_at
    from messages where workspace_id = ${workspaceId} and prospect_id = any(${prospectIds})
    order by reserved_at nulls last`,
  );
  return rows;
}
