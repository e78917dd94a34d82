import { sql } from 'kysely';
import type { Db } from './database.ts';

/** The zone set for the workspace, null when none was. */
export async function readTimeZone(db: Db, workspaceId: string): Promise<string | null> {
  const { rows } = await sql<{
    time_zone: string | null;
  }>`select time_zone from workspaces where id = ${workspaceId}`.execute(db);
  return rows[0]?.time_zone ?? null;
}

/** For how many days bodies of received messages are kept; null: for good. */
export async function readBodyDays(db: Db, workspaceId: string): Promise<number | null> {
  const { rows } = await sql<{ days: number | null }>`
    select keep_bodies_days as days from workspaces where id = ${workspaceId}`.execute(db);
  return rows[0]?.days ?? null;
}

export async function saveBodyDays(
  db: Db,
  workspaceId: string,
  days: number | null,
): Promise<void> {
  await sql`update workspaces set keep_bodies_days = ${days} where id = ${workspaceId}`.execute(db);
}

export async function saveTimeZone(
  db: Db,
  workspaceId: string,
  timeZone: string | null,
): Promise<void> {
  await sql`update workspaces set time_zone = ${timeZone} where id = ${workspaceId}`.execute(db);
}
