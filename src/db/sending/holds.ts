import { type RawBuilder, sql } from 'kysely';
import { inHandHolds, textHolds } from '../../domain/sending/hold.ts';
import { awaitingHold, connectionTimeout } from '../../domain/sequence/invitation.ts';
import type { Db } from '../database.ts';
import { type Columns, camelRows } from '../rows.ts';
import { type CampaignId, type WorkspaceScope, within } from '../scope.ts';

/** Words of the domain as constants of a statement, so that its plan does not depend on them. */
export const literals = (words: readonly string[]) =>
  sql.raw(words.map((word) => `'${word}'`).join(', '));

/**
 * Holds as constants of a statement, for `hold in (…)`: a touch is in hand, or a text is missing.
 */
export const inHandList = literals(inHandHolds);
export const textHoldList = literals(textHolds);

export type Released = Columns<'prospects', 'workspace_id' | 'campaign_id' | 'sender_id'>;

export type Release = { scope: WorkspaceScope; now: Date; limit: number };

/**
 * Ends the holds that are over, of up to `limit` prospects. Returns one row for each prospect, so
 * that the caller wakes the lanes. The wait for a connection ends in another way
 * (engine/inbound/invitations.ts).
 */
export async function releaseHolds(db: Db, { scope, now, limit }: Release): Promise<Released[]> {
  const rows = await camelRows<Released>(
    db,
    sql`
    update prospects p set hold = ${heldStill.hold}, hold_detail = null,
      hold_until = ${heldStill.until}, updated_at = ${now}
    where (workspace_id, id) in (
      select workspace_id, id from prospects
      where hold_until <= ${now} and hold not in ('awaiting_connection', 'withdrawing')
        and ${within(sql`workspace_id`, scope)}
      order by hold_until limit ${limit} for update skip locked)
    returning workspace_id, campaign_id, sender_id`,
  );
  return rows;
}

export type Hold = { prospectId: string; hold: string; detail: string | null; until: Date | null };

/**
 * Of `prospects p` with `pausing`: the hold that was put off until the touch was recorded. An
 * absence left a detail, a pause by hand left none.
 */
export const wasAsked = sql`case when p.hold_detail is null then 'paused' else 'out_of_office' end`;

/**
 * Holds prospects, with a reason that the user can act on. A hold that was put off until now
 * (`pausing`) takes precedence; a prospect that has ended is left alone.
 */
export async function holdProspects(
  db: Db,
  workspaceId: string,
  holds: readonly Hold[],
  now: Date,
): Promise<void> {
  if (holds.length === 0) return;
  await sql`
    update prospects p set hold = case when p.pausing is null then h.hold else ${wasAsked} end,
      hold_detail = case when p.pausing is null then h.detail else p.hold_detail end,
      hold_until = case when p.pausing is null then h.until else nullif(p.pausing, 'infinity') end,
      pausing = null, updated_at = ${now}
    from unnest(${holds.map((h) => h.prospectId)}::uuid[], ${holds.map((h) => h.hold)}::text[],
      ${holds.map((h) => h.detail)}::text[],
      ${holds.map((h) => h.until)}::timestamptz[]) as h (id, hold, detail, until)
    where p.workspace_id = ${workspaceId} and p.id = h.id and p.ended_at is null`.execute(db);
}

/**
 * Of `prospects p`: when its invitation times out. `days` is the campaign's limit, null for the
 * usual one.
 */
export const until = (days: RawBuilder<unknown>) =>
  sql`p.anchor_at + coalesce(${days}, ${connectionTimeout.usual}) * interval '1 day'`;
export const daysOf = sql`(
  select c.connection_timeout_days from campaigns c
  where c.workspace_id = p.workspace_id and c.id = p.campaign_id)`;

/**
 * Of `prospects p`: the hold that remains when another one ends. An invited prospect goes on
 * waiting for the acceptance.
 */
export const heldStill = {
  hold: sql`case when p.status = 'connection_sent' then ${awaitingHold} end`,
  until: sql`case when p.status = 'connection_sent' then ${until(daysOf)} end`,
};

/**
 * Applies a campaign's changed connection limit to the prospects that wait. Costs one write for
 * each open invitation.
 */
export async function respanWaiting(
  db: Db,
  { workspaceId, campaignId, now }: CampaignId & { now: Date },
): Promise<void> {
  await sql`
    update prospects p set hold_until = ${until(sql`c.connection_timeout_days`)},
      updated_at = ${now}
    from campaigns c
    where c.workspace_id = ${workspaceId} and c.id = ${campaignId}
      and p.workspace_id = ${workspaceId} and p.campaign_id = ${campaignId}
      and p.hold = 'awaiting_connection'`.execute(db);
}

/**
 * Holds a prospect as `out_of_office` until an instant, or longer when it was already put off for
 * longer. A prospect with a touch on its way is held once the touch is recorded: `pausing` keeps
 * the instant, and the detail tells it from a pause by hand. Other reasons to wait are found again
 * afterwards. A prospect is left alone when it has ended, waits for a connection, or is paused by
 * hand for longer.
 */
export async function holdUntil(
  db: Db,
  hold: { workspaceId: string; prospectId: string; until: Date; detail: string; now: Date },
): Promise<void> {
  const inHand = sql`hold in (${inHandList})`;
  await sql`
    update prospects set updated_at = ${hold.now},
      pausing = case when ${inHand} then greatest(pausing, ${hold.until}) end,
      hold = case when ${inHand} then hold else 'out_of_office' end,
      hold_detail = case when ${inHand} and pausing >= ${hold.until} then hold_detail
        else ${hold.detail} end,
      hold_until = case when ${inHand} then hold_until
        when hold = 'out_of_office' then ${hold.until} else greatest(hold_until, ${hold.until}) end
    where workspace_id = ${hold.workspaceId} and id = ${hold.prospectId} and ended_at is null
      and (hold is null or ${inHand} or hold = 'paused' and hold_until < ${hold.until}
        or hold in ('retry', 'domain_limit', 'company_limit', 'out_of_office',
          ${textHoldList}))`.execute(db);
}

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
