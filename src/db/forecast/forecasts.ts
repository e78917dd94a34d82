import { type Selectable, sql } from 'kysely';
import type { OperatingHours } from '../../domain/hours/schedule.ts';
import { isTerminal, prospectStatuses } from '../../domain/people/prospect.ts';
import type { CapLimits } from '../../domain/sending/contact-caps.ts';
import { waitingHolds } from '../../domain/sequence/invitation.ts';
import type { SequenceNode } from '../../domain/sequence/sequence.ts';
import type { Db } from '../database.ts';
import { type Columns, camelRows } from '../rows.ts';
import type { Schema } from '../schema.gen.ts';
import { statusAt } from '../sending/lanes.ts';

/** A campaign as a forecast reads it. */
export type ForecastCampaignRow = Columns<
  'campaigns',
  | 'id'
  | 'status'
  | 'time_zone'
  | 'holidays'
  | 'daily_limit'
  | 'hourly_limit'
  | 'local_hours'
  | 'dry_run'
  | 'launched_at'
  | 'paused_at'
  | 'pauses'
  | 'signature'
  | 'skip_other_campaigns'
  | 'exclude_replied'
  | 'starts_at'
> & {
  operatingHours: OperatingHours | null;
  /** The caps on domains and companies. */
  capLimits: CapLimits;
  /** How many days an invitation may wait; null for the usual time. */
  connectionDays: number | null;
  nodes: SequenceNode[];
};

/** A sender as a forecast reads it, with its lane; `nextAt` is null while the lane is idle. */
export type ForecastSenderRow = Pick<
  Selectable<Schema['senders']>,
  | 'id'
  | 'type'
  | 'is_premium'
  | 'daily_limit'
  | 'hourly_limit'
  | 'daily_window'
  | 'ramp_up'
  | 'weekly_connection_limit'
  | 'weekly_message_limit'
  | 'daily_budget_mills'
  | 'email_address'
  | 'display_name'
  | 'first_name'
  | 'last_name'
  | 'signature'
> &
  Columns<'lanes', 'next_at' | 'last_at' | 'quiet_until' | 'quiet_because' | 'rests'> & {
    /** The sender's status as `statusAt` has it. */
    status: string;
    minGapSeconds: number;
  };

export type ForecastAttachmentRow = {
  campaignId: string;
  senderId: string;
  accountLimit: number | null;
};

/** These campaigns, with the nodes of their present revision. */
export async function readForecastCampaigns(
  db: Db,
  workspaceId: string,
  ids: readonly string[],
): Promise<ForecastCampaignRow[]> {
  const rows = await camelRows<ForecastCampaignRow>(
    db,
    sql`
    select c.id, c.status, c.time_zone, c.operating_hours, c.holidays, c.daily_limit,
      c.hourly_limit, c.local_hours,
      json_build_object('domain', c.domain_daily_limit, 'company', c.company_daily_limit) as cap_limits,
      c.dry_run, c.connection_timeout_days as connection_days, c.launched_at,
      c.paused_at, c.pauses, c.signature, c.skip_other_campaigns, c.exclude_replied,
      c.starts_at, q.nodes
    from campaigns c join sequences q on q.workspace_id = c.workspace_id and q.campaign_id = c.id
      and q.revision = c.revision
    where c.workspace_id = ${workspaceId} and c.id = any(${ids})`,
  );
  return rows;
}

