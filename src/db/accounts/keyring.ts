import { sql } from 'kysely';
import type { Db } from '../database.ts';

/** A key that signs links, or signed them before, sealed. It belongs to no workspace. */
export type LinkKey = { name: string; sealed: string };

export async function readLinkKeys(db: Db): Promise<LinkKey[]> {
  const { rows } = await sql<LinkKey>`select name, sealed from link_keys order by name`.execute(db);
  return rows;
}

/** Keeps the key of this name that there is already. */
export async function addLinkKey(db: Db, { name, sealed }: LinkKey): Promise<void> {
  await sql`insert into link_keys (name, sealed) values (${name}, ${sealed}) on conflict do nothing`.execute(
    db,
  );
}

export async function replaceLinkKey(db: Db, { name, sealed }: LinkKey): Promise<void> {
  await sql`update link_keys set sealed = ${sealed} where name = ${name}`.execute(db);
}

export async function dropLinkKeys(db: Db): Promise<void> {
  await sql`delete from link_keys`.execute(db);
}

/** Credentials of any workspace that were not sealed with this prefix. */
export async function otherCredentials(db: Db, prefix: string): Promise<string | null> {
  const { rows } = await sql<{ credentials: string }>`
    select credentials from senders where credentials is not null and not starts_with(credentials, ${prefix}) limit 1`.execute(
    db,
  );
  return rows[0]?.credentials ?? null;
}

export type SealedSender = { workspaceId: string; id: string; credentials: string };

/** The credentials of all senders, locked. */
export async function lockAllCredentials(db: Db): Promise<SealedSender[]> {
  const { rows } = await sql<SealedSender>`
    select workspace_id as "workspaceId", id, credentials from senders
    where credentials is not null order by workspace_id, id for update`.execute(db);
  return rows;
}

export async function writeCredentials(
  db: Db,
  { workspaceId, id, credentials }: SealedSender,
): Promise<void> {
  await sql`update senders set credentials = ${credentials} where workspace_id = ${workspaceId} and id = ${id}`.execute(
    db,
  );
}

/** Wipes all credentials, whose key is lost. Returns how many senders must log in again. */
export async function wipeCredentials(db: Db, reason: string): Promise<number> {
  const { rows } = await sql`
    update senders set credentials = null, status_reason = ${reason},
      status = case when status = 'paused' then status else 'credentials_required' end
    where credentials is not null returning id`.execute(db);
  return rows.length;
}

/** Ends logins under way: their verifiers are sealed too, for an hour. */
export async function dropLogins(db: Db): Promise<void> {
  await sql`delete from logins`.execute(db);
}
