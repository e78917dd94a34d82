import { type Selectable, sql } from 'kysely';
import type { Db } from '../database.ts';
import type { Schema } from '../schema.gen.ts';
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

/**
 * A sender as it takes part in a campaign; `campaign_daily_limit` is the campaign's own limit for
 * it.
 */
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

/**
 * The senders of these campaigns, each campaign's in its own order; those taken off only when asked
 * for.
 */
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

export type RehearsedSender = Pick<
  Selectable<Schema['senders']>,
  | 'type'
  | 'display_name'
  | 'first_name'
  | 'last_name'
  | 'email_address'
  | 'is_premium'
  | 'signature'
  | 'daily_limit'
  | 'min_gap_seconds'
  | 'weekly_connection_limit'
  | 'weekly_message_limit'
  | 'hourly_limit'
  | 'daily_window'
  | 'ramp_up'
> & { campaign_daily_limit: number | null; position: number };

/** The settings that a simulated sender takes over from each sender of a campaign. */
export async function listRehearsedSenders(
  db: Db,
  { workspaceId, campaignId }: CampaignId,
): Promise<RehearsedSender[]> {
  const { rows } = await sql<RehearsedSender>`
    select s.type, s.display_name, s.first_name, s.last_name, s.email_address, s.is_premium,
      s.signature, s.daily_limit, s.min_gap_seconds, s.weekly_connection_limit,
      s.weekly_message_limit, s.hourly_limit, s.daily_window, s.ramp_up,
      cs.daily_limit as campaign_daily_limit, cs.position
    from campaign_senders cs join senders s on s.workspace_id = cs.workspace_id and s.id = cs.sender_id
    where cs.workspace_id = ${workspaceId} and cs.campaign_id = ${campaignId}
      and cs.removed_at is null and s.removed_at is null order by cs.position`.execute(db);
  return rows;
}

/** Gives a new campaign a sender at a place, with the campaign's own limit for it. */
export async function insertCampaignSender(
  db: Db,
  { workspaceId, campaignId }: CampaignId,
  sender: { senderId: string; position: number; dailyLimit: number | null },
): Promise<void> {
  await sql`insert into campaign_senders (workspace_id, campaign_id, sender_id, position, daily_limit)
    values (${workspaceId}, ${campaignId}, ${sender.senderId}, ${sender.position}, ${sender.dailyLimit})`.execute(
    db,
  );
}

/** The senders of a campaign whose lanes are planned again first; idle ones last. */
export async function firstSenders(
  db: Db,
  { workspaceId, campaignId }: CampaignId,
  limit: number,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select l.sender_id as id from campaign_senders cs
    join lanes l on l.workspace_id = cs.workspace_id and l.sender_id = cs.sender_id
    where cs.workspace_id = ${workspaceId} and cs.campaign_id = ${campaignId} and cs.removed_at is null
    order by l.next_at nulls last, l.sender_id limit ${limit}`.execute(db);
  return rows.map(({ id }) => id);
}

/** Gives a new campaign the senders of another one of its workspace, each with its limit. */
export async function copyCampaignSenders(
  db: Db,
  { workspaceId, campaignId }: CampaignId,
  copyId: string,
): Promise<void> {
  await sql`insert into campaign_senders (workspace_id, campaign_id, sender_id, position, daily_limit)
    select cs.workspace_id, ${copyId}, cs.sender_id, cs.position, cs.daily_limit from campaign_senders cs
    join senders s on s.workspace_id = cs.workspace_id and s.id = cs.sender_id and s.removed_at is null
    where cs.workspace_id = ${workspaceId} and cs.campaign_id = ${campaignId} and cs.removed_at is null`.execute(
    db,
  );
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

/**
 * Sets the campaign's own daily limit of some of its senders; null goes back to the sender's.
 * Returns the ids it found.
 */
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

/**
 * Adds senders behind the campaign's others; one that was taken off is back. Returns the ids that
 * were not there.
 */
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

/**
 * Takes a sender off a campaign; its row stays for the people it still has. Returns false when the
 * campaign never had it.
 */
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

/**
 * How many people that are under way, and not held, belong to senders that were taken off the
 * campaign.
 */
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
