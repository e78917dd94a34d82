import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { type Columns, camelRows } from '../rows.ts';
import type { CampaignId } from '../scope.ts';

export type SentRow = Columns<'messages', 'id' | 'prospect_id' | 'node_id'> & {
  reservedAt: Date;
  replied: boolean;
};

type SentSearch = CampaignId & {
  nodeIds: readonly string[];
  /** The first instant of reservation, and that after the last; null for all before, and after. */
  from: Date | null;
  until: Date | null;
  after: string;
  limit: number;
};

/**
 * Messages of these touches that went out without an edit by hand, in the order of their ids.
 * `replied`: the prospect's first reply came after this message and before the next one. Reads that
 * part of the campaign's messages.
 */
export async function readSent(
  db: Db,
  { workspaceId, campaignId, nodeIds, from, until, after, limit }: SentSearch,
): Promise<SentRow[]> {
  const rows = await camelRows<SentRow>(
    db,
    sql`
    select m.id, m.prospect_id, m.node_id, m.reserved_at,
      p.replied_at >= m.sent_at and not exists (
        select 1 from messages l
        where l.workspace_id = m.workspace_id and l.prospect_id = m.prospect_id and l.id <> m.id
          and l.sent_at > m.sent_at and l.sent_at <= p.replied_at) is true as replied
    from messages m join prospects p on p.workspace_id = m.workspace_id and p.id = m.prospect_id
    where m.workspace_id = ${workspaceId} and m.campaign_id = ${campaignId} and m.id > ${after}
      and (${from}::timestamptz is null or m.reserved_at >= ${from})
      and (${until}::timestamptz is null or m.reserved_at < ${until})
      and m.state = 'sent' and not m.manually_edited and m.node_id = any(${nodeIds}::uuid[])
    order by m.id limit ${limit}`,
  );
  return rows;
}
