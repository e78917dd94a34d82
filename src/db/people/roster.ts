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
  /** Part of the name or company, in lower case. */
  name?: string | undefined;
  /** The touch they stand before, and their sender; `nilId` for none. */
  nodeId?: string | undefined;
  senderId?: string | undefined;
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

type Filter = Omit<RosterPage, 'offset' | 'limit'>;

/**
 * A page in the order people were added. Each status and place is read from an index up to the
 * page's end, so a page costs no scan. `next`: the id after which to go on, null at the end; a page
 * of a search may end before its limit.
 */
export async function listProspects(
  db: Db,
  page: RosterPage,
): Promise<Page<ProspectRow> & { next: string | null }> {
  const { workspaceId, campaignId, after = nilId, offset } = page;
  const few = narrowed(page) ?? searched(page);
  const ids = few
    ? sql`select id from ${few} as found where id > ${after}`
    : inPlaces(page, offset + page.limit + 1);
  const { rows, more } = await readPage<ProspectRow>(
    db,
    sql`select p.* from (select id from (${ids}) as candidate order by id limit ${page.limit + 1} offset ${offset}) as chosen
      join prospects p on p.workspace_id = ${workspaceId} and p.campaign_id = ${campaignId} and p.id = chosen.id order by p.id`,
    page.limit,
  );
  if (more) return { rows, more, next: rows.at(-1)!.id };
  if (!isNameSearch(page)) return { rows, more, next: null };
  const end = sql<{
    id: string;
  }>`select id from ${looked(page)} as looked offset ${maxNamesRead - 1}`;
  return { rows, more, next: (await end.execute(db)).rows[0]?.id ?? null };
}

const isNameSearch = (filter: Filter) =>
  filter.name !== undefined && filter.prefix === undefined && narrowed(filter) === null;

/** People that a search by name looks at: names have no index. */
export const maxNamesRead = 20_000;

/** The first people after `after` by status and place: those a search by name looks at. */
const looked = (filter: Filter) =>
  sql`(select id from (${inPlaces(filter, maxNamesRead)}) as place order by id limit ${maxNamesRead})`;

/** The first ids after `after`, up to `count` of each status and place. */
function inPlaces(filter: Filter, count: number) {
  const { workspaceId, campaignId, nodeId, senderId, after = nilId } = filter;
  const ofCampaign = sql`workspace_id = ${workspaceId} and campaign_id = ${campaignId}`;
  const rest = sql`and id > ${after} order by id limit ${count}`;
  if (nodeId === undefined && senderId === undefined)
    return sql`select c.id from unnest(${statusesOf(filter)}::text[]) as s (status) cross join lateral (
      select id from prospects where ${ofCampaign} and status = s.status ${rest}) c`;
  return sql`select c.id from (select name, node_id, sender_id from counters where ${counted(filter)}
      group by name, node_id, sender_id having sum(n) > 0) as s cross join lateral (
    select id from prospects where ${ofCampaign} and status = s.name
      and coalesce(node_id, ${sql.lit(nilId)}) = s.node_id and coalesce(sender_id, ${sql.lit(nilId)}) = s.sender_id ${rest}) c`;
}

/** How many match: from the counters, or by an index where a hold or a text is asked for. */
export async function countProspects(db: Db, filter: Filter): Promise<number> {
  const few = narrowed(filter) ?? searched({ ...filter, after: undefined });
  const query = few
    ? sql<{ n: number }>`select count(*) as n from ${few} as found`
    : sql<{
        n: number;
      }>`select coalesce(sum(n), 0)::bigint as n from counters where ${counted(filter)}`;
  return (await query.execute(db)).rows[0]!.n;
}

const statusesOf = ({ status }: Filter): readonly string[] =>
  status ? [status] : prospectStatuses;

/** The counters of the people that match by status and place. */
function counted(filter: Filter) {
  const { workspaceId, campaignId, nodeId, senderId } = filter;
  return sql`workspace_id = ${workspaceId} and campaign_id = ${campaignId} and name = any(${statusesOf(filter)}::text[])
    and ${nodeId === undefined ? sql`true` : sql`node_id = ${nodeId}`}
    and ${senderId === undefined ? sql`true` : sql`sender_id = ${senderId}`}`;
}

/** People that match by status, place and text. */
function matching({ status, nodeId, senderId, prefix, name }: Filter) {
  return sql`(${status ?? null}::text is null or status = ${status ?? null})
    and (${nodeId ?? null}::uuid is null or coalesce(node_id, ${nilId}) = ${nodeId ?? null})
    and (${senderId ?? null}::uuid is null or coalesce(sender_id, ${nilId}) = ${senderId ?? null})
    and starts_with(identity, ${prefix ?? ''})
    and position(${name ?? ''} in lower(concat_ws(' ', name, first_name, last_name, company))) > 0`;
}

/** The ids of those that are held, or have unknown messages; null when neither is asked for. */
function narrowed(filter: Filter) {
  const { workspaceId, campaignId, hold, holdDetail, unknown } = filter;
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
      and ${unknown ? doubted : sql`true`} and ${matching(filter)})`;
}

/**
 * The ids of those whose identity starts so, the first by identity, or whose name has the text,
 * among the first after `after`: a bounded look, whatever the text. Null when neither is asked for.
 */
function searched(filter: Filter) {
  const { workspaceId, campaignId, prefix, name } = filter;
  if (prefix !== undefined)
    return sql`(select id from (select * from prospects
      where workspace_id = ${workspaceId} and campaign_id = ${campaignId} and identity >= ${prefix} and identity < ${`${prefix}\u{10ffff}`}
      order by identity limit ${maxPageDepth}) as alike where ${matching(filter)})`;
  if (name === undefined) return null;
  return sql`(select p.id from ${looked(filter)} as looked
    join prospects p on p.workspace_id = ${workspaceId} and p.id = looked.id where ${matching(filter)})`;
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
