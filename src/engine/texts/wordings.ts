import type { CampaignRow } from '../../db/campaigns/campaigns.ts';
import { readRevisions } from '../../db/campaigns/sequences.ts';
import type { Db } from '../../db/database.ts';
import { readSent } from '../../db/texts/wordings.ts';
import {
  variationsIn,
  type WordingCount,
  WordingCounts,
  wordingsFor,
} from '../../domain/sequence/wording.ts';
import { nilId } from '../../ids.ts';

const batchSize = 10_000;

/** Their texts are in memory together. */
const newestRevisions = { upTo: 2_147_483_647, limit: 100 };

/**
 * How often each wording of a campaign's variations went out and was replied to. Wordings are not
 * stored: the one that a prospect got follows from the prospect and from the revision in force when
 * the message was reserved.
 */
export async function countWordings(db: Db, row: CampaignRow): Promise<WordingCount[]> {
  const revisions = (await readRevisions(db, row, newestRevisions)).map(
    ({ revision, nodes, created_at: since }) => {
      return {
        revision,
        since,
        nodes,
        variations: new Map(nodes.map((node) => [node.id, variationsIn(node)])),
      };
    },
  );
  const counts = new WordingCounts(
    revisions.find(({ revision }) => revision === row.revision)?.nodes ?? [],
  );
  const varied = revisions.flatMap(({ variations }) =>
    [...variations].flatMap(([id, own]) => (own.length > 0 ? [id] : [])),
  );
  const nodeIds = [...new Set(varied)];
  if (nodeIds.length === 0) return [];
  const place = { workspaceId: row.workspace_id, campaignId: row.id, nodeIds, limit: batchSize };
  for (let after: string | undefined = nilId; after !== undefined; ) {
    const rows = await readSent(db, { ...place, after });
    for (const { nodeId, prospectId, reservedAt, replied } of rows) {
      const inForce = revisions.find(({ since }) => since <= reservedAt) ?? revisions.at(-1)!;
      for (const wording of wordingsFor(nodeId, inForce.variations.get(nodeId) ?? [], prospectId))
        counts.add(wording, { replied });
    }
    after = rows.length < batchSize ? undefined : rows.at(-1)!.id;
  }
  return counts.list();
}
