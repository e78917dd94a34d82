import { sql } from 'kysely';
import { withdrawingHold } from '../../domain/sequence/invitation.ts';
import type { Db } from '../database.ts';
import { type Columns, camelRows } from '../rows.ts';
import { type WorkspaceScope, within } from '../scope.ts';

/** An invitation that is to be taken back. */
export type Withdrawal = Columns<
  'messages',
  'workspace_id' | 'campaign_id' | 'prospect_id' | 'provider_key' | 'thread_key'
> & {
  messageId: string;
  senderId: string;
  channel: string;
  senderStatus: string;
  /** Attempts to take it back so far. */
  tries: number;
  key: string;
  /** The prospect's identity, and the provider's id of the person. */
  to: string;
  personKey: string | null;
  touch: string;
  text: string;
  reservedAt: Date;
  /**
   * False once the invitation was accepted, or the prospect ended in another way than by timeout.
   */
  needed: boolean;
};

/**
 * Takes invitations that are to be taken back, for this worker. No other worker gets them for two
 * minutes by the database's clock; in a sandbox the next one may take them at once.
 */
export async function takeWithdrawals(
  db: Db,
  {
    scope,
    now,
    busy,
    limit,
  }: {
    scope: WorkspaceScope;
    now: Date;
    /** Senders and workspaces to leave for later. */
    busy: { senders: readonly string[]; workspaces: readonly string[] };
    limit: number;
  },
): Promise<Withdrawal[]> {
  const rows = await camelRows<Withdrawal>(
    db,
    sql`
    with due as (
      select workspace_id, id from messages
      where withdraw_at <= ${now} and ${within(sql`workspace_id`, scope)}
        and (${scope !== 'live'} or asked_at is null
          or asked_at < clock_timestamp() - interval '2 minutes')
        and sender_id <> all (${busy.senders}::uuid[])
        and workspace_id <> all (${busy.workspaces}::uuid[])
      order by withdraw_at limit ${limit} for update skip locked
    ), taken as (
      update messages m set asked_at = clock_timestamp() from due
      where m.workspace_id = due.workspace_id and m.id = due.id returning m.*
    )
    select t.workspace_id, t.id as message_id, t.sender_id, t.campaign_id, t.prospect_id,
      s.type as channel, s.status as sender_status, t.withdraw_tries as tries, t.channel_key as key,
      p.identity as to, t.touch, coalesce(t.body_text, '') as text, t.reserved_at,
      t.provider_key, t.thread_key, p.person_key,
      p.hold is not distinct from ${withdrawingHold} or p.status = 'timed_out' as needed
    from taken t join senders s on s.workspace_id = t.workspace_id and s.id = t.sender_id
    join prospects p on p.workspace_id = t.workspace_id and p.id = t.prospect_id`,
  );
  return rows;
}

/** Schedules these invitations to be taken back. The caller has locked their prospects. */
export async function requestWithdrawals(
  db: Db,
  workspaceId: string,
  messageIds: readonly string[],
  now: Date,
): Promise<void> {
  if (messageIds.length === 0) return;
  await sql`update messages set withdraw_at = ${now}, updated_at = ${now}
    where workspace_id = ${workspaceId} and id = any(${messageIds}::uuid[])`.execute(db);
}

/** The result of an attempt to take an invitation back. */
export type Withdrawn = {
  workspaceId: string;
  messageId: string;
  now: Date;
  withdrawn: boolean;
  /** The next try; null when there is none. */
  again: Date | null;
  error: string | null;
};

/** Writes the result of an attempt to take an invitation back. */
export async function saveWithdrawal(
  db: Db,
  { workspaceId, messageId, now, withdrawn, again, error }: Withdrawn,
): Promise<void> {
  await sql`
    update messages set withdraw_at = ${again}, withdraw_error = ${error},
      withdraw_tries = withdraw_tries + 1, asked_at = null, updated_at = ${now},
      withdrawn_at = case when ${withdrawn} then ${now}::timestamptz else withdrawn_at end
    where workspace_id = ${workspaceId} and id = ${messageId}`.execute(db);
}

/** Whether a prospect's invitation is being taken back. Locks the prospect. */
export async function lockWithdrawing(
  db: Db,
  { workspaceId, prospectId }: { workspaceId: string; prospectId: string },
): Promise<boolean> {
  const { rows } = await sql<{ hold: string | null }>`
    select hold from prospects where workspace_id = ${workspaceId} and id = ${prospectId}
    for update`.execute(db);
  return rows[0]?.hold === withdrawingHold;
}
