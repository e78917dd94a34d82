import { sql } from 'kysely';
import type { Db } from './database.ts';

export type Released = { workspaceId: string; campaignId: string; senderId: string | null };

/** Ends the holds whose time has come, up to `limit` people, and says whose lanes have work again. */
export async function releaseHolds(db: Db, now: Date, limit: number): Promise<Released[]> {
  const { rows } = await sql<Released>`
    update prospects set hold = null, hold_detail = null, hold_until = null, updated_at = ${now}
    where (workspace_id, id) in (
      select workspace_id, id from prospects where hold_until <= ${now} order by hold_until limit ${limit} for update skip locked)
    returning workspace_id as "workspaceId", campaign_id as "campaignId", sender_id as "senderId"`.execute(db);
  return rows;
}
