import { type RawBuilder, sql } from 'kysely';
import type { Pause } from '../../domain/hours/delay.ts';
import type { Holidays } from '../../domain/hours/holidays.ts';
import type { OperatingHours } from '../../domain/hours/schedule.ts';
import type { CapLimits } from '../../domain/sending/contact-caps.ts';
import type { SequenceNode } from '../../domain/sequence/sequence.ts';
import { lastId } from '../../ids.ts';
import type { Db } from '../database.ts';
import { camelRows } from '../rows.ts';

export type Attachment = {
  senderId: string;
  campaignId: string;
  accountLimit: number | null;
  limited: boolean;
};

/** The campaign counts something over all its senders. */
const limited = sql`num_nonnulls(c.daily_limit, c.domain_daily_limit, c.company_daily_limit) > 0`;

/** Active campaigns of these senders. `limited`: the campaign counts something over all its senders. */
export async function attachments(
  db: Db,
  workspaceId: string,
  senderIds: readonly string[],
): Promise<Attachment[]> {
  const rows = await camelRows<Attachment>(
    db,
    sql`
    select cs.sender_id, cs.campaign_id, cs.daily_limit as account_limit, ${limited} as limited
    from campaign_senders cs join campaigns c on c.workspace_id = cs.workspace_id and c.id = cs.campaign_id
    where cs.workspace_id = ${workspaceId} and cs.sender_id = any(${senderIds}) and cs.removed_at is null and c.status = 'active'
    order by cs.campaign_id, cs.sender_id`,
  );
  return rows;
}

export type LiveCampaign = {
  id: string;
  type: string;
  timeZone: string | null;
  operatingHours: OperatingHours | null;
  holidays: Holidays | null;
  dailyLimit: number | null;
  hourlyLimit: number | null;
  localHours: boolean;
  capLimits: CapLimits;
  stopOnReply: boolean | null;
  openTracking: boolean | null;
  signature: string | null;
  launchedAt: Date;
  pauses: Pause[];
  dryRun: boolean;
  skipOtherCampaigns: boolean | null;
  nodes: SequenceNode[];
  senders: number;
  /** Up to whom texts were called for that a model writes; null where none has to. */
  draftedTo: string | null;
};

/**
 * Locks campaigns against pause and change until the transaction ends, and reads them. One that is being changed, or
 * whose limits another tick is counting, is left out rather than waited for.
 */
export async function lockCampaigns(
  db: Db,
  workspaceId: string,
  ids: readonly string[],
  counting: boolean,
): Promise<LiveCampaign[]> {
  if (ids.length === 0) return [];
  const lock = counting ? sql`for no key update` : sql`for share`;
  const rows = await camelRows<LiveCampaign>(
    db,
    sql`
    select c.id, c.type, c.time_zone, c.operating_hours, c.holidays, c.daily_limit, c.hourly_limit,
      c.local_hours, json_build_object('domain', c.domain_daily_limit, 'company', c.company_daily_limit) as cap_limits,
      c.stop_on_reply, c.open_tracking, c.signature, c.launched_at, c.pauses, c.dry_run, c.skip_other_campaigns,
      q.nodes,
      (select d.taken_to from drafting d where d.workspace_id = c.workspace_id and d.campaign_id = c.id) as drafted_to,
      (select count(*) filter (where (select s.status from senders s where s.workspace_id = cs.workspace_id and s.id = cs.sender_id) = 'active')::int
        from campaign_senders cs where cs.workspace_id = c.workspace_id and cs.campaign_id = c.id and cs.removed_at is null) as senders
    from campaigns c join sequences q on q.workspace_id = c.workspace_id and q.campaign_id = c.id and q.revision = c.revision
    where c.workspace_id = ${workspaceId} and c.id = any(${ids}) and c.status = 'active'
      and (${limited}) = ${counting}
    order by c.id ${lock} of c skip locked`,
  );
  return rows;
}

export type UsageQuestion = { senderId: string | null; campaignId: string | null; since: Date };

/** Touches reserved since an instant, for each question: by a sender, in a campaign, or by a sender in a campaign. In their order. */
export async function usage(
  db: Db,
  workspaceId: string,
  questions: readonly UsageQuestion[],
): Promise<number[]> {
  const { rows } = await sql<{ n: number }>`
    select coalesce(s.n, c.n, 0)::int as n
    from unnest(${questions.map((q) => q.senderId)}::uuid[], ${questions.map((q) => q.campaignId)}::uuid[],
      ${questions.map((q) => q.since)}::timestamptz[]) with ordinality as q (sender_id, campaign_id, since, i)
    left join lateral (
      select sum(u.n) as n from sender_usage u where u.workspace_id = ${workspaceId} and u.sender_id = q.sender_id and u.bucket_at >= q.since
        and (q.campaign_id is null or u.campaign_id = q.campaign_id)
    ) s on true
    left join lateral (
      select sum(u.n) as n from sender_usage u where q.sender_id is null and u.workspace_id = ${workspaceId} and u.campaign_id = q.campaign_id
        and u.bucket_at >= q.since
    ) c on true order by q.i`.execute(db);
  return rows.map((row) => row.n);
}

