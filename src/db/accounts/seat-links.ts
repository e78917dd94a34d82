import { type Selectable, sql } from 'kysely';
import type { Db } from '../database.ts';
import type { Schema } from '../schema.gen.ts';

export type SeatLink = Selectable<Schema['seat_links']>;

/**
 * Notes a login that was begun. One that was begun before for the same sender, or for a new one, is
 * over; those nobody used are forgotten.
 */
export async function replaceSeatLink(
  db: Db,
  link: Omit<SeatLink, 'provider_account_id' | 'error'>,
): Promise<void> {
  await sql`
    delete from seat_links where workspace_id = ${link.workspace_id}
      and (sender_id is not distinct from ${link.sender_id} or expires_at <= ${link.created_at} and provider_account_id is null)`.execute(
    db,
  );
  await db.insertInto('seat_links').values(link).execute();
}

/**
 * The login that a provider's answer belongs to, in any workspace: the name is a secret of the
 * caller that began it. Null when it has expired.
 */
export async function findSeatLink(db: Db, nameHash: Buffer, now: Date): Promise<SeatLink | null> {
  const { rows } =
    await sql<SeatLink>`select * from seat_links where name_hash = ${nameHash} and expires_at > ${now}`.execute(
      db,
    );
  return rows[0] ?? null;
}

/** Stores a provider's answer to a login, so that it is not lost when a later step fails. */
export async function noteSeat(
  db: Db,
  link: SeatLink,
  said: { providerAccountId?: string; error?: string },
): Promise<void> {
  await sql`
    update seat_links set provider_account_id = coalesce(${said.providerAccountId ?? null}, provider_account_id), error = ${said.error ?? null}
    where workspace_id = ${link.workspace_id} and name_hash = ${link.name_hash}`.execute(db);
}

export async function deleteSeatLink(db: Db, link: SeatLink): Promise<void> {
  await sql`delete from seat_links where workspace_id = ${link.workspace_id} and name_hash = ${link.name_hash}`.execute(
    db,
  );
}

/**
 * Takes a login for the end of the transaction. Returns false when it is over: somebody else has
 * finished it.
 */
export async function lockSeatLink(db: Db, link: SeatLink): Promise<boolean> {
  const { rows } = await sql`
    select 1 from seat_links where workspace_id = ${link.workspace_id} and name_hash = ${link.name_hash} for update`.execute(
    db,
  );
  return rows.length > 0;
}

/**
 * Logins of all workspaces that are not finished and end after an instant, for a worker to finish.
 */
export async function unboundSeatLinks(db: Db, after: Date): Promise<SeatLink[]> {
  const { rows } = await sql<SeatLink>`
    select * from seat_links where error is null and (expires_at > ${after} or provider_account_id is not null) order by created_at limit 100`.execute(
    db,
  );
  return rows;
}

/** Logins of a workspace that are under way, or could not be finished. */
export async function openSeatLinks(db: Db, workspaceId: string, now: Date): Promise<SeatLink[]> {
  const { rows } = await sql<SeatLink>`
    select * from seat_links where workspace_id = ${workspaceId} and (expires_at > ${now} or error is not null) order by created_at`.execute(
    db,
  );
  return rows;
}

/** Whether another workspace waits for a new seat, by a login that ends after an instant. */
export async function othersAwaitSeat(db: Db, workspaceId: string, after: Date): Promise<boolean> {
  const { rows } = await sql`
    select 1 from seat_links where workspace_id <> ${workspaceId} and sender_id is null and expires_at > ${after} limit 1`.execute(
    db,
  );
  return rows.length > 0;
}

/** Until the transaction ends, nobody else begins a login. */
export async function lockSeatLinks(db: Db): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('postrider seat logins', 0))`.execute(db);
}
