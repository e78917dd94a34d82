import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { camelRows } from '../rows.ts';
import type { CampaignId } from '../scope.ts';

export type SentRow = {
  id: string;
  prospectId: string;
  nodeId: string;
  reservedAt: Date;
  replied: boolean;
};

/**
 * Messages of these touches that went out as their templates say, by id: `replied` when the person's first reply came after this one and before
 * their next. Reads that part of the campaign's messages.
 */
export async function readSent(
  db: Db,
  {
    workspaceId,
    campaignId,
    nodeIds,
    after,
    limit,
  }: CampaignId & { nodeIds: readonly string[]; after: string; limit: number },
): Promise<SentRow[]> {
  const rows = await camelRows<SentRow>(
    db,
    sql`
    select m.id, m.prospect_id, m.node_id, m.reserved_at, p.replied_at >= m.sent_at and not exists (
      select 1 from messages l where l.workspace_id = m.workspace_id and l.prospect_id = m.prospect_id and l.id <> m.id
        and l.sent_at > m.sent_at and l.sent_at <= p.replied_at) is true as replied
    from messages m join prospects p on p.workspace_id = m.workspace_id and p.id = m.prospect_id
    where m.workspace_id = ${workspaceId} and m.campaign_id = ${campaignId} and m.id > ${after} and m.state = 'sent' and not m.manually_edited
      and m.node_id = any(${nodeIds}::uuid[]) order by m.id limit ${limit}`,
  );
  return rows;
}
