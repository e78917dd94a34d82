import { type RawBuilder, sql } from 'kysely';
import type { OperatingHours } from '../../domain/hours/schedule.ts';
import type { CapLimits } from '../../domain/sending/contact-caps.ts';
import type { SequenceNode } from '../../domain/sequence/sequence.ts';
import { lastId } from '../../ids.ts';
import type { Db } from '../database.ts';
import { type Columns, camelRows } from '../rows.ts';

export type Attachment = {
  senderId: string;
  campaignId: string;
  accountLimit: number | null;
  /** The campaign has a limit that counts over all its senders. */
  limited: boolean;
};

/** Of `campaigns c`: it has a limit that counts over all its senders. */
const hasSharedLimit = sql`
  num_nonnulls(c.daily_limit, c.domain_daily_limit, c.company_daily_limit) > 0`;

/** Active campaigns of these senders. */
export async function attachments(
  db: Db,
  workspaceId: string,
  senderIds: readonly string[],
): Promise<Attachment[]> {
  const rows = await camelRows<Attachment>(
    db,
    sql`
    select cs.sender_id, cs.campaign_id, cs.daily_limit as account_limit,
      ${hasSharedLimit} as limited
    from campaign_senders cs
    join campaigns c on c.workspace_id = cs.workspace_id and c.id = cs.campaign_id
    where cs.workspace_id = ${workspaceId} and cs.sender_id = any(${senderIds})
      and cs.removed_at is null and c.status = 'active'
    order by cs.campaign_id, cs.sender_id`,
  );
  return rows;
}

export type LiveCampaign = Columns<
  'campaigns',
  | 'id'
  | 'type'
  | 'time_zone'
  | 'holidays'
  | 'daily_limit'
  | 'hourly_limit'
  | 'local_hours'
  | 'stop_on_reply'
  | 'open_tracking'
  | 'signature'
  | 'pauses'
  | 'dry_run'
  | 'skip_other_campaigns'
  | 'exclude_replied'
  | 'starts_at'
> & {
  operatingHours: OperatingHours | null;
  capLimits: CapLimits;
  launchedAt: Date;
  nodes: SequenceNode[];
  /** How many active senders it has. */
  senders: number;
  /** The last prospect of the pool that AI texts were queued for; null when a model writes none. */
  draftedTo: string | null;
};

/**
 * Locks active campaigns against pause and change until the transaction ends, and reads them.
 * `limited` chooses: campaigns with a limit over all senders are locked exclusively, because this
 * transaction counts for it; the others are locked for share. A campaign is left out, not waited
 * for, while another transaction changes it or counts for its limits.
 */
export function lockCampaigns(
  db: Db,
  workspaceId: string,
  ids: readonly string[],
  { limited }: { limited: boolean },
): Promise<LiveCampaign[]> {
  const lock = limited ? sql`for no key update` : sql`for share`;
  return readLive(
    db,
    { workspaceId, ids },
    sql`and (${hasSharedLimit}) = ${limited} order by c.id ${lock} of c skip locked`,
  );
}

/** The same campaigns without locks, for callers that only look. */
export function readLiveCampaigns(
  db: Db,
  workspaceId: string,
  ids: readonly string[],
): Promise<LiveCampaign[]> {
  return readLive(db, { workspaceId, ids }, sql`order by c.id`);
}

