import { type Insertable, type Selectable, sql } from 'kysely';
import { isTerminal, prospectStatuses } from '../../domain/people/prospect.ts';
import type { CampaignStatus } from '../../domain/sequence/campaign.ts';
import type { SequenceNode } from '../../domain/sequence/sequence.ts';
import { AppError } from '../../errors.ts';
import { type Db, runTransaction } from '../database.ts';
import { appendEvents } from '../events.ts';
import { type Page, readPage } from '../pages.ts';
import { isFed } from '../people/rules.ts';
import { camelRows } from '../rows.ts';
import type { Schema } from '../schema.gen.ts';
import { type CampaignId, type WorkspaceScope, within } from '../scope.ts';

export type CampaignRow = Selectable<Schema['campaigns']>;
type Insert = Insertable<Schema['campaigns']>;

/** Columns to write, the undefined ones left as they are; `operating_hours` is JSON text. */
export type CampaignValues = { [Column in keyof Insert]?: Insert[Column] | undefined };

type Given =
  | 'workspace_id'
  | 'id'
  | 'member_id'
  | 'type'
  | 'name'
  | 'status'
  | 'created_at'
  | 'updated_at';

/** @throws campaign.not_found */
export async function getCampaign(
  db: Db,
  { workspaceId, campaignId }: CampaignId,
): Promise<CampaignRow> {
  const row = await db
    .selectFrom('campaigns')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', campaignId)
    .executeTakeFirst();
  if (!row) throw new AppError('campaign.not_found');
  return row;
}

/**
 * The campaign, locked until the transaction ends: claims and roster changes wait. @throws
 * campaign.not_found
 */
export async function lockCampaign(
  db: Db,
  { workspaceId, campaignId }: CampaignId,
): Promise<CampaignRow> {
  const query = db
    .selectFrom('campaigns')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', campaignId);
  const row = await query.forNoKeyUpdate().executeTakeFirst();
  if (!row) throw new AppError('campaign.not_found');
  return row;
}

/**
 * Keeps campaigns as they are until the transaction ends: changes of their sequences wait. Take it
 * before any lock on their people.
 */
export async function shareCampaigns(
  db: Db,
  workspaceId: string,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  await sql`select 1 from campaigns where workspace_id = ${workspaceId} and id = any(${ids}::uuid[]) order by id for share`.execute(
    db,
  );
}

export type CampaignFilter = {
  workspaceId: string;
  status?: CampaignStatus | undefined;
  type?: string | undefined;
  q?: string | undefined;
  /** With their sequences. */
  nodes?: boolean | undefined;
  /** By age alone, and after one of them when that is given. */
  newest?: boolean | undefined;
  after?: string | undefined;
  limit: number;
  offset: number;
};

export type ListedCampaign = CampaignRow & { node_count: number; nodes: SequenceNode[] };

/**
 * Active and paused ones first unless `newest`, then the newest, each with its number of nodes;
 * `total` counts all that match.
 */
export async function listCampaigns(
  db: Db,
  filter: CampaignFilter,
): Promise<Page<ListedCampaign> & { total: number }> {
  const where = sql`where c.workspace_id = ${filter.workspaceId}
    and (${filter.status ?? null}::text is null or c.status = ${filter.status ?? null})
    and (${filter.type ?? null}::text is null or c.type = ${filter.type ?? null})
    and (${filter.q ?? null}::text is null or position(lower(${filter.q ?? null}) in lower(c.name)) > 0)`;
  const query = sql`
    select c.*, jsonb_array_length(s.nodes) as node_count, ${filter.nodes ? sql`s.nodes` : sql`'[]'::jsonb`} as nodes
    from campaigns c join sequences s on s.workspace_id = c.workspace_id and s.campaign_id = c.id and s.revision = c.revision
    ${where} and (${filter.after ?? null}::uuid is null or c.id < ${filter.after ?? null})
    order by ${filter.newest ? sql`c.id desc` : sql`c.status in ('active', 'paused') desc, c.created_at desc, c.id desc`}
    limit ${filter.limit + 1} offset ${filter.offset}`;
  const page = await readPage<ListedCampaign>(db, query, filter.limit);
  const counted = await sql<{ n: number }>`select count(*) as n from campaigns c ${where}`.execute(
    db,
  );
  return { ...page, total: counted.rows[0]?.n ?? 0 };
}

