import { sql } from 'kysely';
import type { Pause } from '../../domain/hours/delay.ts';
import type { Holidays } from '../../domain/hours/holidays.ts';
import type { OperatingHours } from '../../domain/hours/schedule.ts';
import type { CapLimits } from '../../domain/sending/contact-caps.ts';
import type { RampUp } from '../../domain/sending/limit.ts';
import { waitingHolds } from '../../domain/sequence/invitation.ts';
import type { SequenceNode } from '../../domain/sequence/sequence.ts';
import type { Db } from '../database.ts';
import { camelRows } from '../rows.ts';
import { statusAt } from '../sending/lanes.ts';

export type WorldCampaign = {
  id: string;
  status: string;
  timeZone: string | null;
  operatingHours: OperatingHours | null;
  holidays: Holidays | null;
  dailyLimit: number | null;
  hourlyLimit: number | null;
  localHours: boolean;
  reach: CapLimits;
  dryRun: boolean;
  connectionDays: number | null;
  launchedAt: Date | null;
  pausedAt: Date | null;
  pauses: Pause[];
  nodes: SequenceNode[];
};
export type WorldSender = {
  id: string;
  type: string;
  status: string;
  is_premium: boolean;
  daily_limit: number;
  hourly_limit: number | null;
  daily_window: string;
  ramp_up: RampUp | null;
  weekly_connection_limit: number | null;
  weekly_message_limit: number | null;
  minGapSeconds: number;
  /** When its lane plans next, null while it is idle. */
  nextAt: Date | null;
  lastAt: Date | null;
  quietUntil: Date | null;
  quietBecause: string | null;
};
export type WorldAttachment = { campaignId: string; senderId: string; accountLimit: number | null };

/** Campaigns that can be sending, by id. */
export async function worldCampaigns(
  db: Db,
  workspaceId: string,
  ids: readonly string[],
): Promise<WorldCampaign[]> {
  const rows = await camelRows<WorldCampaign>(
    db,
    sql`
    select c.id, c.status, c.time_zone, c.operating_hours, c.holidays, c.daily_limit, c.hourly_limit,
      c.local_hours, json_build_object('domain', c.domain_daily_limit, 'company', c.company_daily_limit) as reach, c.dry_run,
      c.connection_timeout_days as connection_days, c.launched_at, c.paused_at, c.pauses, q.nodes
    from campaigns c join sequences q on q.workspace_id = c.workspace_id and q.campaign_id = c.id and q.revision = c.revision
    where c.workspace_id = ${workspaceId} and c.id = any(${ids})`,
  );
  return rows;
}

export async function worldSenders(
  db: Db,
  { workspaceId, ids, now }: { workspaceId: string; ids: readonly string[]; now: Date },
): Promise<WorldSender[]> {
  const { rows } = await sql<WorldSender>`
    select s.id, s.type, ${statusAt(now)} as status, s.is_premium, s.daily_limit, s.hourly_limit, s.daily_window, s.ramp_up, s.weekly_connection_limit,
      s.weekly_message_limit, s.min_gap_seconds as "minGapSeconds", l.next_at as "nextAt", l.last_at as "lastAt", l.quiet_until as "quietUntil", l.quiet_because as "quietBecause"
    from senders s join lanes l on l.workspace_id = s.workspace_id and l.sender_id = s.id
    left join inboxes i on i.workspace_id = s.workspace_id and i.sender_id = s.id
    where s.workspace_id = ${workspaceId} and s.id = any(${ids}) and s.removed_at is null order by s.id`.execute(
    db,
  );
  return rows;
}

/** Who sends for whom: all senders of these campaigns, and all active campaigns of these senders. */
export async function worldAttachments(
  db: Db,
  workspaceId: string,
  known: { campaignIds: readonly string[]; senderIds: readonly string[] },
): Promise<WorldAttachment[]> {
  const rows = await camelRows<WorldAttachment>(
    db,
    sql`
    select cs.campaign_id, cs.sender_id, cs.daily_limit as account_limit
    from campaign_senders cs join campaigns c on c.workspace_id = cs.workspace_id and c.id = cs.campaign_id
    where cs.workspace_id = ${workspaceId} and cs.removed_at is null and (cs.campaign_id = any(${known.campaignIds}) or cs.sender_id = any(${known.senderIds}) and c.status = 'active')
    order by cs.campaign_id, cs.position`,
  );
  return rows;
}

