import { sql } from 'kysely';
import type { Db } from './database.ts';

// Liveness compares the database's clock with itself; nothing about people is decided by it (law 8).

/** Says that this worker lives; the first beat registers it. */
export async function beat(db: Db, id: string): Promise<void> {
  await sql`insert into workers (id, heartbeat_at) values (${id}, clock_timestamp())
    on conflict (id) do update set heartbeat_at = excluded.heartbeat_at`.execute(db);
}

/** Ids of the workers whose heart beats. */
export async function liveWorkers(db: Db): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select id from workers where heartbeat_at > clock_timestamp() - interval '10 seconds'`.execute(db);
  return rows.map((row) => row.id);
}

/** Ends a worker in good order: its lanes and inboxes are free at once. Long-dead ones are swept with it. */
export async function leave(db: Db, id: string): Promise<void> {
  await sql`delete from workers where id = ${id} or heartbeat_at < clock_timestamp() - interval '1 day'`.execute(db);
}
