import { type RawBuilder, sql } from 'kysely';
import type { MessageProspect } from '../../domain/sequence/message.ts';
import type { Db } from '../database.ts';
import type { CampaignId } from '../scope.ts';

export type PoolPerson = MessageProspect & { id: string };

/** A page of the pool: `limit` people after one of them. */
export type PoolPage = CampaignId & { after: string | null; limit: number };

/**
 * People nobody has taken yet, in the order they were added, after one of them. `meets`: a
 * condition of `prospects p` for more than that.
 */
export async function readPool(
  db: Db,
  { workspaceId, campaignId, after, limit }: PoolPage,
  meets: RawBuilder<unknown> = sql`true`,
): Promise<PoolPerson[]> {
  const { rows } = await sql<PoolPerson>`
    select id, email, linkedin_url, x_handle, first_name, last_name, name, company, position, headline, custom_fields from prospects p
    where workspace_id = ${workspaceId} and campaign_id = ${campaignId} and status = 'pending' and sender_id is null and hold is null
      and (${after}::uuid is null or id > ${after}) and (${meets}) order by id limit ${limit}`.execute(
    db,
  );
  return rows;
}