export type WorldPerson = {
  id: string;
  campaignId: string;
  senderId: string | null;
  nodeId: string | null;
  anchorAt: Date | null;
  zone: string;
  hold: string | null;
  holdUntil: Date | null;
  /** Waits to become a connection, and whether the touch it stands at has been made; null when it waits for nothing of the kind. */
  invited: boolean | null;
};

/** Everybody who waits to be written to, the pool in the order of taking and the others by their anchors. Held without an end are left out. */
export async function worldPeople(
  db: Db,
  workspaceId: string,
  campaignIds: readonly string[],
): Promise<WorldPerson[]> {
  const rows = await camelRows<WorldPerson>(
    db,
    sql`
    select id, campaign_id, sender_id, node_id, anchor_at, local_zone as zone, hold, hold_until,
      case when status = 'connection_sent' or hold = any(${waitingHolds}) then exists (select 1 from messages m where m.workspace_id = p.workspace_id
        and m.prospect_id = p.id and m.node_id = p.node_id and m.state in ('sent', 'unknown', 'skipped')) end as invited
    from prospects p where workspace_id = ${workspaceId} and campaign_id = any(${campaignIds}) and ended_at is null
      and (hold is null or hold in ('reserved', 'draft_pending') or hold_until is not null)
    order by anchor_at nulls first, id`,
  );
  return rows;
}

/** What the people of campaigns with caps are reached by, those whose way has not ended. */
export async function worldReached(
  db: Db,
  workspaceId: string,
  campaignIds: readonly string[],
): Promise<{ id: string; email: string | null; company: string | null }[]> {
  if (campaignIds.length === 0) return [];
  const { rows } = await sql<{ id: string; email: string | null; company: string | null }>`
    select id, email, company from prospects where workspace_id = ${workspaceId} and campaign_id = any(${campaignIds}) and ended_at is null`.execute(
    db,
  );
  return rows;
}

/** How many people of a campaign are held, by the reason; `lasting`: until somebody mends something. */
export async function countHeld(
  db: Db,
  workspaceId: string,
  campaignId: string,
): Promise<{ hold: string; lasting: boolean; n: number }[]> {
  const { rows } = await sql<{ hold: string; lasting: boolean; n: number }>`
    select hold, hold not in ('reserved', 'draft_pending') and hold_until is null as lasting, count(*)::int as n from prospects
    where workspace_id = ${workspaceId} and campaign_id = ${campaignId} and ended_at is null and hold is not null
    group by 1, 2 order by 1, 2`.execute(db);
  return rows;
}

export type KeptForecast = {
  workspaceId: string;
  id: string;
  campaignId: string;
  madeAt: Date;
  changes: unknown;
  result: unknown;
};

export async function insertForecast(db: Db, kept: KeptForecast): Promise<void> {
  await sql`
    insert into forecasts (workspace_id, id, campaign_id, made_at, changes, result)
    values (${kept.workspaceId}, ${kept.id}, ${kept.campaignId}, ${kept.madeAt}, ${JSON.stringify(kept.changes)}::jsonb, ${JSON.stringify(kept.result)}::jsonb)`.execute(
    db,
  );
}

/** A forecast that was kept, or null. */
export async function findForecast(
  db: Db,
  kept: { workspaceId: string; campaignId: string; id: string },
): Promise<KeptForecast | null> {
  const rows = await camelRows<KeptForecast>(
    db,
    sql`
    select workspace_id, id, campaign_id, made_at, changes, result from forecasts
    where workspace_id = ${kept.workspaceId} and campaign_id = ${kept.campaignId} and id = ${kept.id}`,
  );
  return rows[0] ?? null;
}

/** What a campaign sent by local day and sender since an instant. Reads the ledger: exact, and as long as the campaign is large. */
export async function sentByDay(
  db: Db,
  asked: { workspaceId: string; campaignId: string; since: Date; timeZone: string },
): Promise<{ date: string; sender_id: string; sends: number }[]> {
  const { rows } = await sql<{ date: string; sender_id: string; sends: number }>`
    select to_char(sent_at at time zone ${asked.timeZone}, 'YYYY-MM-DD') as date, sender_id, count(*)::int as sends
    from messages where workspace_id = ${asked.workspaceId} and campaign_id = ${asked.campaignId} and sent_at >= ${asked.since}
    group by 1, 2 order by 1, 2`.execute(db);
  return rows;
}
