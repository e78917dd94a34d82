import { type Selectable, sql } from 'kysely';
import { localZoneOf } from '../../domain/hours/local-zone.ts';
import { deepest } from '../../domain/page.ts';
import { type ProspectStatus, prospectStatuses } from '../../domain/people/prospect.ts';
import { profileFields, type RosterPerson } from '../../domain/people/prospect-input.ts';
import { nilId } from '../../ids.ts';
import { shard } from '../counters.ts';
import type { Db } from '../database.ts';
import type { Schema } from '../schema.gen.ts';
import type { CampaignId } from '../scope.ts';
import { textArray } from '../text-array.ts';
import { isFed } from './rules.ts';

export type ProspectRow = Selectable<Schema['prospects']>;
export type RosterRow = {
  type: string;
  status: string;
  roster: string;
  member_id: string;
  local_hours: boolean;
  live: boolean;
};

/** The campaign, held as it is until the transaction ends. Drafts are shared among writers; others are taken alone, as adding may change them. */
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

export type NewProspect = RosterPerson & {
  id: string;
  lead_id?: string;
  local_zone?: string;
  local_zone_source?: string;
};
export type Intake = CampaignId & { source: string; sourceRef: string | null; now: Date };

const columns = [
  'id',
  'identity',
  'lead_id',
  'custom_fields',
  'local_zone',
  'local_zone_source',
  ...profileFields,
] as const;

/** People as columns, each a text[] ready to be sent. */
export type PackedPeople = { count: number; arrays: Record<(typeof columns)[number], Buffer> };

/** Takes people one by one: those of a long file need never be in memory together. `local`: with the zones they live in. */
export function packPeople(people: Iterable<NewProspect>, local: boolean): PackedPeople {
  const lists = columns.map((column) => ({
    column,
    values: [] as (string | null)[],
    filled: false,
  }));
  let count = 0;
  for (const given of people) {
    const person = local ? withZone(given) : given;
    count += 1;
    for (const list of lists) {
      const value = person[list.column] ?? null;
      list.values.push(value);
      list.filled ||= value !== null;
    }
  }
  // A column that nobody fills is sent empty; unnest reads it as nulls.
  const arrays = Object.fromEntries(
    lists.map(({ column, values, filled }) => [column, textArray(filled ? values : [])]),
  );
  return { count, arrays: arrays as PackedPeople['arrays'] };
}

function withZone(person: NewProspect): NewProspect {
  const known = localZoneOf(person);
  return known ? { ...person, local_zone: known.zone, local_zone_source: known.source } : person;
}

/**
 * Adds people to the pool and counts them, in one statement; whoever is there already falls out. Returns how many were added.
 * Measured by `npm run bench -- bulk` and `import`.
 */
export async function insertProspects(
  db: Db,
  intake: Intake,
  { count, arrays }: PackedPeople,
): Promise<number> {
  if (count === 0) return 0;
  const { workspaceId, campaignId, now } = intake;
  const names = sql.join(profileFields.map((field) => sql.ref(field)));
  const { rows } = await sql<{ n: number }>`
    with added as (
      insert into prospects (workspace_id, campaign_id, source, source_ref, created_at, updated_at, id, identity, lead_id, custom_fields, local_zone, local_zone_source, ${names})
      select ${workspaceId}, ${campaignId}, ${intake.source}, ${intake.sourceRef}, ${now}, ${now}, id::uuid, identity, lead_id::uuid, custom_fields::jsonb, coalesce(local_zone, ''), local_zone_source, ${names}
      from unnest(${sql.join(columns.map((column) => sql`${arrays[column]}::text[]`))}) as given (${sql.join(columns.map((column) => sql.ref(column)))})
      on conflict (campaign_id, identity) do nothing returning 1
    ), counted as (
      insert into counters (workspace_id, campaign_id, name, node_id, sender_id, shard, n)
      select ${workspaceId}::uuid, ${campaignId}::uuid, 'pending', ${nilId}::uuid, ${nilId}::uuid, ${shard()}::smallint, count(*) from added having count(*) > 0
      on conflict (workspace_id, campaign_id, name, node_id, sender_id, shard) do update set n = counters.n + excluded.n
    )
    select count(*) as n from added`.execute(db);
  return rows[0]?.n ?? 0;
}

