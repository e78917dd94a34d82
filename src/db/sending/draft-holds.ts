import { type RawBuilder, sql } from 'kysely';
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

/** The update that holds the prospects of `from` (a relation with `id`) until a model has written their texts, as a part of a statement. */
export function holdForDraft(
  workspaceId: string,
  from: RawBuilder<unknown>,
  now: Date,
): RawBuilder<unknown> {
  return sql`
    update prospects p set hold = 'draft_pending', hold_detail = null, updated_at = ${now}
    from ${from} d where p.workspace_id = ${workspaceId} and p.id = d.id`;
}

/** Holds prospects again whose text could not be written and is tried again. `ids` selects their ids. */
export async function holdForRetry(
  db: Db,
  workspaceId: string,
  ids: RawBuilder<unknown>,
  now: Date,
): Promise<void> {
  await sql`
    update prospects set hold = 'draft_pending', hold_detail = null, updated_at = ${now}
    where workspace_id = ${workspaceId} and hold = 'draft_failed' and id in (${ids})`.execute(db);
}

/** Says why the texts of these prospects are put off. `ids` selects their ids. */
export async function explainDraftHolds(
  db: Db,
  workspaceId: string,
  ids: RawBuilder<unknown>,
  { detail, now }: { detail: string; now: Date },
): Promise<void> {
  await sql`
    update prospects set hold_detail = ${detail}, updated_at = ${now}
    where workspace_id = ${workspaceId} and hold = 'draft_pending' and id in (${ids})`.execute(db);
}
