import { sql } from 'kysely';
import type { Db } from '../database.ts';
import type { CampaignId } from '../scope.ts';
import { skipFromPool } from '../sending/roster-changes.ts';

export type Overlapping = { id: string; name: string | null; linkedin_url: string | null };
type Overlap = CampaignId & { type: string };

/** Of `prospects p` in the pool: on their way in another running campaign of the type. */
const elsewhere = ({
  workspaceId,
  campaignId,
  type,
}: Overlap) => sql`p.workspace_id = ${workspaceId} and p.campaign_id = ${campaignId}
  and p.status = 'pending' and p.sender_id is null and exists (
    select 1 from campaigns c join prospects o on o.workspace_id = ${workspaceId} and o.campaign_id = c.id
    where c.workspace_id = ${workspaceId} and c.type = ${type} and c.id <> ${campaignId} and c.status in ('active', 'paused') and not c.dry_run
      and o.identity = p.identity and o.ended_at is null)`;

/** Has launches that look at each other wait for each other, until the transaction ends. */
export async function lockOverlaps(
  db: Db,
  { workspaceId, type }: Pick<Overlap, 'workspaceId' | 'type'>,
): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('postrider overlaps ' || ${workspaceId} || ${type}, 0))`.execute(
    db,
  );
}

/**
 * The first people of a campaign, in the order they were added, that are under way in another one;
 * and how many there are.
 */
export async function findOverlaps(
  db: Db,
  overlap: Overlap,
  limit: number,
): Promise<{ people: Overlapping[]; count: number }> {
  const { rows } = await sql<Overlapping & { n: number }>`
    with found as materialized (select p.id, p.name, p.first_name, p.last_name, p.linkedin_url from prospects p where ${elsewhere(overlap)})
    select id, coalesce(name, nullif(concat_ws(' ', first_name, last_name), '')) as name, linkedin_url, (select count(*) from found)::int as n
    from found order by id limit ${limit}`.execute(db);
  return { people: rows.map(({ n: _n, ...person }) => person), count: rows[0]?.n ?? 0 };
}

type Skip = { reason: string; now: Date };

/**
 * Skips prospects of the pool that overlap with another campaign. Tell of it with `tellOverlaps`.
 */
export async function skipOverlaps(db: Db, overlap: Overlap, skip: Skip): Promise<void> {
  await skipFromPool(db, overlap, { ...skip, which: elsewhere(overlap) });
}

/**
 * Appends an event for each prospect that was just skipped. Call it last in the transaction, as
 * `appendEvents`.
 */
export async function tellOverlaps(
  db: Db,
  { workspaceId, campaignId }: CampaignId,
  { reason, now, actor }: Skip & { actor: string },
): Promise<void> {
  await sql`
    with skipped as materialized (
      select id, row_number() over (order by id) as i from prospects where workspace_id = ${workspaceId} and campaign_id = ${campaignId}
        and status = 'skipped' and ended_at = ${now} and end_reason = ${reason}
    ), numbered as (
      update workspaces set event_seq = event_seq + (select count(*) from skipped) where id = ${workspaceId}
      returning event_seq - (select count(*) from skipped) as base
    )
    insert into events (workspace_id, seq, kind, at, actor, campaign_id, prospect_id, data)
    select ${workspaceId}, n.base + s.i, 'prospect.skipped', ${now}, ${actor}, ${campaignId}, s.id, jsonb_build_object('reason', ${reason}::text)
    from numbered n, skipped s`.execute(db);
}

export type OverlapCandidate = { prospectId: string; campaignId: string; identity: string };

/**
 * The candidates that another running campaign of the type has under way, or has a prior claim on
 * because it was launched first. So of two campaigns with the same person, one writes.
 */
export async function overlapsAmong(
  db: Db,
  workspaceId: string,
  people: readonly OverlapCandidate[],
): Promise<Set<string>> {
  if (people.length === 0) return new Set();
  const { rows } = await sql<{ id: string }>`
    select q.id from unnest(${people.map((p) => p.prospectId)}::uuid[], ${people.map((p) => p.campaignId)}::uuid[], ${people.map((p) => p.identity)}::text[])
      as q (id, campaign_id, identity)
    join campaigns mine on mine.workspace_id = ${workspaceId} and mine.id = q.campaign_id
    where exists (
      select 1 from campaigns c join prospects o on o.workspace_id = ${workspaceId} and o.campaign_id = c.id and o.identity = q.identity
      where c.workspace_id = ${workspaceId} and c.type = mine.type and c.id <> mine.id and c.status in ('active', 'paused') and not c.dry_run and o.ended_at is null
        and (o.sender_id is not null or o.hold = 'reserved' or (c.launched_at, c.id) < (mine.launched_at, mine.id)))`.execute(
    db,
  );
  return new Set(rows.map((row) => row.id));
}
