import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { camelRows } from '../rows.ts';

/** Turns the hold of one who waits for a text into another, or ends it. Returns their sender when they did wait. */
export async function turnPending(
  db: Db,
  workspaceId: string,
  turn: { prospectId: string; hold: string | null; detail: string | null; now: Date },
): Promise<{ senderId: string | null } | null> {
  const rows = await camelRows<{ senderId: string | null }>(
    db,
    sql`
    update prospects set hold = ${turn.hold}, hold_detail = ${turn.detail}, updated_at = ${turn.now}
    where workspace_id = ${workspaceId} and id = ${turn.prospectId} and hold = 'draft_pending' returning sender_id`,
  );
  return rows[0] ?? null;
}
