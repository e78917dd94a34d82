import { sql } from 'kysely';
import type { Rests } from '../../domain/sending/rest.ts';
import type { Db } from '../database.ts';

/** The rests of these senders, whose lanes stay locked until the transaction ends. */
export async function lockRests(
  db: Db,
  workspaceId: string,
  senderIds: readonly string[],
): Promise<Map<string, Rests>> {
  const { rows } = await sql<{ id: string; rests: Rests }>`
    select sender_id as id, rests from lanes
    where workspace_id = ${workspaceId} and sender_id = any(${senderIds}::uuid[])
    order by sender_id for update`.execute(db);
  return new Map(rows.map(({ id, rests }) => [id, rests]));
}

/** The rests of a sender, whether or not they are over. */
export async function readRests(
  db: Db,
  { workspaceId, senderId }: { workspaceId: string; senderId: string },
): Promise<Rests> {
  const { rows } = await sql<{ rests: Rests }>`
    select rests from lanes where workspace_id = ${workspaceId} and sender_id = ${senderId}`.execute(
    db,
  );
  return rows[0]?.rests ?? {};
}

/** Writes the rests of a sender whose lane is locked. */
export async function saveRests(
  db: Db,
  { workspaceId, senderId, rests }: { workspaceId: string; senderId: string; rests: Rests },
): Promise<void> {
  await sql`update lanes set rests = ${JSON.stringify(rests)}::jsonb
    where workspace_id = ${workspaceId} and sender_id = ${senderId}`.execute(db);
}

/** Ends the rests of a sender: somebody has looked after it. */
export async function endRests(
  db: Db,
  { workspaceId, senderId }: { workspaceId: string; senderId: string },
): Promise<void> {
  await sql`update lanes set rests = '{}'
    where workspace_id = ${workspaceId} and sender_id = ${senderId} and rests <> '{}'`.execute(db);
}
