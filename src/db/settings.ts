import { sql } from 'kysely';
import type { Db } from './database.ts';

/** The zone set for the workspace, null when none was. */
export async function readTimeZone(db: Db, workspaceId: string): Promise<string | null> {
  const { rows } = await sql<{
    time_zone: string | null;
  }>`select time_zone from workspaces where id = ${workspaceId}`.execute(db);
  return rows[0]?.time_zone ?? null;
}

export async function saveTimeZone(
  db: Db,
  workspaceId: string,
  timeZone: string | null,
): Promise<void> {
  await sql`update workspaces set time_zone = ${timeZone} where id = ${workspaceId}`.execute(db);
}