async function readLive(
  db: Db,
  { workspaceId, ids }: { workspaceId: string; ids: readonly string[] },
  rest: RawBuilder<unknown>,
): Promise<LiveCampaign[]> {
  if (ids.length === 0) return [];
  const rows = await camelRows<LiveCampaign>(
    db,
    sql`
    select c.id, c.type, c.time_zone, c.operating_hours, c.holidays, c.daily_limit, c.hourly_limit,
      c.local_hours, c.stop_on_reply, c.open_tracking, c.signature, c.launched_at, c.pauses,
      c.dry_run, c.skip_other_campaigns, c.exclude_replied, c.starts_at, q.nodes,
      json_build_object('domain', c.domain_daily_limit, 'company', c.company_daily_limit)
        as cap_limits,
      (select d.taken_to from drafting d
        where d.workspace_id = c.workspace_id and d.campaign_id = c.id) as drafted_to,
      (select count(*) filter (where (select s.status from senders s
          where s.workspace_id = cs.workspace_id and s.id = cs.sender_id) = 'active')::int
        from campaign_senders cs
        where cs.workspace_id = c.workspace_id and cs.campaign_id = c.id
          and cs.removed_at is null) as senders
    from campaigns c
    join sequences q on q.workspace_id = c.workspace_id and q.campaign_id = c.id
      and q.revision = c.revision
    where c.workspace_id = ${workspaceId} and c.id = any(${ids}) and c.status = 'active'
      ${rest}`,
  );
  return rows;
}

export type UsageQuestion = { senderId: string | null; campaignId: string | null; since: Date };

/**
 * For each question, in order: how many touches were reserved since `since` by the sender, in the
 * campaign, or by the sender in the campaign.
 */
export async function usage(
  db: Db,
  workspaceId: string,
  questions: readonly UsageQuestion[],
): Promise<number[]> {
  const { rows } = await sql<{ n: number }>`
    select coalesce(s.n, c.n, 0)::int as n
    from unnest(${questions.map((q) => q.senderId)}::uuid[],
      ${questions.map((q) => q.campaignId)}::uuid[],
      ${questions.map((q) => q.since)}::timestamptz[])
        with ordinality as q (sender_id, campaign_id, since, i)
    left join lateral (
      select sum(u.n) as n from sender_usage u where u.workspace_id = ${workspaceId}
        and u.sender_id = q.sender_id and u.bucket_at >= q.since
        and (q.campaign_id is null or u.campaign_id = q.campaign_id)
    ) s on true
    left join lateral (
      select sum(u.n) as n from sender_usage u
      where q.sender_id is null and u.workspace_id = ${workspaceId}
        and u.campaign_id = q.campaign_id and u.bucket_at >= q.since
    ) c on true order by q.i`.execute(db);
  return rows.map((row) => row.n);
}

export type TouchPosition = { campaignId: string; senderId: string; nodeId: string };
/** `i` is the index of the question. */
type EarliestAnchor = { i: number; zone: string; anchorAt: Date };

/**
 * The earliest anchor of the prospects that stand before a touch with a sender; a question without
 * such prospects has no row.
 */
export async function earliestAnchors(
  db: Db,
  workspaceId: string,
  questions: readonly TouchPosition[],
): Promise<EarliestAnchor[]> {
  if (questions.length === 0) return [];
  const rows = await camelRows<EarliestAnchor>(
    db,
    sql`
    select q.i::int - 1 as i, '' as zone, d.anchor_at
    from ${positions(questions)} cross join lateral (
      select p.anchor_at from prospects p
      where ${atPosition(workspaceId)} and p.local_zone = ''
      order by p.anchor_at limit 1
    ) d order by q.i`,
  );
  return rows;
}

/**
 * The earliest anchors by the prospects' local zones. Each zone is found from the one before it, so
 * that there are as many look-ups as zones.
 */
export async function earliestAnchorsByZone(
  db: Db,
  workspaceId: string,
  questions: readonly TouchPosition[],
): Promise<EarliestAnchor[]> {
  if (questions.length === 0) return [];
  const next = (after: RawBuilder<unknown>) =>
    sql`select p.local_zone, p.anchor_at from prospects p
      where ${atPosition(workspaceId)} and ${after}
      order by p.local_zone, p.anchor_at limit 1`;
  const rows = await camelRows<EarliestAnchor>(
    db,
    sql`
    select q.i::int - 1 as i, d.local_zone as zone, d.anchor_at
    from ${positions(questions)} cross join lateral (
      with recursive z as (
        (${next(sql`p.local_zone >= ''`)})
        union all select n.* from z cross join lateral (${next(sql`p.local_zone > z.local_zone`)}) n
      ) select * from z
    ) d order by q.i, d.local_zone`,
  );
  return rows;
}

