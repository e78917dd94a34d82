import { sql } from 'kysely';
import type { SequenceNode } from '../domain/sequence.ts';
import type { CampaignRow } from './campaigns.ts';
import type { Db } from './database.ts';

/** The nodes of the campaign's current revision, in order. */
export async function readNodes(db: Db, { workspace_id, id, revision }: CampaignRow): Promise<SequenceNode[]> {
  const { rows } = await sql<{ nodes: SequenceNode[] }>`
    select nodes from sequences where workspace_id = ${workspace_id} and campaign_id = ${id} and revision = ${revision}`.execute(db);
  return rows[0]?.nodes ?? [];
}

/** Nodes of the current revision of each of these campaigns, by campaign id. */
export async function readSequences(db: Db, workspaceId: string, campaignIds: readonly string[]): Promise<Map<string, SequenceNode[]>> {
  const { rows } = await sql<{ id: string; nodes: SequenceNode[] }>`
    select c.id, q.nodes from campaigns c
    join sequences q on q.workspace_id = c.workspace_id and q.campaign_id = c.id and q.revision = c.revision
    where c.workspace_id = ${workspaceId} and c.id = any(${campaignIds})`.execute(db);
  return new Map(rows.map((row) => [row.id, row.nodes]));
}

/** Writes the nodes of the campaign's current revision in place, for drafts. */
export async function writeNodes(
  db: Db,
  { workspace_id, id, revision }: CampaignRow,
  { nodes, at }: { nodes: readonly SequenceNode[]; at: Date },
): Promise<void> {
  await sql`
    insert into sequences (workspace_id, campaign_id, revision, nodes, created_at)
    values (${workspace_id}, ${id}, ${revision}, ${JSON.stringify(nodes)}, ${at})
    on conflict (workspace_id, campaign_id, revision) do update set nodes = excluded.nodes`.execute(db);
}
