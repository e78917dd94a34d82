import { sql } from 'kysely';
import type { Db } from './database.ts';
import { camelRows } from './rows.ts';

/** The place of a database. `file`: number and change time of a file of an embedded one. */
export type Whereabouts = { databaseId: string; file: { number: string; changed: string } | null };

/** Why nothing is sent, and since when. */
export type Held = { since: Date; reason: string };

/** No hold keeps this database from sending. */
export const isFree = sql<boolean>`not exists (select 1 from instance where held_since is not null)`;

/** The identity of the database that this connection is at. */
export async function readDatabaseId(db: Db): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    select system_identifier || ' ' || (select oid from pg_database where datname = current_database()) as id
    from pg_control_system()`.execute(db);
  return rows[0]!.id;
}

/**
 * Holds the database when it is in another place than the last time: it was copied or restored. A
 * copied file has both another number and another change time; either alone changes by other means.
 */
export async function holdIfMoved(db: Db, place: Whereabouts, at: Date): Promise<void> {
  const { databaseId, file } = place;
  const [number, changed] = [file?.number ?? null, file?.changed ?? null];
  await sql`
    update instance set database_id = ${databaseId},
      file_number = coalesce(${number}, file_number),
      file_changed = coalesce(${changed}, file_changed),
      held_since = case when moved.yes then coalesce(held_since, ${at}) else held_since end,
      held_reason = case when moved.yes and held_since is null then ${movedReason} else held_reason end
    from (select coalesce(i.database_id <> ${databaseId}, false)
        or coalesce(i.file_number <> ${number} and i.file_changed <> ${changed}, false) as yes
      from instance i) as moved`.execute(db);
}

const movedReason = 'this database is a copy: it was elsewhere before';

/** Keeps everything from being sent until `releaseDatabase`. */
export async function holdDatabase(db: Db, { since, reason }: Held): Promise<void> {
  await sql`update instance set held_since = coalesce(held_since, ${since}), held_reason = ${reason}`.execute(
    db,
  );
}

export async function releaseDatabase(db: Db): Promise<void> {
  await sql`update instance set held_since = null, held_reason = null`.execute(db);
}

/** The hold that keeps a workspace from sending; sandboxes deliver nothing and have none. */
export async function readHeldOf(db: Db, workspaceId: string): Promise<Held | null> {
  const { rows } = await sql`
    select 1 from workspaces where id = ${workspaceId} and mode = 'sandbox'`.execute(db);
  return rows.length > 0 ? null : readHeld(db);
}

/** The hold of the database; null when it sends. */
export async function readHeld(db: Db): Promise<Held | null> {
  const rows = await camelRows<{ heldSince: Date; heldReason: string }>(
    db,
    sql`select held_since, held_reason from instance where held_since is not null`,
  );
  return rows[0] ? { since: rows[0].heldSince, reason: rows[0].heldReason } : null;
}
