import { sql } from 'kysely';
import { maxPageDepth } from '../../domain/page.ts';
import { type ProspectStatus, prospectStatuses } from '../../domain/people/prospect.ts';
import { nilId } from '../../ids.ts';
import type { Db } from '../database.ts';
import { type Page, readPage } from '../pages.ts';
import type { CampaignId } from '../scope.ts';
import type { ProspectRow } from '../sending/profiles.ts';
import { isFed } from './rules.ts';

export type RosterRow = {
  type: string;
  status: string;
  roster: string;
  member_id: string;
  local_hours: boolean;
  live: boolean;
};

/**
 * The campaign, held as it is until the transaction ends. Drafts are shared among writers; others
 * are taken alone, as adding may change them.
 */
export async function lockRoster(
  db: Db,
  { workspaceId, campaignId }: CampaignId,
): Promise<RosterRow | null> {
  const select = sql`select type, status, roster, member_id, local_hours, ${isFed(sql`campaigns.workspace_id`, sql`campaigns.id`)} as live from campaigns where workspace_id = ${workspaceId} and id = ${campaignId}`;
  const draft = await sql<RosterRow>`${select} and status = 'draft' for share`.execute(db);
  if (draft.rows[0]) return draft.rows[0];
  const { rows } = await sql<RosterRow>`${select} for no key update`.execute(db);
  return rows[0] ?? null;
}

export type RosterPage = CampaignId & {
  status?: ProspectStatus | undefined;
  /** A prefix of the identity. */
  prefix?: string | undefined;
  /** Held for this reason, or for any; with a part of the hold's subject. */
  hold?: string | undefined;
  holdDetail?: string | undefined;
  /** With a message of which nobody can tell whether it went out. */
  unknown?: boolean | undefined;
  /** Id of the last prospect of the page before. */
  after?: string | undefined;
  offset: number;
  limit: number;
};

/**
 * A page in the order people were added. Each status is read from the index up to the page's end,
 * so a page costs no scan.
 */
export async function listProspects(db: Db, page: RosterPage): Promise<Page<ProspectRow>> {
  const { workspaceId, campaignId, after = nilId, offset } = page;
  const limit = page.limit + 1;
  const statuses = page.status ? [page.status] : prospectStatuses;
  const few = narrowed(page) ?? (page.prefix === undefined ? null : startsWith(page));
  const ids = few
    ? sql`select id from ${few} as found where id > ${after}`
    : sql`select c.id from unnest(${statuses}::text[]) as s (status) cross join lateral (
          select id from prospects where workspace_id = ${workspaceId} and campaign_id = ${campaignId} and status = s.status and id > ${after} order by id limit ${offset + limit}) c`;
  return readPage(
    db,
    sql`select p.* from (select id from (${ids}) as candidate order by id limit ${limit} offset ${offset}) as chosen
      join prospects p on p.workspace_id = ${workspaceId} and p.campaign_id = ${campaignId} and p.id = chosen.id order by p.id`,
    page.limit,
  );
}

/** How many match: from the counters, or by the identity's index when a prefix is asked for. */
export async function countProspects(
  db: Db,
  filter: Omit<RosterPage, 'offset' | 'limit'>,
): Promise<number> {
  const statuses = filter.status ? [filter.status] : prospectStatuses;
  const special = narrowed(filter);
  if (special) {
    const counted = await sql<{ n: number }>`select count(*) as n from ${special} as found`.execute(
      db,
    );
    return counted.rows[0]!.n;
  }
  const { rows } =
    filter.prefix === undefined
      ? await sql<{ n: number }>`select coalesce(sum(n), 0)::bigint as n from counters
          where workspace_id = ${filter.workspaceId} and campaign_id = ${filter.campaignId} and name = any(${statuses}::text[])`.execute(
          db,
        )
      : await sql<{ n: number }>`select count(*) as n from ${startsWith(filter)} as found`.execute(
          db,
        );
  return rows[0]?.n ?? 0;
}

