import { z } from 'zod';
import { type CampaignRow, lockCampaign, updateCampaign } from '../../db/campaigns/campaigns.ts';
import { readNodes, writeNodes } from '../../db/campaigns/sequences.ts';
import { deleteStrayDrafts } from '../../db/texts/drafts.ts';
import type { SequenceNode } from '../../domain/sequence/sequence.ts';
import { AppError } from '../../errors.ts';
import type { Context } from '../../operation.ts';
import { nodeOutput, nodesOnWire } from '../campaigns/shape.ts';
import { adviseOfTexts } from './text-advice.ts';

export const sequenceOutput = z.object({ sequence_nodes: z.array(nodeOutput) });

/**
 * Changes the sequence of a draft under the lock of its campaign. Returns it as the wire shows it.
 * @throws campaign.not_found, campaign.not_draft
 */
export async function changeSequence(
  context: Context,
  campaignId: string,
  change: (nodes: SequenceNode[], campaign: CampaignRow) => SequenceNode[],
): Promise<z.input<typeof sequenceOutput>> {
  const { db, workspaceId, now } = context;
  const row = await lockCampaign(db, { workspaceId, campaignId });
  if (row.status !== 'draft')
    throw new AppError(
      'campaign.not_draft',
      `The campaign is ${row.status}; its sequence is changed as a whole, with POST …/revisions.`,
    );
  const before = await readNodes(db, row);
  const nodes = change(before, row);
  adviseOfTexts(context, row, nodes);
  await writeNodes(db, row, { nodes, at: now });
  if (nodes.length < before.length) await deleteStrayDrafts(db, row, nodes);
  await updateCampaign(db, row, { updated_at: now });
  return { sequence_nodes: nodesOnWire(row, nodes) };
}
