import { type RawBuilder, sql } from 'kysely';
import { localZoneOf } from '../../domain/hours/local-zone.ts';
import { profileFields, type RosterPerson } from '../../domain/people/prospect-input.ts';
import { rulesReasonPrefix } from '../../domain/people/rule.ts';
import { countChanges } from '../counters.ts';
import type { Db } from '../database.ts';
import type { CampaignId } from '../scope.ts';
import { textArray } from '../text-array.ts';

export type NewProspect = RosterPerson & {
  id: string;
  lead_id?: string;
  local_zone?: string;
  local_zone_source?: string;
};
export type Intake = CampaignId & { source: string; sourceRef: string | null; now: Date };
export const columns = [
  'id',
  'identity',
  'lead_id',
  'custom_fields',
  'local_zone',
  'local_zone_source',
  ...profileFields,
] as const;

/** Prospects as columns, each a text[] that is ready to be sent. */
export type PackedPeople = { count: number; arrays: Record<(typeof columns)[number], Buffer> };

/** The prospect with its local zone, when its fields tell it. */
export function withZone(person: NewProspect): NewProspect {
  const known = localZoneOf(person);
  return known ? { ...person, local_zone: known.zone, local_zone_source: known.source } : person;
}

/**
 * Packs prospects one by one, so that those of a long file are never in memory at once. `local`
 * adds their local zones.
 */
export function packPeople(
  people: Iterable<NewProspect>,
  { local }: { local: boolean },
): PackedPeople {
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
  // A column without values is sent empty; unnest reads it as nulls.
  const arrays = Object.fromEntries(
    lists.map(({ column, values, filled }) => [column, textArray(filled ? values : [])]),
  );
  return { count, arrays: arrays as PackedPeople['arrays'] };
}

/**
 * The insert of prospects into a pool, as a part of a statement. `rows` has `id`, `identity`,
 * `lead_id`, `custom_fields`, `local_zone`, `local_zone_source`, `source_ref` and the profile; a
 * row with an identity that the roster has already falls out. Returns the `id` and `lead_id` of the
 * others.
 */
export function insertIntoPool(
  { workspaceId, campaignId, source, now }: Omit<Intake, 'sourceRef'>,
  rows: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const names = sql.join(profileFields.map((field) => sql.ref(field)));
  return sql`
    insert into prospects (workspace_id, campaign_id, source, source_ref, created_at,
      updated_at, id,
      identity, lead_id, custom_fields, local_zone, local_zone_source, ${names})
    select ${workspaceId}, ${campaignId}, ${source}, source_ref, ${now}, ${now}, id,
      identity, lead_id, custom_fields, coalesce(local_zone, ''), local_zone_source, ${names}
    from ${rows}
    on conflict (workspace_id, campaign_id, identity) do nothing returning id, lead_id`;
}

/** The change of the counters by prospects that joined the pool: the rows of `added`. */
export function countAdded(workspaceId: string, campaignId: string): RawBuilder<unknown> {
  return countChanges(
    workspaceId,
    sql`select ${campaignId}::uuid, 'pending', null::uuid, null::uuid, count(*) from added`,
  );
}

/**
 * Adds prospects to the pool and counts them, in one statement; those on the roster already fall
 * out. Returns how many were added. Measured by `npm run bench -- bulk` and `import`.
 */
export async function insertProspects(
  db: Db,
  intake: Intake,
  { count, arrays }: PackedPeople,
): Promise<number> {
  if (count === 0) return 0;
  const { workspaceId, campaignId, sourceRef } = intake;
  const names = sql.join(profileFields.map((field) => sql.ref(field)));
  const given = sql`unnest(${sql.join(columns.map((column) => sql`${arrays[column]}::text[]`))})
    as given (${sql.join(columns.map((column) => sql.ref(column)))})`;
  const typed = sql`(select id::uuid, identity, lead_id::uuid, custom_fields::jsonb, local_zone,
      local_zone_source, ${sourceRef}::text as source_ref, ${names} from ${given}) as typed`;
  const { rows } = await sql<{ n: number }>`
    with added as (${insertIntoPool(intake, typed)}),
      counted as (${countAdded(workspaceId, campaignId)})
    select count(*) as n from added`.execute(db);
  return rows[0]?.n ?? 0;
}

