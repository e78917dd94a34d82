import { sql } from 'kysely';
import { customFieldsLimit, profileFields } from '../../domain/people/prospect-input.ts';
import type { Db } from '../database.ts';
import type { CampaignId } from '../scope.ts';
import { columns, type PackedPeople } from './roster-changes.ts';

/** The treatment of people that are in the campaign already. */
export const existingModes = ['keep', 'fill', 'overwrite'] as const;
export type ExistingMode = (typeof existingModes)[number];

/** A given person that was not added: their place, and whether the file has them twice. */
export type Duplicate = {
  index: number;
  identity: string;
  prospectId: string;
  repeated: boolean;
};

type Given = { people: PackedPeople; importId: string };

/** Of `prospects p`: the same file brought them. */
const isOwn = (importId: string) =>
  sql`coalesce(p.source = 'csv' and p.source_ref = ${importId}, false)`;

/** The given people that were not added, in their order. Ask in the transaction that added. */
export async function findDuplicates(
  db: Db,
  { workspaceId, campaignId }: CampaignId,
  { people, importId }: Given,
): Promise<Duplicate[]> {
  const { rows } = await sql<Duplicate>`
    select g.i::int - 1 as index, g.identity, p.id as "prospectId",
      ${isOwn(importId)} as repeated
    from unnest(${people.arrays.id}::text[], ${people.arrays.identity}::text[])
      with ordinality as g (id, identity, i)
    join prospects p on p.workspace_id = ${workspaceId} and p.campaign_id = ${campaignId}
      and p.identity = g.identity and p.id <> g.id::uuid order by g.i`.execute(db);
  return rows;
}

type Update = Given & {
  ids: readonly string[];
  existing: ExistingMode;
  /** The table has a column for the whole name; without one it follows from its parts. */
  named: boolean;
  now: Date;
};

/** The given people that are in the campaign, with the facts given of each, in their order. */
function givenOf(
  { workspaceId, campaignId }: CampaignId,
  { people, importId, existing }: Given & { existing: ExistingMode },
) {
  const pairs = profileFields.map((field) => sql`${field}::text, g.${sql.ref(field)}`);
  return sql`
      select p.id, g.i, not ${isOwn(importId)} and ${existing === 'overwrite'} as overwrites,
        jsonb_strip_nulls(jsonb_build_object(${sql.join(pairs)})) as profile,
        coalesce(g.custom_fields::jsonb, '{}') as custom, nullif(g.local_zone, '') as zone,
        g.local_zone_source as zone_source
      from unnest(${sql.join(columns.map((column) => sql`${people.arrays[column]}::text[]`))})
        with ordinality as g (${sql.join(columns.map((column) => sql.ref(column)))}, i)
      join prospects p on p.workspace_id = ${workspaceId} and p.campaign_id = ${campaignId}
        and p.identity = g.identity and p.id <> g.id::uuid
      where ${isOwn(importId)} or ${existing !== 'keep'}`;
}

/**
 * Writes the given facts of the people that were in the campaign before, and fills blanks of
 * those that the same file brought. Blank cells erase nothing, and the state of a person stays,
 * but for a hold that waits for a missing variable. `ids`: all of them. Returns how many profiles
 * changed.
 */
export async function updateExisting(
  db: Db,
  { workspaceId, campaignId }: CampaignId,
  { people, importId, ids, existing, named, now }: Update,
): Promise<number> {
  await sql`select 1 from prospects where workspace_id = ${workspaceId} and id = any(${ids}::uuid[])
    order by id for update`.execute(db);
  const merged = profileFields.map((field) => {
    const [own, given] = [sql`p.${sql.ref(field)}`, sql`f.profile ->> ${field}::text`];
    return sql`case when f.overwrites then coalesce(${given}, ${own})
      else coalesce(${own}, ${given}) end as ${sql.ref(field)}`;
  });
  const set = profileFields
    .filter((field) => field !== 'name')
    .map((field) => sql`${sql.ref(field)} = n.${sql.ref(field)}`);
  const before = sql.join(profileFields.map((field) => sql`p.${sql.ref(field)}`));
  const fullName = (of: string) =>
    sql`nullif(concat_ws(' ', ${sql.ref(`${of}.first_name`)}, ${sql.ref(`${of}.last_name`)}), '')`;
  const { rows } = await sql`
    with given as (${givenOf({ workspaceId, campaignId }, { people, importId, existing })}
    ), ranked as (
      select *, case when overwrites then i else -i end as rank from given
    ), profiles as (
      select id, jsonb_object_agg(key, value order by rank) as profile
      from ranked, jsonb_each(profile) group by id
    ), customs as (
      select id, jsonb_object_agg(key, value order by rank) as custom
      from ranked, jsonb_each(custom) group by id
    ), zones as (
      select distinct on (id) id, overwrites, zone, zone_source from ranked
      order by id, zone is null, rank desc
    ), found as (
      select z.*, profile, coalesce(custom, '{}') as custom
      from zones z join profiles using (id) left join customs using (id)
    ), n as (
      select p.id, ${sql.join(merged)}, nullif(case when f.overwrites
          then coalesce(p.custom_fields, '{}') || f.custom
          else f.custom || jsonb_strip_nulls(coalesce(p.custom_fields, '{}')) end, '{}') as custom,
        coalesce(f.zone, p.local_zone) as zone,
        case when f.zone is null then p.local_zone_source else f.zone_source end as zone_source,
        p.name is null or p.name = ${fullName('p')} as follows
      from found f join prospects p on p.workspace_id = ${workspaceId} and p.id = f.id
    ), written as (
      select n.*, coalesce(
        case when ${named} or not n.follows then n.name else ${fullName('n')} end, n.name) as whole_name from n
      where coalesce(length(n.custom::text), 0) <= ${customFieldsLimit}
    )
    update prospects p set ${sql.join(set)}, custom_fields = n.custom, name = n.whole_name,
      local_zone = n.zone, local_zone_source = n.zone_source, updated_at = ${now},
      hold_detail = case when p.hold = 'missing_variable' then null else p.hold_detail end,
      hold = nullif(p.hold, 'missing_variable')
    from written n where p.workspace_id = ${workspaceId} and p.id = n.id
      and (p.custom_fields, p.name, ${before})
        is distinct from (n.custom, n.whole_name, ${sql.join(
          profileFields.map((field) =>
            field === 'name' ? sql`n.whole_name` : sql`n.${sql.ref(field)}`,
          ),
        )})
    returning p.id`.execute(db);
  return rows.length;
}

/** How many of these identities the campaign has already. */
export async function countKnown(
  db: Db,
  { workspaceId, campaignId }: CampaignId,
  identities: readonly string[],
): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from unnest(${identities}::text[]) as g (identity)
    join prospects p on p.workspace_id = ${workspaceId} and p.campaign_id = ${campaignId}
      and p.identity = g.identity`.execute(db);
  return rows[0]!.n;
}