/** The questions as the relation `q`. */
const positions = (questions: readonly TouchPosition[]) => sql`
  unnest(${questions.map((q) => q.campaignId)}::uuid[], ${questions.map((q) => q.senderId)}::uuid[],
    ${questions.map((q) => q.nodeId)}::uuid[])
    with ordinality as q (campaign_id, sender_id, node_id, i)`;

/** Of `prospects p`: it stands at the position `q`, and no hold keeps it from being due. */
const atPosition = (workspaceId: string) => sql`
  p.workspace_id = ${workspaceId} and p.campaign_id = q.campaign_id and p.sender_id = q.sender_id
  and p.node_id = q.node_id and p.anchor_at is not null and p.hold is null`;

/**
 * The local zones of the prospects in each campaign's pool; a campaign with an empty pool is left
 * out. `local`: the campaign has local hours; the others have the one zone ''. `upTo`: the last
 * prospect of the pool that counts, null for all.
 */
export async function poolZones(
  db: Db,
  workspaceId: string,
  campaigns: readonly { id: string; local: boolean; upTo: string | null }[],
): Promise<Map<string, string[]>> {
  const next = (after: RawBuilder<unknown>) => sql`
    select p.local_zone from prospects p
    where p.workspace_id = ${workspaceId} and p.campaign_id = q.id and p.status = 'pending'
      and p.sender_id is null and p.hold is null and p.id <= q.up_to and ${after}
    order by p.local_zone, p.id limit 1`;
  const { inOneZone = [], inLocalZones = [] } = Object.groupBy(campaigns, ({ local }) =>
    local ? 'inLocalZones' : 'inOneZone',
  );
  const pools = (chosen: typeof campaigns) => sql`
    unnest(${chosen.map(({ id }) => id)}::uuid[],
      ${chosen.map(({ upTo }) => upTo ?? lastId)}::uuid[]) as q (id, up_to)`;
  const plain = await sql<{ id: string; zone: string }>`
    select q.id, '' as zone from ${pools(inOneZone)}
    where exists (${next(sql`p.local_zone = ''`)})`.execute(db);
  const local =
    inLocalZones.length > 0
      ? await sql<{ id: string; zone: string }>`
        select q.id, d.local_zone as zone from ${pools(inLocalZones)} cross join lateral (
          with recursive z as (
            (${next(sql`p.local_zone >= ''`)})
            union all select n.* from z
              cross join lateral (${next(sql`p.local_zone > z.local_zone`)}) n
          ) select * from z
        ) d order by q.id, d.local_zone`.execute(db)
      : { rows: [] };
  const zones = Map.groupBy([...plain.rows, ...local.rows], (row) => row.id);
  return new Map([...zones].map(([id, rows]) => [id, rows.map((row) => row.zone)]));
}

type UsageRow = { senderId: string; at: Date; touch: string; n: number; notes: number };

/**
 * Touches of these senders since an instant, by quarter of an hour, oldest first. `notes`: those
 * with a note.
 */
export async function usageOf(
  db: Db,
  {
    workspaceId,
    senderIds,
    since,
  }: { workspaceId: string; senderIds: readonly string[]; since: Date },
): Promise<UsageRow[]> {
  if (senderIds.length === 0) return [];
  const rows = await camelRows<UsageRow>(
    db,
    sql`
    select sender_id, bucket_at as at, touch, sum(n)::int as n, sum(notes)::int as notes
    from sender_usage
    where workspace_id = ${workspaceId} and sender_id = any(${senderIds})
      and bucket_at >= ${since} and n > 0
    group by 1, 2, 3 order by 1, 2, 3`,
  );
  return rows;
}
