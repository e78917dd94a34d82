import { z } from 'zod';
import { lockCampaign } from '../../db/campaigns/campaigns.ts';
import { readRevisions } from '../../db/campaigns/sequences.ts';
import { uuid } from '../../domain/text.ts';
import { readCurrent } from '../../engine/campaigns/revise.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { revisionNumber } from './get.ts';
import { applySequence, revisionOutput } from './wire.ts';

export const rollBackRevision = defineOperation({
  name: 'revision.rollback',
  route: 'POST /api/campaigns/{id}/revisions/{revision}/rollback',
  cli: 'campaign revision rollback',
  summary: 'Go back to an earlier sequence of a campaign',
  description:
    'Its nodes become a new revision, with their ids, by the rules of POST …/revisions: ' +
    'people keep their place, nobody gets a node twice, and nobody who was completed comes ' +
    'back. dry_run=true shows the effects.',
  scope: 'write',
  input: z.object({ id: uuid, revision: revisionNumber, dry_run: z.boolean().default(false) }),
  output: revisionOutput,
  status: 201,
  errors: [
    'campaign.not_found',
    'campaign.launch_in_progress',
    'campaign.completed',
    'revision.not_found',
    'sequence.invalid',
  ],
  async run(context, { id, revision, dry_run: dryRun }) {
    const row = await lockCampaign(context.db, {
      workspaceId: context.workspaceId,
      campaignId: id,
    });
    const current = await readCurrent(context.db, row);
    const [wanted] = await readRevisions(context.db, row, { upTo: revision, limit: 1 });
    if (wanted?.revision !== revision) throw new AppError('revision.not_found');
    if (dryRun) context.setStatus(200);
    return applySequence(context, row, { current, nodes: wanted.nodes, dryRun });
  },
});
