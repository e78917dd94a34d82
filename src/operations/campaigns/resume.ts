import { z } from 'zod';
import { completeIfDone, getCampaign, lockCampaign, updateCampaign } from '../../db/campaigns.ts';
import { wakeCampaign } from '../../db/lanes.ts';
import { uuid } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { campaignOutput, showCampaign } from './shape.ts';

export const resumeCampaign = defineOperation({
  name: 'campaign.resume',
  route: 'POST /api/campaigns/{id}/resume',
  cli: 'campaign resume',
  summary: 'Resume a paused campaign',
  description: 'When nobody is left to be touched it answers `completed` instead of `active`. Resuming an active campaign is 200.',
  scope: 'send',
  input: z.object({ id: uuid }),
  output: z.object({ campaign: campaignOutput }),
  errors: ['campaign.not_found', 'campaign.not_paused'],
  async run(context, { id }) {
    const { db, workspaceId, now } = context;
    const campaign = { workspaceId, campaignId: id };
    const row = await lockCampaign(db, campaign);
    if (row.status === 'active') return { campaign: await showCampaign(context, row) };
    if (row.status !== 'paused')
      throw new AppError('campaign.not_paused', `Only paused campaigns can be resumed; this one is ${row.status}.`);
    await updateCampaign(db, row, { status: 'active', pause_reason: null, updated_at: now });
    const completed = await completeIfDone(db, { ...campaign, now, actor: context.actor });
    if (!completed) await wakeCampaign(db, { ...campaign, now });
    return { campaign: await showCampaign(context, await getCampaign(db, campaign)) };
  },
});
