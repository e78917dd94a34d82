import { sql } from 'kysely';
import type { CapKind, CapUse } from '../../domain/sending/contact-caps.ts';
import type { Db } from '../database.ts';
import { camelRows } from '../rows.ts';
import type { CampaignId } from '../scope.ts';

export type CapQuestion = { campaignId: string; kind: CapKind; key: string; day: string };
export type CampaignCapUse = CapUse & { campaignId: string };

/**
 * For each domain or company: its use on the day asked for, and the last later day that prospects
 * were put off until.
 */
export async function readCapUse(
  db: Db,
  workspaceId: string,
  questions: readonly CapQuestion[],
): Promise<CampaignCapUse[]> {
  if (questions.length === 0) return [];
  const rows = await camelRows<CampaignCapUse>(
    db,
    sql`
    select q.campaign_id, q.kind, q.key, u.day, u.n, u.promised
    from unnest(${questions.map((q) => q.campaignId)}::uuid[],
      ${questions.map((q) => q.kind)}::text[], ${questions.map((q) => q.key)}::text[],
      ${questions.map((q) => q.day)}::date[]) as q (campaign_id, kind, key, day)
    cross join lateral (
      (select r.day, r.n, r.promised from reach_usage r
        where r.workspace_id = ${workspaceId} and r.campaign_id = q.campaign_id and r.kind = q.kind
          and r.key = q.key and r.day = q.day)
      union all
      (select r.day, r.n, r.promised from reach_usage r
        where r.workspace_id = ${workspaceId} and r.campaign_id = q.campaign_id and r.kind = q.kind
          and r.key = q.key and r.day > q.day and r.promised > 0
        order by r.day desc limit 1)
    ) u`,
  );
  return rows;
}

/** All use of the campaigns' caps, each from its own day on. */
export async function readAllCapUse(
  db: Db,
  workspaceId: string,
  campaigns: readonly { campaignId: string; day: string }[],
): Promise<CampaignCapUse[]> {
  if (campaigns.length === 0) return [];
  const rows = await camelRows<CampaignCapUse>(
    db,
    sql`
    select r.campaign_id, r.kind, r.key, r.day, r.n, r.promised
    from unnest(${campaigns.map((c) => c.campaignId)}::uuid[],
      ${campaigns.map((c) => c.day)}::date[]) as q (campaign_id, day)
    join reach_usage r on r.workspace_id = ${workspaceId} and r.campaign_id = q.campaign_id
      and r.day >= q.day`,
  );
  return rows;
}

/**
 * Adds to the use of caps; `uses` has each key at most once. The caller has locked the campaigns,
 * so no other transaction counts at the same time.
 */
export async function addCapUse(
  db: Db,
  workspaceId: string,
  uses: readonly (CampaignCapUse & { cap: number | null })[],
): Promise<void> {
  if (uses.length === 0) return;
  await sql`
    insert into reach_usage (workspace_id, campaign_id, kind, key, day, n, promised, cap)
    select ${workspaceId}, g.*
    from unnest(${uses.map((u) => u.campaignId)}::uuid[], ${uses.map((u) => u.kind)}::text[],
        ${uses.map((u) => u.key)}::text[], ${uses.map((u) => u.day)}::date[],
        ${uses.map((u) => u.n)}::int[], ${uses.map((u) => u.promised)}::int[],
        ${uses.map((u) => u.cap)}::int[])
      as g (campaign_id, kind, key, day, n, promised, cap)
    order by g.campaign_id, g.kind, g.key, g.day
    on conflict (workspace_id, campaign_id, kind, key, day) do update
      set n = reach_usage.n + excluded.n, promised = reach_usage.promised + excluded.promised,
        cap = coalesce(excluded.cap, reach_usage.cap)`.execute(db);
}

/**
 * Releases all prospects of a campaign that were put off by its caps, because the caps have
 * changed. Returns how many.
 */
export async function releaseCapHolds(
  db: Db,
  { workspaceId, campaignId, now }: CampaignId & { now: Date },
): Promise<number> {
  await sql`
    update reach_usage set promised = 0 where workspace_id = ${workspaceId}
      and campaign_id = ${campaignId} and promised > 0`.execute(db);
  const { rows } = await sql<{ n: number }>`
    with released as (
      update prospects set hold = null, hold_detail = null, hold_until = null, updated_at = ${now}
      where workspace_id = ${workspaceId} and campaign_id = ${campaignId}
        and hold in ('domain_limit', 'company_limit') returning 1
    ) select count(*) as n from released`.execute(db);
  return rows[0]!.n;
}
