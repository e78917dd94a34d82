import { type Selectable, sql } from 'kysely';
import { type LocalZone, localZoneOf } from '../../domain/hours/local-zone.ts';
import { profileFields, type RosterPerson } from '../../domain/people/prospect-input.ts';
import type { Db } from '../database.ts';
import type { Schema } from '../schema.gen.ts';
import type { CampaignId } from '../scope.ts';

export type ProspectRow = Selectable<Schema['prospects']>;

export type KnownPerson = { prospectId: string; personKey: string };

/** Keeps the provider's ids of these persons. */
export async function savePersonKeys(
  db: Db,
  workspaceId: string,
  known: readonly KnownPerson[],
): Promise<void> {
  if (known.length === 0) return;
  await sql`
    update prospects p set person_key = k.person_key
    from unnest(${known.map((k) => k.prospectId)}::uuid[], ${known.map((k) => k.personKey)}::text[])
      as k (id, person_key)
    where p.workspace_id = ${workspaceId} and p.id = k.id
      and p.person_key is distinct from k.person_key`.execute(db);
}

/**
 * Writes the profile and ends the hold for a missing variable.
 * @throws 23505 when another prospect of the campaign has the identity
 */
export async function updateProfile(
  db: Db,
  row: ProspectRow,
  { person, local, now }: { person: RosterPerson; local: boolean; now: Date },
): Promise<ProspectRow> {
  const known = local ? localZoneOf(person) : null;
  const profile = sql.join(profileFields.map((field) => sql`${sql.ref(field)} = ${person[field]}`));
  const { rows } = await sql<ProspectRow>`
    update prospects set ${profile}, identity = ${person.identity},
      custom_fields = ${person.custom_fields}, updated_at = ${now},
      local_zone = ${known?.zone ?? ''}, local_zone_source = ${known?.source ?? null},
      hold = nullif(hold, 'missing_variable'),
      hold_detail = case when hold = 'missing_variable' then null else hold_detail end
    where workspace_id = ${row.workspace_id} and id = ${row.id} returning *`.execute(db);
  return rows[0]!;
}

/** Writes the local zones of prospects, with their sources. */
export async function writeZones(
  db: Db,
  { workspaceId, campaignId }: CampaignId,
  known: readonly (LocalZone & { id: string })[],
): Promise<void> {
  if (known.length === 0) return;
  await sql`
    update prospects p set local_zone = g.zone, local_zone_source = g.source
    from unnest(${known.map((k) => k.id)}::uuid[], ${known.map((k) => k.zone)}::text[],
      ${known.map((k) => k.source)}::text[]) as g (id, zone, source)
    where p.workspace_id = ${workspaceId} and p.campaign_id = ${campaignId}
      and p.id = g.id`.execute(db);
}

/** Clears the local zones of a campaign's prospects. */
export async function clearZones(db: Db, { workspaceId, campaignId }: CampaignId): Promise<void> {
  await sql`
    update prospects set local_zone = '', local_zone_source = null
    where workspace_id = ${workspaceId} and campaign_id = ${campaignId}
      and local_zone <> ''`.execute(db);
}

/**
 * Merges values into the custom fields of a prospect that the caller has locked; null removes a
 * field. Ends the hold for a missing variable. Returns false, and writes nothing, when the fields
 * would be longer than `max` characters as JSON.
 */
export async function writeValues(
  db: Db,
  { workspaceId, prospectId }: { workspaceId: string; prospectId: string },
  { values, max, now }: { values: Record<string, unknown>; max: number; now: Date },
): Promise<boolean> {
  const merged = sql`
    nullif(jsonb_strip_nulls(coalesce(custom_fields,
    '{}') || ${JSON.stringify(values)}::jsonb), '{}')`;
  const { rows } = await sql`
    update prospects set custom_fields = ${merged}, updated_at = ${now},
      hold_detail = case when hold = 'missing_variable' then null else hold_detail end,
      hold = nullif(hold, 'missing_variable')
    where workspace_id = ${workspaceId} and id = ${prospectId}
      and coalesce(length((${merged})::text), 0) <= ${max} returning id`.execute(db);
  return rows.length > 0;
}

/** Takes the names and the profiles out of ended prospects, and what their holds and ends said. */
export async function blankProfiles(
  db: Db,
  workspaceId: string,
  { ids, reason, now }: { ids: readonly string[]; reason: string; now: Date },
): Promise<void> {
  await sql`
    update prospects set identity = 'erased:' || id, email = null, linkedin_url = null,
      x_handle = null, first_name = null, last_name = null, name = null, company = null,
      "position" = null, headline = null, custom_fields = null, person_key = null,
      lead_id = null, local_zone = '', local_zone_source = null, hold_detail = null,
      end_reason = ${reason}, updated_at = ${now}
    where workspace_id = ${workspaceId} and id = any(${ids}::uuid[])`.execute(db);
}
