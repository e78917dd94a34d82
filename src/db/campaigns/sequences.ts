import { sql } from 'kysely';
import type { RemovedTouches, Revision } from '../../domain/sequence/revision.ts';
import type { SequenceNode } from '../../domain/sequence/sequence.ts';
import type { Db } from '../database.ts';
import { camelRows } from '../rows.ts';
import type { CampaignRow } from './campaigns.ts';

/** The nodes of the campaign's current revision, in order. */
export async function readNodes(
  db: Db,
  { workspace_id, id, revision }: CampaignRow,
): Promise<SequenceNode[]> {
  const { rows } = await sql<{ nodes: SequenceNode[] }>`
    select nodes from sequences where workspace_id = ${workspace_id} and campaign_id = ${id} and revision = ${revision}`.execute(
    db,
  );
  return rows[0]?.nodes ?? [];
}

/**
 * A revision, whether the last touches of its campaign were refused, and how many days invitations
 * are waited for (null: as usual).
 */
export type RunningRevision = Revision & { isRefused: boolean; connectionDays: number | null };

/** The current revision of each of these campaigns, by campaign id. */
export async function readSequences(
  db: Db,
  workspaceId: string,
  campaignIds: readonly string[],
): Promise<Map<string, RunningRevision>> {
  const rows = await camelRows<{ id: string } & RunningRevision>(
    db,
    sql`
    select c.id, c.refused_in_row > 0 or c.refused_answer is not null as is_refused, c.connection_timeout_days as connection_days, q.nodes, q.removed_touches from campaigns c
    join sequences q on q.workspace_id = c.workspace_id and q.campaign_id = c.id and q.revision = c.revision
    where c.workspace_id = ${workspaceId} and c.id = any(${campaignIds})`,
  );
  return new Map(rows.map((row) => [row.id, row]));
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
    on conflict (workspace_id, campaign_id, revision) do update set nodes = excluded.nodes`.execute(
    db,
  );
}

export type RevisionRow = {
  revision: number;
  nodes: SequenceNode[];
  removed_touches: RemovedTouches;
  created_at: Date;
};

/** The newest revisions of a campaign up to a number, the newest first. */
export async function readRevisions(
  db: Db,
  { workspace_id, id }: CampaignRow,
  { upTo, limit }: { upTo: number; limit: number },
): Promise<RevisionRow[]> {
  const { rows } = await sql<RevisionRow>`
    select revision, nodes, removed_touches, created_at from sequences
    where workspace_id = ${workspace_id} and campaign_id = ${id} and revision <= ${upTo}
    order by revision desc limit ${limit}`.execute(db);
  return rows;
}

/** A revision without its texts: its nodes tell whether they are touches. */
export type RevisionOutline = Pick<RevisionRow, 'revision' | 'created_at'> & {
  nodes: Pick<SequenceNode, 'type' | 'ai_node'>[];
};

/** The revisions of a campaign up to a number without their texts, the newest first. */
export async function listRevisions(
  db: Db,
  { workspace_id, id }: CampaignRow,
  { upTo, limit }: { upTo: number; limit: number },
): Promise<RevisionOutline[]> {
  const { rows } = await sql<RevisionOutline>`
    select revision, created_at, (
      select coalesce(jsonb_agg(jsonb_build_object('type', n->'type', 'ai_node',
        jsonb_build_object('output_type', n->'ai_node'->'output_type')) order by place), '[]')
      from jsonb_array_elements(nodes) with ordinality as node (n, place)) as nodes
    from sequences where workspace_id = ${workspace_id} and campaign_id = ${id}
      and revision <= ${upTo}
    order by revision desc limit ${limit}`.execute(db);
  return rows;
}

/** The nodes with these ids that any revision of a campaign had, each in its last form. */
export async function findNodes(
  db: Db,
  { workspace_id, id }: CampaignRow,
  nodeIds: readonly string[],
): Promise<SequenceNode[]> {
  const { rows } = await sql<{ node: SequenceNode }>`
    select distinct on (node->>'id') node
    from sequences cross join jsonb_array_elements(nodes) as node
    where workspace_id = ${workspace_id} and campaign_id = ${id} and node->>'id' = any(${nodeIds}::text[])
    order by node->>'id', revision desc`.execute(db);
  return rows.map(({ node }) => node);
}

/** Adds the revision after the campaign's current one, which does not change yet. */
export async function insertRevision(
  db: Db,
  { workspace_id, id, revision }: CampaignRow,
  {
    nodes,
    removedTouches,
    at,
  }: { nodes: readonly SequenceNode[]; removedTouches: RemovedTouches; at: Date },
): Promise<void> {
  await sql`
    insert into sequences (workspace_id, campaign_id, revision, nodes, removed_touches, created_at)
    values (${workspace_id}, ${id}, ${revision + 1}, ${JSON.stringify(nodes)}, ${JSON.stringify(removedTouches)}, ${at})`.execute(
    db,
  );
}