/** These senders that were not removed, with their lanes. */
export async function readForecastSenders(
  db: Db,
  { workspaceId, ids, now }: { workspaceId: string; ids: readonly string[]; now: Date },
): Promise<ForecastSenderRow[]> {
  const { rows } = await sql<ForecastSenderRow>`
    select s.id, s.type, ${statusAt(now)} as status, s.is_premium, s.daily_limit, s.hourly_limit,
      s.daily_window, s.ramp_up, s.weekly_connection_limit, s.weekly_message_limit,
      s.daily_budget_mills, s.email_address, s.display_name, s.first_name, s.last_name, s.signature,
      s.min_gap_seconds as "minGapSeconds", l.next_at as "nextAt", l.last_at as "lastAt",
      l.quiet_until as "quietUntil", l.quiet_because as "quietBecause", l.rests
    from senders s join lanes l on l.workspace_id = s.workspace_id and l.sender_id = s.id
    left join inboxes i on i.workspace_id = s.workspace_id and i.sender_id = s.id
    where s.workspace_id = ${workspaceId} and s.id = any(${ids}) and s.removed_at is null
    order by s.id`.execute(db);
  return rows;
}

/** All senders of these campaigns, and all active campaigns of these senders. */
export async function readForecastAttachments(
  db: Db,
  workspaceId: string,
  known: { campaignIds: readonly string[]; senderIds: readonly string[] },
): Promise<ForecastAttachmentRow[]> {
  const rows = await camelRows<ForecastAttachmentRow>(
    db,
    sql`
    select cs.campaign_id, cs.sender_id, cs.daily_limit as account_limit
    from campaign_senders cs
    join campaigns c on c.workspace_id = cs.workspace_id and c.id = cs.campaign_id
    where cs.workspace_id = ${workspaceId} and cs.removed_at is null
      and (cs.campaign_id = any(${known.campaignIds})
        or cs.sender_id = any(${known.senderIds}) and c.status = 'active')
    order by cs.campaign_id, cs.position`,
  );
  return rows;
}

/** A prospect as a forecast reads it. */
export type ForecastPersonRow = Columns<
  'prospects',
  'id' | 'campaign_id' | 'sender_id' | 'node_id' | 'anchor_at' | 'hold' | 'hold_until'
> & {
  zone: string;
  /**
   * Of a prospect that waits to become a connection: whether its present touch went out. Null for
   * other prospects.
   */
  invited: boolean | null;
};

/**
 * All prospects with touches to come: first the pool in the order of picking, then the others by
 * their anchors. Prospects that are held without an end are left out. `among`: only these.
 */
export async function readForecastPeople(
  db: Db,
  {
    workspaceId,
    campaignIds,
    among,
  }: { workspaceId: string; campaignIds: readonly string[]; among: readonly string[] | null },
): Promise<ForecastPersonRow[]> {
  const rows = await camelRows<ForecastPersonRow>(
    db,
    sql`
    select id, campaign_id, sender_id, node_id, anchor_at, local_zone as zone, hold, hold_until,
      case when status = 'connection_sent' or hold = any(${waitingHolds}) then exists (
        select 1 from messages m
        where m.workspace_id = ${workspaceId} and m.prospect_id = p.id and m.node_id = p.node_id
          and m.state in ('sent', 'unknown', 'skipped')) end as invited
    from prospects p
    where workspace_id = ${workspaceId} and campaign_id = any(${campaignIds}) and ended_at is null
      and (${among}::uuid[] is null or id = any(${among}::uuid[]))
      and (hold is null or hold in ('reserved', 'draft_pending') or hold_until is not null)
    order by anchor_at nulls first, id`,
  );
  return rows;
}

/**
 * The addresses and companies of prospects that have not ended, for the caps of their campaigns.
 */
export async function readForecastReached(
  db: Db,
  {
    workspaceId,
    campaignIds,
    among,
  }: { workspaceId: string; campaignIds: readonly string[]; among: readonly string[] | null },
): Promise<{ id: string; email: string | null; company: string | null }[]> {
  if (campaignIds.length === 0) return [];
  const { rows } = await sql<{ id: string; email: string | null; company: string | null }>`
    select id, email, company from prospects where workspace_id = ${workspaceId}
      and campaign_id = any(${campaignIds}) and ended_at is null
      and (${among}::uuid[] is null or id = any(${among}::uuid[]))`.execute(db);
  return rows;
}

