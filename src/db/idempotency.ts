import { sql } from 'kysely';
import { hourMs } from '../domain/time.ts';
import { AppError } from '../errors.ts';
import type { Db } from './database.ts';

type Key = { workspaceId: string; key: string };

/**
 * After so long a request outside a transaction is taken to have died with its server; it gives its
 * key back, in ms.
 */
const abandonedMs = hourMs;

/**
 * Takes the key for this request. Returns the stored answer when the same request was answered
 * before, else null. Inside a transaction a concurrent holder of the key is waited for.
 * @throws idempotency.mismatch for another request, idempotency.in_progress while an untransacted
 * one runs
 */
export async function startIdempotent(
  db: Db,
  request: Key & { fingerprint: Buffer; at: Date },
): Promise<{ status: number; body: unknown } | null> {
  const taken = await sql<{ key: string }>`
    insert into idempotency_keys (workspace_id, key, fingerprint, created_at)
    values (${request.workspaceId}, ${request.key}, ${request.fingerprint}, ${request.at})
    on conflict (workspace_id, key) do update set fingerprint = excluded.fingerprint, created_at = excluded.created_at
      where idempotency_keys.status is null and idempotency_keys.created_at < ${new Date(request.at.getTime() - abandonedMs)}
    returning key`.execute(db);
  if (taken.rows.length > 0) return null;
  const { rows } = await sql<{ fingerprint: Buffer; status: number | null; body: unknown }>`
    select fingerprint, status, body from idempotency_keys
    where workspace_id = ${request.workspaceId} and key = ${request.key}`.execute(db);
  const stored = rows[0];
  if (!stored?.fingerprint.equals(request.fingerprint)) throw new AppError('idempotency.mismatch');
  if (stored.status === null) throw new AppError('idempotency.in_progress');
  return { status: stored.status, body: stored.body };
}

/** Stores the answer under the key; a null status gives the key back after a failure. */
export async function finishIdempotent(
  db: Db,
  answer: Key & { status: number | null; body: unknown },
): Promise<void> {
  if (answer.status === null) {
    await sql`delete from idempotency_keys where workspace_id = ${answer.workspaceId} and key = ${answer.key}`.execute(
      db,
    );
    return;
  }
  await sql`update idempotency_keys set status = ${answer.status}, body = ${JSON.stringify(answer.body)}
    where workspace_id = ${answer.workspaceId} and key = ${answer.key}`.execute(db);
}

/** Forgets answers to requests of before `before`: their keys are free. */
export async function forgetAnswers(db: Db, before: Date): Promise<void> {
  await sql`delete from idempotency_keys where created_at < ${before}`.execute(db);
}
