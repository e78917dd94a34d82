import { sql } from 'kysely';
import type { LocalZone } from '../../domain/hours/local-zone.ts';
import type { Db } from '../database.ts';
import type { CampaignId } from '../scope.ts';

export type UnzonedPerson = {
  id: string;
  email: string | null;
  custom_fields: Record<string, unknown> | null;
};

/** People of a campaign in the order they were added, after one of them, with what their zones can be told by. */
export async function readUnzoned(
  db: Db,
  { workspaceId, campaignId, after, limit }: CampaignId & { after: string | null; limit: number },
): Promise<UnzonedPerson[]> {
  const { rows } = await sql<UnzonedPerson>`
    select id, email, custom_fields from prospects
    where workspace_id = ${workspaceId} and campaign_id = ${campaignId} and (${after}::uuid is null or id > ${after}) order by id limit ${limit}`.execute(
    db,
  );
  return rows;
}

/** The same of these people. */
export async function readUnzonedOf(
  db: Db,
  { workspaceId, campaignId }: CampaignId,
  ids: readonly string[],
): Promise<UnzonedPerson[]> {
  const { rows } = await sql<UnzonedPerson>`
    select id, email, custom_fields from prospects
    where workspace_id = ${workspaceId} and campaign_id = ${campaignId} and id = any (${ids}::uuid[]) order by id`.execute(
    db,
  );
  return rows;
}

/** Notes where people live and how it is known. */
export async function writeZones(
  db: Db,
  { workspaceId, campaignId }: CampaignId,
  known: readonly (LocalZone & { id: string })[],
): Promise<void> {
  if (known.length === 0) return;
  await sql`
    update prospects p set local_zone = g.zone, local_zone_source = g.source
    from unnest(${known.map((k) => k.id)}::uuid[], ${known.map((k) => k.zone)}::text[], ${known.map((k) => k.source)}::text[]) as g (id, zone, source)
    where p.workspace_id = ${workspaceId} and p.campaign_id = ${campaignId} and p.id = g.id`.execute(
    db,
  );
}

/** Forgets where the people of a campaign live. */
export async function clearZones(db: Db, { workspaceId, campaignId }: CampaignId): Promise<void> {
  await sql`
    update prospects set local_zone = '', local_zone_source = null
    where workspace_id = ${workspaceId} and campaign_id = ${campaignId} and local_zone <> ''`.execute(
    db,
  );
}