/** Returns the row, or null when the member has a campaign of this name. */
export async function insertCampaign(
  db: Db,
  values: CampaignValues & Pick<Insert, Given>,
): Promise<CampaignRow | null> {
  const insert = db.insertInto('campaigns').values(values);
  const row = await insert
    .onConflict((conflict) => conflict.columns(['workspace_id', 'member_id', 'name']).doNothing())
    .returningAll()
    .executeTakeFirst();
  return row ?? null;
}

/** The member's campaign names that start with `stem`. */
export async function namesLike(
  db: Db,
  { workspaceId, memberId, stem }: { workspaceId: string; memberId: string; stem: string },
): Promise<Set<string>> {
  const { rows } = await sql<{ name: string }>`
    select name from campaigns where workspace_id = ${workspaceId} and member_id = ${memberId} and starts_with(name, ${stem})`.execute(
    db,
  );
  return new Set(rows.map((row) => row.name));
}

/** Writes columns of a campaign the caller has locked, and returns it. */
export async function updateCampaign(
  db: Db,
  { workspace_id, id }: CampaignRow,
  values: CampaignValues,
): Promise<CampaignRow> {
  const update = db
    .updateTable('campaigns')
    .set(values)
    .where('workspace_id', '=', workspace_id)
    .where('id', '=', id);
  return update.returningAll().executeTakeFirstOrThrow();
}

/** Deletes a campaign the caller has locked, with its roster, sequence and messages. */
export async function deleteCampaign(
  db: Db,
  { workspaceId, campaignId }: CampaignId,
): Promise<void> {
  await sql`delete from campaigns where workspace_id = ${workspaceId} and id = ${campaignId}`.execute(
    db,
  );
}

const openStatuses = prospectStatuses.filter((status) => !isTerminal(status));

/**
 * Active campaigns of live workspaces, or of one sandbox, in which nobody is left to be touched and
 * that no list feeds, up to `limit`. One look into an index for each open status of each.
 */
export async function finishedCampaigns(
  db: Db,
  { scope, limit }: { scope: WorkspaceScope; limit: number },
): Promise<CampaignId[]> {
  const rows = await camelRows<CampaignId>(
    db,
    sql`
    select c.workspace_id, c.id as campaign_id from campaigns c
    where c.status = 'active' and ${within(sql`c.workspace_id`, scope)} and not exists (
      select 1 from unnest(${openStatuses}::text[]) as s (status)
      join prospects p on p.workspace_id = c.workspace_id and p.campaign_id = c.id and p.status = s.status)
      and not ${isFed(sql`c.workspace_id`, sql`c.id`)}
    limit ${limit}`,
  );
  return rows;
}

/**
 * Completes an active campaign in which nobody is left to be touched and that no list feeds; to be
 * asked after the change that ended somebody is committed. Counters answer while somebody is left;
 * then the rows have the last word, under a lock that keeps new people out.
 */
export async function completeIfDone(
  db: Db,
  campaign: CampaignId & { now: Date; actor?: string },
): Promise<boolean> {
  if (!db.isTransaction)
    return runTransaction(db, (transaction) => completeIfDone(transaction, campaign));
  const { workspaceId, campaignId, now } = campaign;
  const left = await sql<{ n: number }>`
    select coalesce(sum(n), 0)::bigint as n from counters
    where workspace_id = ${workspaceId} and campaign_id = ${campaignId} and name = any (${openStatuses}::text[])`.execute(
    db,
  );
  if (left.rows[0]!.n > 0) return false;
  await sql`select 1 from campaigns where workspace_id = ${workspaceId} and id = ${campaignId} for no key update`.execute(
    db,
  );
  const { rows } = await sql`
    update campaigns set status = 'completed', completed_at = ${now}, updated_at = ${now}
    where workspace_id = ${workspaceId} and id = ${campaignId} and status = 'active' and not exists (
      select 1 from prospects where workspace_id = ${workspaceId} and campaign_id = ${campaignId} and status = any (${openStatuses}::text[]))
      and not ${isFed(sql`campaigns.workspace_id`, sql`campaigns.id`)}
    returning id`.execute(db);
  if (rows.length === 0) return false;
  await appendEvents(db, { workspaceId, at: now, actor: campaign.actor ?? 'engine' }, [
    { kind: 'campaign.completed', campaignId },
  ]);
  return true;
}
