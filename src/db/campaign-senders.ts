import { sql } from 'kysely';
import type { CampaignId } from './campaigns.ts';
import type { Db } from './database.ts';

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
export type CampaignSenderRow = SenderAccountRow & { campaign_id: string; campaign_daily_limit: number | null };

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

/** The senders of these campaigns, each campaign's in its own order. */
export async function listCampaignSenders(
  db: Db,
  { workspaceId, campaignIds }: { workspaceId: string; campaignIds: readonly string[] },
): Promise<CampaignSenderRow[]> {
  const { rows } = await sql<CampaignSenderRow>`
    select cs.campaign_id, cs.daily_limit as campaign_daily_limit, ${account}
    from campaign_senders cs join senders s on s.workspace_id = cs.workspace_id and s.id = cs.sender_id
    where cs.workspace_id = ${workspaceId} and cs.campaign_id = any (${campaignIds}::uuid[]) order by cs.campaign_id, cs.position`.execute(
    db,
  );
  return rows;
}

/** Type of each of these senders that the workspace has. */
export async function senderTypes(
  db: Db,
  { workspaceId, ids }: { workspaceId: string; ids: readonly string[] },
): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; type: string }>`
    select id, type from senders where workspace_id = ${workspaceId} and id = any (${ids}::uuid[]) and removed_at is null`.execute(db);
  return new Map(rows.map((row) => [row.id, row.type]));
}

/** Makes these the campaign's senders, in this order. Limits of those that stay are kept. */
export async function replaceCampaignSenders(db: Db, { workspaceId, campaignId }: CampaignId, ids: readonly string[]): Promise<void> {
  await sql`
    delete from campaign_senders
    where workspace_id = ${workspaceId} and campaign_id = ${campaignId} and sender_id <> all (${ids}::uuid[])`.execute(db);
  await sql`
    insert into campaign_senders (workspace_id, campaign_id, sender_id, position)
    select ${workspaceId}, ${campaignId}, id, position - 1 from unnest(${ids}::uuid[]) with ordinality as given (id, position)
    on conflict (workspace_id, campaign_id, sender_id) do update set position = excluded.position`.execute(db);
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
