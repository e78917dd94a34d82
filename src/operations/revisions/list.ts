import { z } from 'zod';
import { getCampaign } from '../../db/campaigns/campaigns.ts';
import { listRevisions as readRevisions } from '../../db/campaigns/sequences.ts';
import { countTouches } from '../../domain/sequence/touches.ts';
import { uuid } from '../../domain/text.ts';
import { defineOperation } from '../../operation.ts';

export const listRevisions = defineOperation({
  name: 'revision.list',
  route: 'GET /api/campaigns/{id}/revisions',
  cli: 'campaign revision',
  summary: "List the revisions of a campaign's sequence",
  description: 'The newest first. A draft has one, changed in place.',
  scope: 'read',
  input: z.object({ id: uuid }),
  output: z.object({
    revisions: z.array(
      z.object({
        revision: z.int(),
        current: z.boolean(),
        created_at: z.iso.datetime(),
        nodes: z.int(),
        touches: z.int(),
      }),
    ),
  }),
  errors: ['campaign.not_found'],
  async run({ db, workspaceId }, { id }) {
    const row = await getCampaign(db, { workspaceId, campaignId: id });
    const revisions = (await readRevisions(db, row)).map(({ revision, nodes, created_at }) => ({
      revision,
      current: revision === row.revision,
      created_at: created_at.toISOString(),
      nodes: nodes.length,
      touches: countTouches(nodes),
    }));
    return { revisions };
  },
});
