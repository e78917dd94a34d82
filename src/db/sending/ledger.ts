import { type RawBuilder, sql } from 'kysely';
import { notedTouches } from '../../domain/sequence/invitation.ts';
import type { Db } from '../database.ts';
import { camelRows } from '../rows.ts';
import { type WorkspaceScope, within } from '../scope.ts';

export type Result = {
  messageId: string;
  attempt: number;
  /** Its campaign delivered nothing when it was reserved. */
  dryRun: boolean;
  state: 'sent' | 'failed' | 'unknown' | 'draft' | 'skipped';
  errorCode: string | null;
  detail: string | null;
  /** What the provider calls it and its conversation, where it has names of its own. */
  providerKey?: string | null | undefined;
  threadKey?: string | null | undefined;
};

/** What a result changed: the message, what it was before, and where its person stands and what holds them. */
export type Recorded = {
  messageId: string;
  campaignId: string;
  touch: string;
  was: string;
  nodeId: string | null;
  hold: string | null;
  holdDetail: string | null;
  holdUntil: Date | null;
};

/** What is counted as usage: all but what never went out and was given back. */
const counted = (state: RawBuilder<unknown>) => sql`(${state} not in ('draft', 'skipped'))::int`;

/**
 * Writes what became of reserved messages and returns the ones it changed. `sent` is a fact and always wins; anything else counts only for the
 * attempt it belongs to, while that is still open. What was not reserved since a dry run has no result, and a dry run's is none of the real touch.
 * A message given back (`draft`), or for which there was no need (`skipped`), gives its usage back, and takes it again when it turns out to have
 * gone out. Its people are locked with it.
 */
export async function recordResults(
  db: Db,
  record: { workspaceId: string; now: Date; results: readonly Result[] },
): Promise<Recorded[]> {
  const { workspaceId, now } = record;
  if (record.results.length === 0) return [];
  const r = record.results.toSorted((a, b) => (a.messageId < b.messageId ? -1 : 1));
  // Locked in the order given. The lateral look-ups go by the key whatever the planner believes the tables hold.
  const rows = await camelRows<Recorded>(
    db,
    sql`
    with given as (
      select * from unnest(${r.map((x) => x.messageId)}::uuid[], ${r.map((x) => x.attempt)}::int[], ${r.map((x) => x.dryRun)}::boolean[], ${r.map((x) => x.state)}::text[],
        ${r.map((x) => x.errorCode)}::text[], ${r.map((x) => x.detail)}::text[], ${r.map((x) => x.providerKey ?? null)}::text[],
        ${r.map((x) => x.threadKey ?? null)}::text[]) as g (id, attempt, dry_run, state, error_code, detail, provider_key, thread_key)
    ), before as (
      select g.*, m.was from given g cross join lateral (
        select state as was, attempts, campaign_id from messages where workspace_id = ${workspaceId} and id = g.id for update
      ) m where (m.was = 'reserved' and m.attempts = g.attempt or g.state = 'sent' and m.was <> 'sent' and m.attempts > 0)
        and g.dry_run = (select c.dry_run from campaigns c where c.workspace_id = ${workspaceId} and c.id = m.campaign_id)
    ), changed as (
      update messages m set state = b.state, error_code = b.error_code, error_detail = b.detail, deadline_at = null, updated_at = ${now},
        provider_key = coalesce(b.provider_key, m.provider_key), thread_key = coalesce(b.thread_key, m.thread_key),
        sent_at = case when b.state in ('sent', 'unknown') then coalesce(m.reserved_at, ${now}) end
      from before b where m.workspace_id = ${workspaceId} and m.id = b.id
      returning b.was, m.id, m.prospect_id, m.campaign_id, m.sender_id, m.touch, m.state, m.reserved_at, m.reach,
        m.touch = any(${notedTouches}) and m.body_text <> '' as noted, ${counted(sql`m.state`)} - ${counted(sql`b.was`)} as d
    ), refund as (
      update sender_usage u set n = u.n + b.n, notes = u.notes + b.notes
      from (select sender_id, campaign_id, touch, date_bin('15 minutes', reserved_at, timestamptz '2000-01-01') as bucket_at,
          sum(d)::int as n, coalesce(sum(d) filter (where noted), 0)::int as notes
        from changed where d <> 0 group by 1, 2, 3, 4) b
      where u.workspace_id = ${workspaceId} and u.sender_id = b.sender_id and u.campaign_id = b.campaign_id and u.bucket_at = b.bucket_at and u.touch = b.touch
    ), reach_refund as (
      update reach_usage u set n = u.n + b.n, cap = greatest(u.cap, u.n + b.n)
      from (select c.campaign_id, k.kind, c.reach ->> k.kind as key, (c.reach ->> 'day')::date as day, sum(c.d)::int as n
        from changed c cross join (values ('domain'), ('company')) as k (kind)
        where c.reach ->> k.kind is not null and c.d <> 0 group by 1, 2, 3, 4) b
      where u.workspace_id = ${workspaceId} and u.campaign_id = b.campaign_id and u.kind = b.kind and u.key = b.key and u.day = b.day
    )
    select c.id as message_id, c.campaign_id, c.touch, c.was, person.* from (select * from changed order by prospect_id) c cross join lateral (
      select node_id, hold, hold_detail, hold_until from prospects p
      where p.workspace_id = ${workspaceId} and p.id = c.prospect_id for update
    ) as person`,
  );
  return rows;
}

