import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { camelRows } from '../rows.ts';

export type AccountRow = {
  workspaceId: string;
  id: string;
  type: string;
  providerAccountId: string | null;
  isPremium: boolean;
  emailAddress: string | null;
  displayName: string | null;
  firstName: string | null;
  lastName: string | null;
  connection: Record<string, unknown>;
  credentials: string | null;
  updatedAt: Date;
};

/** How to reach these senders' providers, credentials sealed. */
export async function readAccounts(
  db: Db,
  workspaceId: string,
  senderIds: readonly string[],
): Promise<AccountRow[]> {
  const rows = await camelRows<AccountRow>(
    db,
    sql`
    select workspace_id, id, type, provider_account_id, is_premium, email_address, display_name, first_name,
      last_name, connection, credentials, updated_at
    from senders where workspace_id = ${workspaceId} and id = any(${senderIds})`,
  );
  return rows;
}

/**
 * Takes a sender out of service until a person has mended it. Its provider's word that it is well
 * is believed after an hour, and after twice the time with each fault in a row; a day of service
 * ends the row. Returns false when it was not in service.
 */
export async function suspendSender(
  db: Db,
  sender: { workspaceId: string; senderId: string; reason: string; now: Date },
): Promise<boolean> {
  const { rows } = await sql`
    update senders set status = 'credentials_required', status_reason = ${sender.reason},
      updated_at = ${sender.now}, send_faults = f.faults,
      heals_at = ${sender.now}::timestamptz + least(interval '1 hour' * 2 ^ (f.faults - 1), interval '7 days')
    from (select case when heals_at < ${sender.now}::timestamptz - interval '1 day' then 1
        else send_faults + 1 end as faults
      from senders where workspace_id = ${sender.workspaceId} and id = ${sender.senderId}) f
    where workspace_id = ${sender.workspaceId} and id = ${sender.senderId} and status = 'active' returning id`.execute(
    db,
  );
  return rows.length > 0;
}

type Holder = { workspaceId: string; id: string };

/**
 * A sender's sealed credentials, locked for renewing them: other renewals wait until the
 * transaction ends, sends do not.
 */
export async function lockCredentials(db: Db, { workspaceId, id }: Holder): Promise<string | null> {
  await sql`select pg_advisory_xact_lock(hashtextextended('postrider credentials ' || ${id}::text, 0))`.execute(
    db,
  );
  const { rows } = await sql<{ credentials: string | null }>`
    select credentials from senders where workspace_id = ${workspaceId} and id = ${id}`.execute(db);
  return rows[0]?.credentials ?? null;
}

/**
 * Puts renewed credentials in the place of those they came from; others that the sender was given
 * meanwhile stay.
 */
export async function replaceCredentials(
  db: Db,
  { workspaceId, id }: Holder,
  { was, credentials }: { was: string; credentials: string },
): Promise<void> {
  await sql`update senders set credentials = ${credentials} where workspace_id = ${workspaceId} and id = ${id} and credentials = ${was}`.execute(
    db,
  );
}