/** The ids of those that are held, or have unknown messages; null when neither is asked for. */
function narrowed(page: Omit<RosterPage, 'offset' | 'limit'>) {
  const { workspaceId, campaignId, hold, holdDetail, unknown, status, prefix } = page;
  if (hold === undefined && holdDetail === undefined && !unknown) return null;
  // The word itself, so that the index of lasting holds serves.
  const held = sql`${
    hold === undefined || hold === 'any'
      ? sql`hold is not null and hold not in ('reserved', 'passing')`
      : sql`hold = ${sql.lit(hold)}`
  } and position(${holdDetail?.toLowerCase() ?? ''} in lower(coalesce(hold_detail, ''))) > 0`;
  const doubted = sql`id in (select m.prospect_id from messages m
    where m.workspace_id = ${workspaceId} and m.campaign_id = ${campaignId} and m.state = 'unknown')`;
  return sql`(select id from prospects
    where workspace_id = ${workspaceId} and campaign_id = ${campaignId}
      and ${hold === undefined && holdDetail === undefined ? sql`true` : held}
      and ${unknown ? doubted : sql`true`}
      and (${status ?? null}::text is null or status = ${status ?? null})
      and starts_with(identity, ${prefix ?? ''}))`;
}

/**
 * The first by identity of those that start so, and of these the ones with the status: a bounded
 * look, whatever the prefix.
 */
function startsWith({
  workspaceId,
  campaignId,
  status,
  prefix = '',
}: Omit<RosterPage, 'offset' | 'limit'>) {
  return sql`(select id from (select id, status from prospects
    where workspace_id = ${workspaceId} and campaign_id = ${campaignId} and identity >= ${prefix} and identity < ${`${prefix}\u{10ffff}`}
    order by identity limit ${maxPageDepth}) as alike where ${status ?? null}::text is null or status = ${status ?? null})`;
}

/** The prospect as it stands, or null. */
export async function findProspect(
  db: Db,
  { workspaceId, campaignId, prospectId }: CampaignId & { prospectId: string },
): Promise<ProspectRow | null> {
  const { rows } = await sql<ProspectRow>`
    select * from prospects where workspace_id = ${workspaceId} and campaign_id = ${campaignId} and id = ${prospectId}`.execute(
    db,
  );
  return rows[0] ?? null;
}

/** The prospect with this normalised identity, or null. */
export async function findByIdentity(
  db: Db,
  { workspaceId, campaignId, identity }: CampaignId & { identity: string },
): Promise<ProspectRow | null> {
  const { rows } = await sql<ProspectRow>`
    select * from prospects where workspace_id = ${workspaceId} and campaign_id = ${campaignId} and identity = ${identity}`.execute(
    db,
  );
  return rows[0] ?? null;
}

/** The prospect, locked until the transaction ends. */
export async function lockProspect(
  db: Db,
  { workspaceId, campaignId, prospectId }: CampaignId & { prospectId: string },
): Promise<ProspectRow | null> {
  const { rows } = await sql<ProspectRow>`
    select * from prospects where workspace_id = ${workspaceId} and campaign_id = ${campaignId} and id = ${prospectId} for update`.execute(
    db,
  );
  return rows[0] ?? null;
}

/** Those of the given prospects that are in the campaign. */
export async function existingProspects(
  db: Db,
  { workspaceId, campaignId, ids }: CampaignId & { ids: readonly string[] },
): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select id from prospects where workspace_id = ${workspaceId} and campaign_id = ${campaignId} and id = any(${ids}::uuid[])`.execute(
    db,
  );
  return new Set(rows.map((row) => row.id));
}

/** A completed campaign with an open roster goes on with the new people. */
export async function reopenCampaign(
  db: Db,
  { workspaceId, campaignId, now }: CampaignId & { now: Date },
): Promise<void> {
  await sql`update campaigns set status = 'active', completed_at = null, updated_at = ${now}
    where workspace_id = ${workspaceId} and id = ${campaignId} and status = 'completed'`.execute(
    db,
  );
}
