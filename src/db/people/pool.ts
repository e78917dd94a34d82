import { sql } from 'kysely';
import type { MessageProspect } from '../../domain/sequence/message.ts';
import type { Db } from '../database.ts';
import type { CampaignId } from '../scope.ts';

export type PoolPerson = MessageProspect & { id: string };

/** People nobody has taken yet, in the order they were added, after one of them. */
export async function readPool(
  db: Db,
  { workspaceId, campaignId, after, limit }: CampaignId & { after: string | null; limit: number },
): Promise<PoolPerson[]> {
  const { rows } = await sql<PoolPerson>`
    select id, email, linkedin_url, x_handle, first_name, last_name, name, company, position, headline, custom_fields from prospects
    where workspace_id = ${workspaceId} and campaign_id = ${campaignId} and status = 'pending' and sender_id is null and hold is null
      and (${after}::uuid is null or id > ${after}) order by id limit ${limit}`.execute(db);
  return rows;
}
