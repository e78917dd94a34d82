import { sql } from 'kysely';
import { nilId } from '../../ids.ts';
import { shard } from '../counters.ts';
import type { Db } from '../database.ts';
import type { CampaignId } from '../scope.ts';

export type SenderAccountRow = {
  id: string;
  type: string;
  status: string;
  status_reason: string | null;
  display_name: string | null;
  first_name: string | null;
  last_name: string | null;
  email_address: string | null;
  provider_account_id: string | null;
  profile_url: string | null;
  is_premium: boolean;
  signature: string | null;
  daily_limit: number;
  weekly_connection_limit: number | null;
  weekly_message_limit: number | null;
};

/** A sender as it takes part in a campaign; `campaign_daily_limit` is the campaign's own limit for it. */
export type CampaignSenderRow = SenderAccountRow & {
  campaign_id: string;
  campaign_daily_limit: number | null;
  removed_at: Date | null;
};

const account = sql`s.id, s.type, s.status, s.status_reason, s.display_name, s.first_name, s.last_name, s.email_address,
  s.provider_account_id, s.profile_url, s.is_premium, s.signature, s.daily_limit, s.weekly_connection_limit, s.weekly_message_limit`;

/** Every sender of the workspace, the oldest first. */
export async function listSenderAccounts(db: Db, workspaceId: string): Promise<SenderAccountRow[]> {
  const { rows } =
    await sql<SenderAccountRow>`select ${account} from senders s where s.workspace_id = ${workspaceId} and s.removed_at is null order by s.created_at, s.id`.execute(
      db,
    );
  return rows;
}

/** The senders of these campaigns, each campaign's in its own order; those taken off only when asked for. */
export async function listCampaignSenders(
  db: Db,
  {
    workspaceId,
    campaignIds,
    removed = false,
  }: { workspaceId: string; campaignIds: readonly string[]; removed?: boolean },
): Promise<CampaignSenderRow[]> {
  const { rows } = await sql<CampaignSenderRow>`
    select cs.campaign_id, cs.daily_limit as campaign_daily_limit, cs.removed_at, ${account}
    from campaign_senders cs join senders s on s.workspace_id = cs.workspace_id and s.id = cs.sender_id
    where cs.workspace_id = ${workspaceId} and cs.campaign_id = any (${campaignIds}::uuid[]) and (${removed} or cs.removed_at is null)
    order by cs.campaign_id, cs.position`.execute(db);
  return rows;
}

/** Type of each of these senders that the workspace has. */
export async function senderTypes(
  db: Db,
  { workspaceId, ids }: { workspaceId: string; ids: readonly string[] },
): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; type: string }>`
    select id, type from senders where workspace_id = ${workspaceId} and id = any (${ids}::uuid[]) and removed_at is null`.execute(
    db,
  );
  return new Map(rows.map((row) => [row.id, row.type]));
}

/** Makes these the campaign's senders, in this order. Limits of those that stay are kept. */
export async function replaceCampaignSenders(
  db: Db,
  { workspaceId, campaignId }: CampaignId,
  ids: readonly string[],
): Promise<void> {
  await sql`
    delete from campaign_senders
    where workspace_id = ${workspaceId} and campaign_id = ${campaignId} and sender_id <> all (${ids}::uuid[])`.execute(
    db,
  );
  await sql`
    insert into campaign_senders (workspace_id, campaign_id, sender_id, position)
    select ${workspaceId}, ${campaignId}, id, position - 1 from unnest(${ids}::uuid[]) with ordinality as given (id, position)
    on conflict (workspace_id, campaign_id, sender_id) do update set position = excluded.position`.execute(
    db,
  );
}

/** Sets the campaign's own daily limit of some of its senders; null goes back to the sender's. Returns the ids it found. */
export async function saveSenderLimits(
  db: Db,
  { workspaceId, campaignId }: CampaignId,
  limits: ReadonlyMap<string, number | null>,
): Promise<Set<string>> {
  const { rows } = await sql<{ sender_id: string }>`
    update campaign_senders cs set daily_limit = given.daily_limit
    from unnest(${[...limits.keys()]}::uuid[], ${[...limits.values()]}::integer[]) as given (id, daily_limit)
    where cs.workspace_id = ${workspaceId} and cs.campaign_id = ${campaignId} and cs.sender_id = given.id returning cs.sender_id`.execute(
    db,
  );
  return new Set(rows.map((row) => row.sender_id));
}

