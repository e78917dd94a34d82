import { z } from 'zod';
import { completeIfDone } from '../../db/campaigns/campaigns.ts';
import { existingProspects } from '../../db/people/roster.ts';
import { deleteProspects } from '../../db/sending/roster-changes.ts';
import { uuid } from '../../domain/text.ts';
import { openRoster } from '../../engine/people/roster.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';

export const removeProspects = defineOperation({
  name: 'campaign_lead.remove',
  route: 'DELETE /api/campaigns/{id}/leads',
  cli: 'campaign lead remove',
  summary: 'Remove people from a campaign',
  description:
    'Up to 500 by id, or the whole roster with `all: true` (which wins when both are given). ' +
    'Ids that are not in the roster are ignored. In a running campaign with an open roster ' +
    'only people who were never written to can be removed, by id.',
  scope: 'write',
  input: z.object({
    id: uuid.describe('Campaign'),
    prospect_ids: z.array(uuid).min(1).max(500).optional(),
    all: z.boolean().optional(),
  }),
  output: z.object({ deleted: z.union([z.int(), z.literal('all')]) }),
  errors: ['campaign.not_found', 'campaign.roster_frozen'],
  async run({ db, workspaceId, now, actor }, { id, prospect_ids: ids, all }) {
    if (!all && !ids) throw new AppError('request.invalid', 'Give prospect_ids, or all: true.');
    const campaign = { workspaceId, campaignId: id };
    const roster = await openRoster(db, campaign);
    if (all) {
      if (roster.status !== 'draft')
        throw new AppError(
          'campaign.roster_frozen',
          'The whole roster can only be removed from a draft.',
        );
      await deleteProspects(db, { ...campaign, ids: null });
      return { deleted: 'all' as const };
    }
    const deleted = await deleteProspects(db, { ...campaign, ids: ids! });
    const left = await existingProspects(db, { ...campaign, ids: ids! });
    if (left.size === 0) {
      if (roster.status === 'active') await completeIfDone(db, { ...campaign, now, actor });
      return { deleted };
    }
    const message = 'This person was written to and cannot be removed.';
    const errors = ids!.flatMap((prospect, index) => {
      const pointer = `/prospect_ids/${index}`;
      return left.has(prospect) ? [{ pointer, code: 'written_to', message }] : [];
    });
    const detail = `${errors[0]!.pointer.slice(1)}: ${message}`;
    throw new AppError('campaign.roster_frozen', detail, { errors });
  },
});
