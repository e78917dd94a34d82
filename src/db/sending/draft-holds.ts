import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../database.ts';
import { camelRows } from '../rows.ts';

/**
 * Replaces the hold `draft_pending` of a prospect with another hold, or with none. Returns the
 * prospect's sender; null when the prospect did not wait for a text.
 */
export async function turnPending(
  db: Db,
  workspaceId: string,
  turn: { prospectId: string; hold: string | null; detail: string | null; now: Date },
): Promise<{ senderId: string | null } | null> {
  const rows = await camelRows<{ senderId: string | null }>(
    db,
    sql`
    update prospects set hold = ${turn.hold}, hold_detail = ${turn.detail}, updated_at = ${turn.now}
    where workspace_id = ${workspaceId} and id = ${turn.prospectId} and hold = 'draft_pending'
    returning sender_id`,
  );
  return rows[0] ?? null;
}

/**
 * The update that holds prospects until a model has written their texts, as a part of a statement.
 * `from` is a relation with `id`.
 */
export function holdForDraft(
  workspaceId: string,
  from: RawBuilder<unknown>,
  now: Date,
): RawBuilder<unknown> {
  return sql`
    update prospects p set hold = 'draft_pending', hold_detail = null, updated_at = ${now}
    from ${from} d where p.workspace_id = ${workspaceId} and p.id = d.id`;
}

/**
 * Holds prospects as `draft_pending` again, because their failed texts are tried again. `ids`
 * selects their ids.
 */
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

/** Writes why the texts of these prospects are put off. `ids` selects their ids. */
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
