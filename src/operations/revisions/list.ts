import { z } from 'zod';
import { getCampaign } from '../../db/campaigns/campaigns.ts';
import { listRevisions as readRevisions } from '../../db/campaigns/sequences.ts';
import { countTouches } from '../../domain/sequence/touches.ts';
import { uuid } from '../../domain/text.ts';
import { defineOperation } from '../../operation.ts';

/** The greatest number that a revision can have. */
const newest = 2_147_483_647;

export const listRevisions = defineOperation({
  name: 'revision.list',
  route: 'GET /api/campaigns/{id}/revisions',
  cli: 'campaign revision',
  summary: "List the revisions of a campaign's sequence",
  description: 'The newest first. A draft has one, changed in place.',
  scope: 'read',
  input: z.object({
    id: uuid,
    limit: z.int().min(1).max(1000).default(100),
    cursor: z.int().min(1).max(newest).optional().describe('`next_cursor` of the page before.'),
  }),
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
    next_cursor: z.int().nullable().describe('Null on the last page.'),
  }),
  errors: ['campaign.not_found'],
  async run({ db, workspaceId }, { id, limit, cursor }) {
    const row = await getCampaign(db, { workspaceId, campaignId: id });
    const rows = await readRevisions(db, row, { upTo: cursor ?? newest, limit: limit + 1 });
    const revisions = rows.slice(0, limit).map(({ revision, nodes, created_at }) => ({
      revision,
      current: revision === row.revision,
      created_at: created_at.toISOString(),
      nodes: nodes.length,
      touches: countTouches(nodes),
    }));
    return { revisions, next_cursor: rows[limit]?.revision ?? null };
  },
});