export type RosterPage = CampaignId & {
  status?: ProspectStatus | undefined;
  /** What the identity starts with. */
  prefix?: string | undefined;
  /** Id of the last prospect of the page before. */
  after?: string | undefined;
  offset: number;
  limit: number;
};

/** A page in the order people were added. Each status is read from the index up to the page's end, so a page costs no scan. */
export async function listProspects(db: Db, page: RosterPage): Promise<ProspectRow[]> {
  const { workspaceId, campaignId, after = nilId, offset, limit } = page;
  const statuses = page.status ? [page.status] : prospectStatuses;
  const ids =
    page.prefix === undefined
      ? sql`select c.id from unnest(${statuses}::text[]) as s (status) cross join lateral (
          select id from prospects where campaign_id = ${campaignId} and status = s.status and id > ${after} order by id limit ${offset + limit}) c`
      : sql`select id from ${startsWith(page)} as found where id > ${after}`;
  const { rows } = await sql<ProspectRow>`
    select p.* from (select id from (${ids}) as candidate order by id limit ${limit} offset ${offset}) as chosen
    join prospects p on p.workspace_id = ${workspaceId} and p.campaign_id = ${campaignId} and p.id = chosen.id order by p.id`.execute(
    db,
  );
  return rows;
}

/** How many match: from the counters, or by the identity's index when a prefix is asked for. */
export async function countProspects(
  db: Db,
  filter: Omit<RosterPage, 'offset' | 'limit'>,
): Promise<number> {
  const statuses = filter.status ? [filter.status] : prospectStatuses;
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

/** The first by identity of those that start so, and of these the ones with the status: a bounded look, whatever the prefix. */
function startsWith({
  workspaceId,
  campaignId,
  status,
  prefix = '',
}: Omit<RosterPage, 'offset' | 'limit'>) {
  return sql`(select id from (select id, status from prospects
    where workspace_id = ${workspaceId} and campaign_id = ${campaignId} and identity >= ${prefix} and identity < ${`${prefix}\u{10ffff}`}
    order by identity limit ${deepest}) as alike where ${status ?? null}::text is null or status = ${status ?? null})`;
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

/** Writes the profile; somebody held for a missing variable is let go. @throws 23505 when the identity is another's */
export async function updateProfile(
  db: Db,
  row: ProspectRow,
  { person, local, now }: { person: RosterPerson; local: boolean; now: Date },
): Promise<ProspectRow> {
  const known = local ? localZoneOf(person) : null;
  const profile = sql.join(profileFields.map((field) => sql`${sql.ref(field)} = ${person[field]}`));
  const { rows } = await sql<ProspectRow>`
    update prospects set ${profile}, identity = ${person.identity}, custom_fields = ${person.custom_fields}, updated_at = ${now},
      local_zone = ${known?.zone ?? ''}, local_zone_source = ${known?.source ?? null},
      hold = nullif(hold, 'missing_variable'), hold_detail = case when hold = 'missing_variable' then null else hold_detail end
    where workspace_id = ${row.workspace_id} and id = ${row.id} returning *`.execute(db);
  return rows[0]!;
}

/** Nobody has written to them and nobody is about to. */
const untouched = sql`status = 'pending' and sender_id is null and hold is distinct from 'reserved'`;

/** Removes people who were never written to (all of them when `ids` is null) and counts them off, in one statement. Returns who is gone. */
export async function deleteProspects(
  db: Db,
  { workspaceId, campaignId, ids }: CampaignId & { ids: readonly string[] | null },
): Promise<number> {
  const chosen = ids === null ? sql`true` : sql`id = any(${ids}::uuid[])`;
  const { rows } = await sql<{ n: number }>`
    with gone as (
      delete from prospects where workspace_id = ${workspaceId} and campaign_id = ${campaignId} and ${untouched} and ${chosen} returning node_id
    ), counted as (
      insert into counters (workspace_id, campaign_id, name, node_id, sender_id, shard, n)
      select ${workspaceId}::uuid, ${campaignId}::uuid, 'pending', coalesce(node_id, ${nilId}), ${nilId}::uuid, ${shard()}::smallint, -count(*) from gone group by 4
      on conflict (workspace_id, campaign_id, name, node_id, sender_id, shard) do update set n = counters.n + excluded.n
    )
    select count(*) as n from gone`.execute(db);
  return rows[0]?.n ?? 0;
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
