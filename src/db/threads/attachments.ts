import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { camelRows } from '../rows.ts';

/** A file of a received message, or of one written by hand. `bytes` null: too large to be kept. */
export type NewFile = {
  id: string;
  inboundId?: string;
  handMessageId?: string;
  name: string;
  type: string;
  size: number;
  bytes: Uint8Array | null;
  at: Date;
};

/** A file in lists: its content is read apart. */
export type FileRow = {
  id: string;
  ownerId: string;
  name: string;
  type: string;
  size: number;
  isKept: boolean;
};

/** Stores files with their messages; a content that the workspace has already is stored once. */
export async function keepFiles(
  db: Db,
  workspaceId: string,
  files: readonly NewFile[],
): Promise<void> {
  if (files.length === 0) return;
  const hashed = files.map((file) => ({ ...file, hash: file.bytes && hashOf(file.bytes) }));
  const contents = new Map(
    hashed.flatMap(({ hash, bytes, at }) =>
      hash && bytes ? [[hash.toString('hex'), { hash, bytes: Buffer.from(bytes), at }]] : [],
    ),
  );
  // The update keeps the row locked against the chore that deletes files nobody refers to.
  for (const [, { hash, bytes, at }] of [...contents].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    await sql`insert into files (workspace_id, hash, bytes, created_at)
      values (${workspaceId}, ${hash}, ${bytes}, ${at})
      on conflict (workspace_id, hash) do update set created_at = files.created_at`.execute(db);
  await sql`
    insert into attachments (workspace_id, id, inbound_id, hand_message_id, name, type, size, hash,
      created_at)
    select ${workspaceId}, g.*
    from unnest(${hashed.map((f) => f.id)}::uuid[], ${hashed.map((f) => f.inboundId ?? null)}::uuid[],
      ${hashed.map((f) => f.handMessageId ?? null)}::uuid[], ${hashed.map((f) => f.name)}::text[],
      ${hashed.map((f) => f.type)}::text[], ${hashed.map((f) => f.size)}::int[],
      ${hashed.map((f) => f.hash)}::bytea[], ${hashed.map((f) => f.at)}::timestamptz[]) as g`.execute(
    db,
  );
}

const hashOf = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

/** The files of these messages, received or written by hand. */
export async function filesOf(
  db: Db,
  workspaceId: string,
  { inbound, byHand }: { inbound: readonly string[]; byHand: readonly string[] },
): Promise<FileRow[]> {
  if (inbound.length + byHand.length === 0) return [];
  return camelRows<FileRow>(
    db,
    sql`select id, coalesce(inbound_id, hand_message_id) as owner_id, name, type, size,
        hash is not null as is_kept
      from attachments where workspace_id = ${workspaceId}
        and (inbound_id = any(${inbound}::uuid[]) or hand_message_id = any(${byHand}::uuid[]))
      order by created_at, id`,
  );
}

export type FileContent = { name: string; type: string; size: number; bytes: Buffer | null };

/** A file of a conversation with its content; null when there is none. */
export async function readFile(
  db: Db,
  { workspaceId, threadId, id }: { workspaceId: string; threadId: string; id: string },
): Promise<FileContent | null> {
  const { rows } = await sql<FileContent>`
    select a.name, a.type, a.size, f.bytes from attachments a
    left join files f on f.workspace_id = ${workspaceId} and f.hash = a.hash
    left join inbound_messages i on i.workspace_id = ${workspaceId} and i.id = a.inbound_id
    left join hand_messages h on h.workspace_id = ${workspaceId} and h.id = a.hand_message_id
    where a.workspace_id = ${workspaceId} and a.id = ${id}
      and coalesce(i.thread_id, h.thread_id) = ${threadId}`.execute(db);
  return rows[0] ?? null;
}

/** The files that go out with a message written by hand, with their contents. */
export async function contentsOf(
  db: Db,
  { workspaceId, handMessageId }: { workspaceId: string; handMessageId: string },
): Promise<FileContent[]> {
  const { rows } = await sql<FileContent>`
    select a.name, a.type, a.size, f.bytes from attachments a
    left join files f on f.workspace_id = ${workspaceId} and f.hash = a.hash
    where a.workspace_id = ${workspaceId} and a.hand_message_id = ${handMessageId}
    order by a.created_at, a.id`.execute(db);
  return rows;
}

export async function deleteFile(
  db: Db,
  { workspaceId, handMessageId, id }: { workspaceId: string; handMessageId: string; id: string },
): Promise<boolean> {
  const { rows } = await sql`delete from attachments
    where workspace_id = ${workspaceId} and hand_message_id = ${handMessageId} and id = ${id}
    returning id`.execute(db);
  return rows.length > 0;
}

/** Deletes the contents that are left without a message. Returns their number. */
export async function deleteStrayFiles(db: Db, limit: number): Promise<number> {
  const { rows } = await sql`
    delete from files f using (
      select workspace_id, hash from files s
      where not exists (select from attachments a
        where a.workspace_id = s.workspace_id and a.hash = s.hash)
      limit ${limit} for update skip locked) as stray
    where f.workspace_id = stray.workspace_id and f.hash = stray.hash
      and not exists (select from attachments a
        where a.workspace_id = f.workspace_id and a.hash = f.hash)
    returning f.hash`.execute(db);
  return rows.length;
}
