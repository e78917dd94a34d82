import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { camelRows } from '../rows.ts';
import type { SenderId } from './senders.ts';

export type LoginRow = SenderId & { verifier: string };

/** Remembers a login that was begun for a sender, until it expires. */
export async function insertLogin(
  db: Db,
  login: LoginRow & { stateHash: Buffer; expiresAt: Date },
): Promise<void> {
  await sql`insert into logins (state_hash, workspace_id, sender_id, verifier, expires_at)
    values (${login.stateHash}, ${login.workspaceId}, ${login.senderId}, ${login.verifier}, ${login.expiresAt})`.execute(
    db,
  );
}

/**
 * The login that was begun with this state, which nobody gets again; null when there is none, or
 * its time is over.
 */
export async function takeLogin(db: Db, stateHash: Buffer, now: Date): Promise<LoginRow | null> {
  const rows = await camelRows<LoginRow & { expiresAt: Date }>(
    db,
    sql`
    delete from logins where state_hash = ${stateHash}
    returning workspace_id, sender_id, verifier, expires_at`,
  );
  const [row] = rows;
  return row && row.expiresAt > now ? row : null;
}

/**
 * Deletes expired logins, and senders of the type that were made for one, unless a campaign uses
 * them.
 */
export async function dropAbandoned(
  db: Db,
  { workspaceId, type, now }: { workspaceId: string; type: string; now: Date },
): Promise<void> {
  await sql`delete from logins where workspace_id = ${workspaceId} and expires_at <= ${now}`.execute(
    db,
  );
  await sql`
    delete from senders s where s.workspace_id = ${workspaceId} and s.type = ${type} and s.status = 'connecting' and s.credentials is null
      and not exists (select 1 from logins l where l.workspace_id = s.workspace_id and l.sender_id = s.id)
      and not exists (select 1 from campaign_senders cs where cs.workspace_id = s.workspace_id and cs.sender_id = s.id)`.execute(
    db,
  );
}

/**
 * The sender that an account of the provider belongs to already, or null. Until the transaction
 * ends, nobody else gives it one.
 */
export async function findByAccount(
  db: Db,
  { workspaceId, type, accountId }: { workspaceId: string; type: string; accountId: string },
): Promise<string | null> {
  await sql`select pg_advisory_xact_lock(hashtextextended('postrider account ' || ${accountId}, 0))`.execute(
    db,
  );
  const { rows } = await sql<{ id: string }>`
    select id from senders where workspace_id = ${workspaceId} and type = ${type} and provider_account_id = ${accountId} and removed_at is null`.execute(
    db,
  );
  return rows[0]?.id ?? null;
}