/** How many people of these campaigns have not ended, from the counters. */
export async function countOpen(
  db: Db,
  workspaceId: string,
  campaignIds: readonly string[],
): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select coalesce(sum(n), 0)::int as n from counters where workspace_id = ${workspaceId}
      and campaign_id = any(${campaignIds}) and name = any(${openStatuses})`.execute(db);
  return rows[0]!.n;
}

const openStatuses = prospectStatuses.filter((status) => !isTerminal(status));

/**
 * How many prospects of a campaign are held, by hold. `lasting`: the hold has no end, so that a
 * user must act.
 */
export async function countHeld(
  db: Db,
  workspaceId: string,
  campaignId: string,
): Promise<{ hold: string; lasting: boolean; n: number }[]> {
  const { rows } = await sql<{ hold: string; lasting: boolean; n: number }>`
    select hold, hold not in ('reserved', 'draft_pending') and hold_until is null as lasting,
      count(*)::int as n
    from prospects
    where workspace_id = ${workspaceId} and campaign_id = ${campaignId} and ended_at is null
      and hold is not null
    group by 1, 2 order by 1, 2`.execute(db);
  return rows;
}

export type KeptForecast = Columns<
  'forecasts',
  'workspace_id' | 'id' | 'campaign_id' | 'made_at' | 'changes' | 'result'
>;

/** Keeps a forecast. */
export async function insertForecast(db: Db, kept: KeptForecast): Promise<void> {
  await sql`
    insert into forecasts (workspace_id, id, campaign_id, made_at, changes, result)
    values (${kept.workspaceId}, ${kept.id}, ${kept.campaignId}, ${kept.madeAt},
      ${JSON.stringify(kept.changes)}::jsonb, ${JSON.stringify(kept.result)}::jsonb)`.execute(db);
}

/** A kept forecast; null when there is none. */
export async function findForecast(
  db: Db,
  kept: { workspaceId: string; campaignId: string; id: string },
): Promise<KeptForecast | null> {
  const rows = await camelRows<KeptForecast>(
    db,
    sql`
    select workspace_id, id, campaign_id, made_at, changes, result from forecasts
    where workspace_id = ${kept.workspaceId} and campaign_id = ${kept.campaignId}
      and id = ${kept.id}`,
  );
  return rows[0] ?? null;
}

/**
 * A campaign's sends since an instant, by local date and sender. Reads the ledger: exact, but the
 * time grows with the campaign.
 */
export async function sentByDay(
  db: Db,
  {
    workspaceId,
    campaignId,
    since,
    timeZone,
  }: { workspaceId: string; campaignId: string; since: Date; timeZone: string },
): Promise<{ date: string; sender_id: string; sends: number }[]> {
  const { rows } = await sql<{ date: string; sender_id: string; sends: number }>`
    select to_char(sent_at at time zone ${timeZone}, 'YYYY-MM-DD') as date, sender_id,
      count(*)::int as sends
    from messages
    where workspace_id = ${workspaceId} and campaign_id = ${campaignId} and sent_at >= ${since}
    group by 1, 2 order by 1, 2`.execute(db);
  return rows;
}

export type ListedForecast = {
  id: string;
  madeAt: Date;
  changes: unknown;
  sends: number;
  endsAt: string | null;
};

/** The kept forecasts of a campaign, the newest first, before the forecast `before`. */
export function listForecasts(
  db: Db,
  read: { workspaceId: string; campaignId: string; before: string | null; limit: number },
): Promise<ListedForecast[]> {
  return camelRows<ListedForecast>(
    db,
    sql`select id, made_at, changes, (result->>'sends')::int as sends, result->>'ends_at' as ends_at
      from forecasts where workspace_id = ${read.workspaceId} and campaign_id = ${read.campaignId}
        and (${read.before}::uuid is null or id < ${read.before}) order by id desc limit ${read.limit}`,
  );
}
