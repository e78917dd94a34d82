import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { heldStill } from '../inbound/invitations.ts';
import { camelRows } from '../rows.ts';
import { type WorkspaceScope, within } from '../scope.ts';

export type Released = { workspaceId: string; campaignId: string; senderId: string | null };

export type Release = { scope: WorkspaceScope; now: Date; limit: number };

/**
 * Ends the holds of live workspaces, or of one sandbox, whose time has come, up to `limit` people, and says whose lanes have work again. The wait
 * for a connection ends otherwise (engine/invitations.ts).
 */
export async function releaseHolds(db: Db, { scope, now, limit }: Release): Promise<Released[]> {
  const rows = await camelRows<Released>(
    db,
    sql`
    update prospects p set hold = ${heldStill.hold}, hold_detail = null, hold_until = ${heldStill.until}, updated_at = ${now}
    where (workspace_id, id) in (
      select workspace_id, id from prospects where hold_until <= ${now} and hold not in ('awaiting_connection', 'withdrawing') and ${within(sql`workspace_id`, scope)} order by hold_until limit ${limit} for update skip locked)
    returning workspace_id, campaign_id, sender_id`,
  );
  return rows;
}
