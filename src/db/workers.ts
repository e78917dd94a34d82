import { sql } from 'kysely';
import type { PoolClient } from 'pg';
import type { Db } from './database.ts';
import { isLive } from './scope.ts';

// Liveness compares the database's clock with itself; nothing about people is decided by it (law
// 8).

/**
 * Held by a worker's own session for as long as it lives: PostgreSQL lets go of it the moment the
 * process is gone.
 */
const presence = (id: ReturnType<typeof sql>) => sql`hashtextextended(${id}, 4020)`;

/** Takes the worker's presence lock on a connection of its own. */
export async function holdPresence(client: PoolClient, id: string): Promise<void> {
  await client.query('select pg_advisory_lock(hashtextextended($1, 4020))', [id]);
}

/** Says that this worker lives and that its presence is held; the first beat registers it. */
export async function beat(db: Db, id: string): Promise<void> {
  await sql`insert into workers (id, heartbeat_at) values (${id}, clock_timestamp())
    on conflict (id) do update set heartbeat_at = excluded.heartbeat_at`.execute(db);
}

/**
 * Strikes out workers that are gone: nobody holds their presence, or their heart stopped (a process
 * that hangs). Returns their ids.
 */
export async function sweepWorkers(db: Db, self: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    delete from workers where id <> ${self} and (
      heartbeat_at < clock_timestamp() - interval '10 seconds' or pg_try_advisory_xact_lock(${presence(sql`id::text`)}))
    returning id`.execute(db);
  return rows.map((row) => row.id);
}

/** Ids of the workers that live. */
export async function liveWorkers(db: Db): Promise<string[]> {
  const { rows } = await sql<{
    id: string;
  }>`select id from workers where heartbeat_at > clock_timestamp() - interval '10 seconds'`.execute(
    db,
  );
  return rows.map((row) => row.id);
}

/**
 * Whether anything is sent for a workspace: a worker lives, or it is a sandbox, whose clock sends.
 */
export async function isServed(db: Db, workspaceId: string): Promise<boolean> {
  const { rows } = await sql<{ served: boolean }>`
    select not ${isLive(sql`${workspaceId}`)} or exists (select 1 from workers
      where heartbeat_at > clock_timestamp() - interval '10 seconds') as served`.execute(db);
  return rows[0]!.served;
}

/** Ends a worker in good order: its lanes and inboxes are free at once. */
export async function leave(db: Db, id: string): Promise<void> {
  await sql`delete from workers where id = ${id}`.execute(db);
}
