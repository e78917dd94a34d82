import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { camelRows } from '../rows.ts';
import { isLive } from '../scope.ts';
import type { SenderId, SenderRow } from './senders.ts';

/** Which of a provider's accounts are some sender's, whatever its workspace. */
export async function ownedSeats(
  db: Db,
  type: string,
  providerAccountIds: readonly string[],
): Promise<Map<string, SenderId>> {
  const rows = await camelRows<SenderId & { key: string }>(
    db,
    sql`
    select provider_account_id as key, workspace_id, id as sender_id from senders
    where type = ${type} and provider_account_id = any(${providerAccountIds}) and removed_at is null`,
  );
  return new Map(rows.map(({ key, ...owner }) => [key, owner]));
}

/** The senders of a provider's account, of all workspaces: each may have one of it. */
export async function sendersOfAccount(
  db: Db,
  type: string,
  providerAccountId: string,
): Promise<SenderId[]> {
  return camelRows<SenderId>(
    db,
    sql`
    select workspace_id, id as sender_id from senders
    where type = ${type} and provider_account_id = ${providerAccountId} and removed_at is null
    order by workspace_id`,
  );
}

/**
 * The senders with this profile: a seat that was connected anew has another account at its
 * provider. Of all workspaces.
 */
export async function seatsOfProfile(
  db: Db,
  type: string,
  profileUrl: string,
): Promise<SenderRow[]> {
  const { rows } = await sql<SenderRow>`
    select * from senders where type = ${type} and profile_url = ${profileUrl} and removed_at is null`.execute(
    db,
  );
  return rows;
}

/** Senders whose accounts have no id of version 2 of Unipile. Of all live workspaces. */
export async function sendersOfV1(db: Db, type: string): Promise<SenderRow[]> {
  const { rows } = await sql<SenderRow>`
    select * from senders where type = ${type} and removed_at is null and profile_url is not null
      and provider_account_id not like 'acc\\_%' and ${isLive(sql.ref('workspace_id'))}
    limit 10000`.execute(db);
  return rows;
}

export type Turn = SenderId & {
  from: readonly string[];
  status: string;
  reason: string | null;
  /** The results of its earlier sends count no more. */
  isNew: boolean;
  now: Date;
};

/**
 * Gives a sender another status where it has one of these. Returns whether it had. Once the
 * provider itself says that it is not well, its word that it is well counts at once.
 */
export async function turnSender(
  db: Db,
  { workspaceId, senderId, from, status, reason, isNew, now }: Turn,
): Promise<boolean> {
  const { rows } = await sql`
    update senders set status = ${status}, status_reason = ${reason}, updated_at = ${now},
      send_faults = case when ${isNew} then 0 else send_faults end
    where workspace_id = ${workspaceId} and id = ${senderId} and removed_at is null and status = any(${from}) and status <> ${status} returning id`.execute(
    db,
  );
  return rows.length > 0;
}

/** Ends the time in which the provider's word that a sender is well does not count. */
export async function believeProvider(
  db: Db,
  { workspaceId, senderId, now }: SenderId & { now: Date },
): Promise<void> {
  await sql`update senders set heals_at = ${now}
    where workspace_id = ${workspaceId} and id = ${senderId} and heals_at > ${now}`.execute(db);
}

export type InvitationRow = { personKey: string; key: string; text: string; at: Date };

/**
 * The last touch of these types that a sender made to each of these people, or the one that waits
 * for them, by the provider's names of them.
 */
export async function invitationsTo(
  db: Db,
  { workspaceId, senderId }: SenderId,
  asked: { personKeys: readonly string[]; touches: readonly string[] },
): Promise<InvitationRow[]> {
  const rows = await camelRows<InvitationRow>(
    db,
    sql`
    select distinct on (p.person_key) p.person_key, m.id as key, coalesce(m.body_text, '') as text, m.reserved_at as at
    from prospects p join messages m on m.workspace_id = p.workspace_id and m.prospect_id = p.id
    where p.workspace_id = ${workspaceId} and p.person_key = any(${asked.personKeys}) and m.sender_id = ${senderId}
      and m.reserved_at is not null and (m.touch = any(${asked.touches}) and m.state <> 'draft' or p.hold = 'awaiting_connection')
    order by p.person_key, m.reserved_at desc`,
  );
  return rows;
}
