import type { CampaignRow } from '../../db/campaigns/campaigns.ts';
import { type RevisionRow, readRevisions } from '../../db/campaigns/sequences.ts';
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

/** The most revisions with texts in memory at once. */
const revisionsAtOnce = 100;

/**
 * How often each wording of a campaign's variations went out and was replied to. Wordings are not
 * stored: the one that a prospect got follows from the prospect and from the revision in force when
 * the message was reserved.
 */
export async function countWordings(db: Db, row: CampaignRow): Promise<WordingCount[]> {
  let counts: WordingCounts | null = null;
  let upTo = 2_147_483_647;
  let until: Date | null = null;
  for (;;) {
    const revisions = await readRevisions(db, row, { upTo, limit: revisionsAtOnce });
    counts ??= new WordingCounts(
      revisions.find(({ revision }) => revision === row.revision)?.nodes ?? [],
    );
    const oldest = revisions.at(-1);
    if (!oldest) return counts.list();
    const isLast = revisions.length < revisionsAtOnce;
    const from = isLast ? null : oldest.created_at;
    await countSent(db, row, { revisions, counts, from, until });
    if (isLast) return counts.list();
    until = oldest.created_at;
    upTo = oldest.revision - 1;
  }
}

type Stretch = {
  /** The newest first. */
  revisions: readonly RevisionRow[];
  counts: WordingCounts;
  from: Date | null;
  until: Date | null;
};

/** Counts the messages of the time in which these revisions were in force. */
async function countSent(
  db: Db,
  row: CampaignRow,
  { revisions, counts, from, until }: Stretch,
): Promise<void> {
  const varied = revisions.map(({ nodes, created_at: since }) => ({
    since,
    variations: new Map(nodes.map((node) => [node.id, variationsIn(node)])),
  }));
  const nodeIds = new Set(
    varied.flatMap(({ variations }) =>
      [...variations].flatMap(([id, own]) => (own.length > 0 ? [id] : [])),
    ),
  );
  if (nodeIds.size === 0) return;
  const place = {
    workspaceId: row.workspace_id,
    campaignId: row.id,
    nodeIds: [...nodeIds],
    from,
    until,
    limit: batchSize,
  };
  for (let after: string | undefined = nilId; after !== undefined; ) {
    const rows = await readSent(db, { ...place, after });
    for (const { nodeId, prospectId, reservedAt, replied } of rows) {
      const inForce = varied.find(({ since }) => since <= reservedAt) ?? varied.at(-1)!;
      for (const wording of wordingsFor(nodeId, inForce.variations.get(nodeId) ?? [], prospectId))
        counts.add(wording, { replied });
    }
    after = rows.length < batchSize ? undefined : rows.at(-1)!.id;
  }
}