/** Adds senders behind the campaign's others; one that was taken off is back. Returns the ids that were not there. */
export async function addCampaignSenders(
  db: Db,
  { workspaceId, campaignId }: CampaignId,
  ids: readonly string[],
): Promise<string[]> {
  const { rows } = await sql<{ sender_id: string }>`
    insert into campaign_senders (workspace_id, campaign_id, sender_id, position)
    select ${workspaceId}, ${campaignId}, given.id, given.position + coalesce((
      select max(position) from campaign_senders where workspace_id = ${workspaceId} and campaign_id = ${campaignId}), -1)
    from unnest(${ids}::uuid[]) with ordinality as given (id, position)
    on conflict (workspace_id, campaign_id, sender_id) do update set removed_at = null where campaign_senders.removed_at is not null
    returning sender_id`.execute(db);
  return rows.map((row) => row.sender_id);
}

/** Takes a sender off a campaign; its row stays for the people it still has. Returns false when the campaign never had it. */
export async function removeCampaignSender(
  db: Db,
  { workspaceId, campaignId, senderId, now }: CampaignId & { senderId: string; now: Date },
): Promise<boolean> {
  const { rows } = await sql`
    update campaign_senders set removed_at = coalesce(removed_at, ${now})
    where workspace_id = ${workspaceId} and campaign_id = ${campaignId} and sender_id = ${senderId} returning sender_id`.execute(
    db,
  );
  return rows.length > 0;
}

/** Takes a sender that is gone for good off every campaign. */
export async function leaveCampaigns(
  db: Db,
  { workspaceId, senderId, now }: { workspaceId: string; senderId: string; now: Date },
): Promise<void> {
  await sql`update campaign_senders set removed_at = ${now}
    where workspace_id = ${workspaceId} and sender_id = ${senderId} and removed_at is null`.execute(
    db,
  );
}

/** How many people whom nothing else holds are under way with senders that were taken off the campaign. */
export async function countWithRemoved(
  db: Db,
  { workspaceId, campaignId }: CampaignId,
): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from campaign_senders cs join prospects p
      on p.workspace_id = cs.workspace_id and p.campaign_id = cs.campaign_id and p.sender_id = cs.sender_id and p.anchor_at is not null and p.hold is null
    where cs.workspace_id = ${workspaceId} and cs.campaign_id = ${campaignId} and cs.removed_at is not null`.execute(
    db,
  );
  return rows[0]!.n;
}

/** Holds that another sender may not know: its account, its name in a text, its connections. */
const ofSender = sql`p.hold in ('sender_disconnected', 'missing_variable', 'awaiting_connection')`;

/** Hands the people of a sender to others in turn and counts it, in one statement; those in hand stay, and
 * those whom it has invited: only it hears of the answer. Returns how many were handed over. */
export async function reassignPeople(
  db: Db,
  {
    workspaceId,
    campaignId,
    from,
    to,
    now,
  }: CampaignId & { from: string; to: readonly string[]; now: Date },
): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    with locked as (
      select id, status, node_id from prospects
      where workspace_id = ${workspaceId} and campaign_id = ${campaignId} and sender_id = ${from} and ended_at is null
        and (hold is null or hold not in ('reserved', 'passing')) and status <> 'connection_sent'
      order by id for update
    ), o as (
      select *, row_number() over (order by id) as turn from locked
    ), n as (
      update prospects p set sender_id = (${to}::uuid[])[1 + o.turn % ${to.length}], updated_at = ${now},
        hold = case when ${ofSender} then null else p.hold end, hold_detail = case when ${ofSender} then null else p.hold_detail end,
        hold_until = case when ${ofSender} then null else p.hold_until end from o
      where p.workspace_id = ${workspaceId} and p.id = o.id returning p.status, p.node_id, p.sender_id
    ), delta as (
      select status as name, node_id, ${from}::uuid as sender_id, -1 as d from o union all select status, node_id, sender_id, 1 from n
    ), counted as (
      insert into counters (workspace_id, campaign_id, name, node_id, sender_id, shard, n)
      select ${workspaceId}, ${campaignId}, name, coalesce(node_id, ${nilId}), sender_id, ${shard()}, sum(d)
      from delta group by 3, 4, 5 having sum(d) <> 0 order by 3, 4, 5
      on conflict (workspace_id, campaign_id, name, node_id, sender_id, shard) do update set n = counters.n + excluded.n
    )
    select count(*) as n from n`.execute(db);
  return rows[0]!.n;
}
