import { z } from 'zod';
import { getCampaign } from '../../db/campaigns/campaigns.ts';
import { readRevisions } from '../../db/campaigns/sequences.ts';
import { diffNodes } from '../../domain/sequence/revision.ts';
import { uuid } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { nodeOutput, nodesOnWire } from '../campaigns/shape.ts';
import { differenceOutput } from './wire.ts';

export const revisionNumber = z.int().min(1).max(2_147_483_647);

export const getRevision = defineOperation({
  name: 'revision.get',
  route: 'GET /api/campaigns/{id}/revisions/{revision}',
  cli: 'campaign revision get',
  summary: 'Get one revision of a sequence, and what it changed',
  scope: 'read',
  input: z.object({ id: uuid, revision: revisionNumber }),
  output: z.object({
    revision: z.int(),
    current: z.boolean(),
    created_at: z.iso.datetime(),
    sequence_nodes: z.array(nodeOutput),
    difference: differenceOutput.nullable().describe('To the revision before; null for the first.'),
  }),
  errors: ['campaign.not_found', 'revision.not_found'],
  async run({ db, workspaceId }, { id, revision }) {
    const row = await getCampaign(db, { workspaceId, campaignId: id });
    const [found, before] = await readRevisions(db, row, { upTo: revision, limit: 2 });
    if (found?.revision !== revision) throw new AppError('revision.not_found');
    return {
      revision,
      current: revision === row.revision,
      created_at: found.created_at.toISOString(),
      sequence_nodes: nodesOnWire(row, found.nodes),
      difference: before ? diffNodes(before.nodes, found.nodes) : null,
    };
  },
});
