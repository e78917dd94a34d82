import { sql } from 'kysely';
import type { Db } from '../database.ts';
import type { CampaignId } from '../scope.ts';

export type UnzonedPerson = {
  id: string;
  email: string | null;
  custom_fields: Record<string, unknown> | null;
};

/**
 * People of a campaign in the order they were added, after one of them, with the fields that tell
 * their zone.
 */
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