/** Ends the time in which the worker itself may still hand over these attempts: recovery asks the channel next. */
export async function expireDeadlines(
  db: Db,
  workspaceId: string,
  m: readonly { messageId: string; attempt: number }[],
): Promise<void> {
  if (m.length === 0) return;
  await sql`
    update messages set deadline_at = clock_timestamp()
    from unnest(${m.map((x) => x.messageId)}::uuid[], ${m.map((x) => x.attempt)}::int[]) as g (id, attempt)
    where workspace_id = ${workspaceId} and messages.id = g.id and attempts = g.attempt and state = 'reserved'`.execute(
    db,
  );
}

export type Doubtful = {
  workspaceId: string;
  messageId: string;
  attempt: number;
  channelKey: string;
  channel: string;
  senderId: string;
  campaignId: string;
  prospectId: string;
  nodeId: string;
  to: string;
  touch: string;
  text: string;
  reservedAt: Date;
  threadKey: string | null;
  personKey: string | null;
  dryRun: boolean;
  /** How long its deadline has been over, in ms by the database's clock. */
  overdueMs: number;
};

/**
 * Takes reserved messages whose deadline is over by `settleMs`, for this worker to ask about; nobody else gets them for a
 * minute. Only the database's clock is used: processes' clocks may differ. In a sandbox only one process sends at a time, so
 * whoever takes over need not wait: with a sandbox's scope all that is reserved there is doubtful.
 */
export async function takeDoubtful(
  db: Db,
  take: { scope: WorkspaceScope; settleMs: number; limit: number },
): Promise<Doubtful[]> {
  const rows = await camelRows<Doubtful>(
    db,
    sql`
    with due as (
      select workspace_id, id from messages
      where state = 'reserved' and ${within(sql`workspace_id`, take.scope)} and (${take.scope !== 'live'}
        or deadline_at < clock_timestamp() - ${take.settleMs} * interval '1 millisecond'
        and (asked_at is null or asked_at < clock_timestamp() - interval '1 minute'))
      order by deadline_at limit ${take.limit} for update skip locked
    ), taken as (
      update messages m set asked_at = clock_timestamp() from due where m.workspace_id = due.workspace_id and m.id = due.id returning m.*
    )
    select t.workspace_id, t.id as message_id, t.attempts as attempt, t.channel_key, s.type as channel,
      t.sender_id, t.campaign_id, t.prospect_id, t.node_id, p.identity as to, t.touch,
      coalesce(t.body_text, '') as text, t.reserved_at, p.person_key,
      (select m.thread_key from messages m where m.workspace_id = t.workspace_id and m.prospect_id = t.prospect_id and m.sender_id = t.sender_id
        and m.thread_key is not null order by m.reserved_at desc limit 1) as thread_key, c.dry_run,
      (extract(epoch from clock_timestamp() - t.deadline_at) * 1000)::float8 as overdue_ms
    from taken t join senders s on s.workspace_id = t.workspace_id and s.id = t.sender_id
    join prospects p on p.workspace_id = t.workspace_id and p.id = t.prospect_id
    join campaigns c on c.workspace_id = t.workspace_id and c.id = t.campaign_id`,
  );
  return rows;
}

export type MessageTarget = {
  messageId: string;
  prospectId: string;
  campaignId: string;
  senderId: string | null;
  nodeId: string;
  email: string | null;
};

/** Whom a message was for; null when there is no such message. */
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

/** What a model wrote for a touch, by slot, and hashes of the node and of the person it wrote it for. */
export type Written = {
  node: string;
  person: string;
  model: string;
  texts: Record<string, string>;
};
export type LedgerRow = {
  id: string;
  prospectId: string;
  nodeId: string;
  senderId: string | null;
  state: string;
  subject: string | null;
  bodyText: string | null;
  bodyHtml: string | null;
  edited: boolean;
  written: Written | null;
  channelKey: string | null;
  providerKey: string | null;
  threadKey: string | null;
  attempts: number;
};

/** What the ledger has of these people: drafts to send as they are, and what went out before. */
export async function ledgerOf(
  db: Db,
  workspaceId: string,
  prospectIds: readonly string[],
): Promise<LedgerRow[]> {
  const rows = await camelRows<LedgerRow>(
    db,
    sql`
    select id, prospect_id, node_id, sender_id, state, subject, body_text, body_html,
      manually_edited as edited, written, channel_key, provider_key, thread_key, attempts
    from messages where workspace_id = ${workspaceId} and prospect_id = any(${prospectIds}) order by reserved_at nulls last`,
  );
  return rows;
}