export type TouchPosition = { campaignId: string; senderId: string; nodeId: string };
type Earliest = { i: number; zone: string; anchorAt: Date };

/** Earliest anchor of the people who stand before a node with a sender, for each question (`i`: which) that finds anybody. */
export async function earliestAnchors(
  db: Db,
  workspaceId: string,
  questions: readonly TouchPosition[],
): Promise<Earliest[]> {
  if (questions.length === 0) return [];
  const rows = await camelRows<Earliest>(
    db,
    sql`
    select q.i::int - 1 as i, '' as zone, d.anchor_at
    from ${standing(questions)} cross join lateral (
      select p.anchor_at from prospects p where ${theirs(workspaceId)} and p.local_zone = '' order by p.anchor_at limit 1
    ) d order by q.i`,
  );
  return rows;
}

/** The same by the zones that people live in, each found from the one before it: as many look-ups as there are zones. */
export async function earliestAnchorsByZone(
  db: Db,
  workspaceId: string,
  questions: readonly TouchPosition[],
): Promise<Earliest[]> {
  if (questions.length === 0) return [];
  const next = (after: RawBuilder<unknown>) =>
    sql`select p.local_zone, p.anchor_at from prospects p where ${theirs(workspaceId)} and ${after} order by p.local_zone, p.anchor_at limit 1`;
  const rows = await camelRows<Earliest>(
    db,
    sql`
    select q.i::int - 1 as i, d.local_zone as zone, d.anchor_at
    from ${standing(questions)} cross join lateral (
      with recursive z as (
        (${next(sql`p.local_zone >= ''`)})
        union all select n.* from z cross join lateral (${next(sql`p.local_zone > z.local_zone`)}) n
      ) select * from z
    ) d order by q.i, d.local_zone`,
  );
  return rows;
}

const standing = (
  questions: readonly TouchPosition[],
) => sql`unnest(${questions.map((q) => q.campaignId)}::uuid[], ${questions.map((q) => q.senderId)}::uuid[],
  ${questions.map((q) => q.nodeId)}::uuid[]) with ordinality as q (campaign_id, sender_id, node_id, i)`;
const theirs = (
  workspaceId: string,
) => sql`p.workspace_id = ${workspaceId} and p.campaign_id = q.campaign_id and p.sender_id = q.sender_id and p.node_id = q.node_id
  and p.anchor_at is not null and p.hold is null`;

/** The zones in which anybody is in the pool, for each campaign that has anybody there; `local`: by the zones that people live in. */
export async function poolZones(
  db: Db,
  workspaceId: string,
  campaigns: readonly { id: string; local: boolean; upTo: string | null }[],
): Promise<Map<string, string[]>> {
  const next = (after: RawBuilder<unknown>) => sql`
    select p.local_zone from prospects p where p.workspace_id = ${workspaceId} and p.campaign_id = q.id
      and p.status = 'pending' and p.sender_id is null and p.hold is null and p.id <= q.up_to and ${after} order by p.local_zone, p.id limit 1`;
  const asked = (local: boolean) => {
    const own = campaigns.filter((campaign) => campaign.local === local);
    return sql`unnest(${own.map(({ id }) => id)}::uuid[], ${own.map(({ upTo }) => upTo ?? lastId)}::uuid[]) as q (id, up_to)`;
  };
  const plain = await sql<{ id: string; zone: string }>`
    select q.id, '' as zone from ${asked(false)} where exists (${next(sql`p.local_zone = ''`)})`.execute(
    db,
  );
  const local = campaigns.some((campaign) => campaign.local)
    ? await sql<{ id: string; zone: string }>`
        select q.id, d.local_zone as zone from ${asked(true)} cross join lateral (
          with recursive z as (
            (${next(sql`p.local_zone >= ''`)})
            union all select n.* from z cross join lateral (${next(sql`p.local_zone > z.local_zone`)}) n
          ) select * from z
        ) d order by q.id, d.local_zone`.execute(db)
    : { rows: [] };
  const zones = Map.groupBy([...plain.rows, ...local.rows], (row) => row.id);
  return new Map([...zones].map(([id, rows]) => [id, rows.map((row) => row.zone)]));
}

/** Touches of these senders by quarter of an hour since an instant, oldest first. */
export async function usageOf(
  db: Db,
  asked: { workspaceId: string; senderIds: readonly string[]; since: Date },
): Promise<{ senderId: string; at: Date; touch: string; n: number; notes: number }[]> {
  if (asked.senderIds.length === 0) return [];
  const rows = await camelRows<{
    senderId: string;
    at: Date;
    touch: string;
    n: number;
    notes: number;
  }>(
    db,
    sql`
    select sender_id, bucket_at as at, touch, sum(n)::int as n, sum(notes)::int as notes from sender_usage
    where workspace_id = ${asked.workspaceId} and sender_id = any(${asked.senderIds}) and bucket_at >= ${asked.since} and n > 0
    group by 1, 2, 3 order by 1, 2, 3`,
  );
  return rows;
}
