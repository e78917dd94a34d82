import { sql } from 'kysely';
import type { Db } from '../database.ts';

export type KeyRow = {
  workspace_id: string;
  id: string;
  member_id: string;
  name: string;
  prefix: string;
  scopes: string[];
  created_at: Date;
  expires_at: Date | null;
  revoked_at: Date | null;
};

const columns = sql.raw(
  'workspace_id, id, member_id, name, prefix, scopes, created_at, expires_at, revoked_at',
);

/** Stores a key by its SHA-256; the key itself is never stored. */
export async function insertKey(
  db: Db,
  key: Omit<KeyRow, 'revoked_at'> & { hash: Buffer },
): Promise<KeyRow> {
  const { rows } = await sql<KeyRow>`
    insert into api_keys (workspace_id, id, member_id, name, prefix, hash, scopes, created_at, expires_at)
    values (${key.workspace_id}, ${key.id}, ${key.member_id}, ${key.name}, ${key.prefix}, ${key.hash}, ${key.scopes}, ${key.created_at}, ${key.expires_at})
    returning ${columns}`.execute(db);
  return rows[0]!;
}

/**
 * The key with this SHA-256 that is neither revoked nor expired at `at`, in whichever workspace,
 * whether that is a sandbox, and the role of the key's member.
 */
export async function findKeyByHash(
  db: Db,
  hash: Buffer,
  at: Date,
): Promise<(KeyRow & { sandbox: boolean; role: string }) | null> {
  const { rows } = await sql<KeyRow & { sandbox: boolean; role: string }>`
    select ${columns}, (select w.mode = 'sandbox' from workspaces w where w.id = workspace_id) as sandbox,
      (select m.role from members m where m.workspace_id = api_keys.workspace_id and m.id = member_id) as role
    from api_keys
    where hash = ${hash} and revoked_at is null and (expires_at is null or expires_at > ${at})`.execute(
    db,
  );
  return rows[0] ?? null;
}

/** All keys of the workspace, newest first. */
export async function listKeyRows(db: Db, workspaceId: string): Promise<KeyRow[]> {
  const { rows } = await sql<KeyRow>`
    select ${columns} from api_keys where workspace_id = ${workspaceId} order by created_at desc, id desc`.execute(
    db,
  );
  return rows;
}

/**
 * The key, revoked; null when the workspace has none of this id. The first revocation's instant
 * stays.
 */
export async function revokeKeyRow(
  db: Db,
  workspaceId: string,
  revocation: { id: string; at: Date },
): Promise<KeyRow | null> {
  const { rows } = await sql<KeyRow>`
    update api_keys set revoked_at = coalesce(revoked_at, ${revocation.at})
    where workspace_id = ${workspaceId} and id = ${revocation.id}
    returning ${columns}`.execute(db);
  return rows[0] ?? null;
}