/** The prospect was never contacted, and no touch is on its way. */
export const untouched = sql`
  status = 'pending' and sender_id is null and hold is distinct from 'reserved'`;

/**
 * Removes prospects that were never contacted (all of them when `ids` is null; `importId`: those
 * that this import added) and counts it, in one statement. Returns how many.
 */
export async function deleteProspects(
  db: Db,
  {
    workspaceId,
    campaignId,
    ids = null,
    importId = null,
  }: CampaignId & { ids?: readonly string[] | null; importId?: string | null },
): Promise<number> {
  const chosen = sql`${ids === null ? sql`true` : sql`id = any(${ids}::uuid[])`}
    and ${importId === null ? sql`true` : sql`source = 'csv' and source_ref = ${importId}`}`;
  const { rows } = await sql<{ n: number }>`
    with gone as (
      delete from prospects where workspace_id = ${workspaceId} and campaign_id = ${campaignId}
        and ${untouched} and ${chosen} returning node_id
    ), counted as (
      ${countChanges(
        workspaceId,
        sql`select ${campaignId}::uuid, 'pending', node_id, null::uuid, -1 from gone`,
      )}
    )
    select count(*) as n from gone`.execute(db);
  return rows[0]?.n ?? 0;
}

/**
 * Puts prospects that lead rules cancelled back into the pool, and counts it. Returns their ids.
 */
export async function reopenProspects(
  db: Db,
  { workspaceId, campaignId }: CampaignId,
  { ids, now }: { ids: readonly string[]; now: Date },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with o as (
      select id, sender_id from prospects
      where workspace_id = ${workspaceId} and campaign_id = ${campaignId}
        and id = any (${ids}::uuid[]) and status = 'cancelled' and contacted_at is null
        and starts_with(end_reason, ${rulesReasonPrefix})
      order by id for update
    ), n as (
      update prospects p set status = 'pending', sender_id = null, ended_at = null,
        end_reason = null, updated_at = ${now}
      from o where p.workspace_id = ${workspaceId} and p.id = o.id returning p.id
    ), delta as (
      select 'cancelled' as name, sender_id, -1 as d from o
      union all select 'pending', null, 1 from n
    ), counted as (
      ${countChanges(
        workspaceId,
        sql`select ${campaignId}::uuid, name, null::uuid, sender_id, d from delta`,
      )}
    )
    select id from n`.execute(db);
  return rows.map((row) => row.id);
}

/**
 * Ends the selected prospects `p` of a campaign's pool as skipped and counts it, in one statement
 * however many they are. `which` is a condition on `p`.
 */
export async function skipFromPool(
  db: Db,
  { workspaceId, campaignId }: CampaignId,
  { which, reason, now }: { which: RawBuilder<unknown>; reason: string; now: Date },
): Promise<void> {
  await sql`
    with o as (
      select p.id, p.node_id from prospects p where ${which} order by p.id for update of p
    ), n as (
      update prospects p set status = 'skipped', ended_at = ${now}, end_reason = ${reason},
        node_id = null, anchor_at = null, hold = null, hold_detail = null, hold_until = null,
        pausing = null, updated_at = ${now}
      from o where p.workspace_id = ${workspaceId} and p.id = o.id returning o.node_id
    ), delta as (
      select 'pending' as name, node_id, -1 as d from n union all select 'skipped', null, 1 from n
    )
    ${countChanges(
      workspaceId,
      sql`select ${campaignId}::uuid, name, node_id, null::uuid, d from delta`,
    )}`.execute(db);
}
