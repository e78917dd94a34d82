import { sql } from 'kysely';
import { withdrawingHold } from '../../domain/sequence/invitation.ts';
import type { Db } from '../database.ts';
import { camelRows } from '../rows.ts';
import { type WorkspaceScope, within } from '../scope.ts';
import type { Person } from './invitations.ts';

export type Withdrawal = {
  workspaceId: string;
  messageId: string;
  senderId: string;
  campaignId: string;
  prospectId: string;
  channel: string;
  senderStatus: string;
  tries: number;
  key: string;
  to: string;
  touch: string;
  text: string;
  reservedAt: Date;
  providerKey: string | null;
  threadKey: string | null;
  personKey: string | null;
  /** Nobody waits for the answer any more: it was accepted, or came to another end. */
  needed: boolean;
};

/** Takes invitations that are to be taken back, for this worker; nobody else gets them for two minutes. By the database's clock, except in a sandbox. */
export async function takeWithdrawals(
  db: Db,
  { scope, now, limit }: { scope: WorkspaceScope; now: Date; limit: number },
): Promise<Withdrawal[]> {
  const rows = await camelRows<Withdrawal>(
    db,
    sql`
    with due as (
      select workspace_id, id from messages where withdraw_at <= ${now} and ${within(sql`workspace_id`, scope)}
        and (${scope !== 'live'} or asked_at is null or asked_at < clock_timestamp() - interval '2 minutes')
      order by withdraw_at limit ${limit} for update skip locked
    ), taken as (
      update messages m set asked_at = clock_timestamp() from due where m.workspace_id = due.workspace_id and m.id = due.id returning m.*
    )
    select t.workspace_id, t.id as message_id, t.sender_id, t.campaign_id, t.prospect_id,
      s.type as channel, s.status as sender_status, t.withdraw_tries as tries, t.channel_key as key, p.identity as to, t.touch, coalesce(t.body_text, '') as text,
      t.reserved_at, t.provider_key, t.thread_key, p.person_key,
      p.hold is not distinct from ${withdrawingHold} or p.status = 'timed_out' as needed
    from taken t join senders s on s.workspace_id = t.workspace_id and s.id = t.sender_id
    join prospects p on p.workspace_id = t.workspace_id and p.id = t.prospect_id`,
  );
  return rows;
}

/** Has these invitations taken back. Their people are locked. */
export async function callBack(
  db: Db,
  workspaceId: string,
  messageIds: readonly string[],
  now: Date,
): Promise<void> {
  if (messageIds.length === 0) return;
  await sql`update messages set withdraw_at = ${now}, updated_at = ${now} where workspace_id = ${workspaceId} and id = any(${messageIds}::uuid[])`.execute(
    db,
  );
}
export type Withdrawn = {
  workspaceId: string;
  messageId: string;
  now: Date;
  withdrawn: boolean;
  /** When it is tried again, null when it is not. */
  again: Date | null;
  error: string | null;
};

/** Writes what came of taking an invitation back. */
export async function saveWithdrawal(
  db: Db,
  { workspaceId, messageId, now, withdrawn, again, error }: Withdrawn,
): Promise<void> {
  await sql`
    update messages set withdraw_at = ${again}, withdraw_error = ${error}, withdraw_tries = withdraw_tries + 1, asked_at = null, updated_at = ${now},
      withdrawn_at = case when ${withdrawn} then ${now}::timestamptz else withdrawn_at end
    where workspace_id = ${workspaceId} and id = ${messageId}`.execute(db);
}

/** Whether somebody's invitation is being taken back; they are locked. */
export async function lockWithdrawing(
  db: Db,
  { workspaceId, prospectId }: Person,
): Promise<boolean> {
  const { rows } = await sql<{ hold: string | null }>`
    select hold from prospects where workspace_id = ${workspaceId} and id = ${prospectId} for update`.execute(
    db,
  );
  return rows[0]?.hold === withdrawingHold;
}
