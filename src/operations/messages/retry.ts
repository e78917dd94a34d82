import { z } from 'zod';
import { retryFailed } from '../../db/ai/queue.ts';
import { lockCampaign } from '../../db/campaigns/campaigns.ts';
import { uuid } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { requireSendAfterLaunch } from '../require-send.ts';

export const retryDrafts = defineOperation({
  name: 'draft.retry',
  route: 'POST /api/campaigns/{id}/drafts/retry',
  cli: 'campaign draft retry',
  summary: 'Let a model write failed texts again',
  description:
    'Of the named people, or of all. People held for a failed text wait for it again, and go ' +
    'on when it is written.',
  scope: 'write',
  input: z.object({ id: uuid, prospect_ids: z.array(uuid).min(1).max(1000).optional() }),
  output: z.object({ retried: z.int() }),
  errors: ['campaign.not_found', 'ai.not_set_up'],
  unknown: 'warn',
  async run(context, { id, prospect_ids: prospectIds }) {
    const { db, workspaceId, ai, now } = context;
    const campaign = { workspaceId, campaignId: id };
    requireSendAfterLaunch(context, await lockCampaign(db, campaign));
    if (!ai) throw new AppError('ai.not_set_up');
    return {
      retried: await retryFailed(db, { ...campaign, prospectIds: prospectIds ?? null, now }),
    };
  },
});
