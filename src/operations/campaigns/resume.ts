import { z } from 'zod';
import { getCampaign, lockCampaign } from '../../db/campaigns/campaigns.ts';
import { resumePolicies } from '../../domain/hours/resume.ts';
import { uuid } from '../../domain/text.ts';
import { resume } from '../../engine/campaigns/resume.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { campaignOutput, showCampaign } from './shape.ts';

export const resumePolicy = z
  .enum(resumePolicies)
  .default('shift')
  .describe(
    'shift: delays do not count through the pause, every touch moves by its length. spread: ' +
      "delays count through it, and what is overdue goes out at the senders' pace. " +
      'drop_overdue: touches that are overdue are left out, and the next delay counts from the ' +
      'resume.',
  );

export const resumeCampaign = defineOperation({
  name: 'campaign.resume',
  route: 'POST /api/campaigns/{id}/resume',
  cli: 'campaign resume',
  summary: 'Resume a paused campaign',
  description:
    'When no person has a touch left it answers `completed` instead of `active`. Resuming an ' +
    'active campaign is a 200. GET …/resume-preview shows the calendar of a policy before it ' +
    'is chosen. A campaign that a guard paused counts bounces anew from here.',
  scope: 'send',
  input: z.object({ id: uuid, policy: resumePolicy }),
  output: z.object({
    campaign: campaignOutput,
    dropped: z.int().optional().describe('Touches left out by drop_overdue.'),
  }),
  errors: ['campaign.not_found', 'campaign.not_paused'],
  async run(context, { id, policy }) {
    const { db, workspaceId, now, actor } = context;
    const campaign = { workspaceId, campaignId: id };
    const row = await lockCampaign(db, campaign);
    if (row.status === 'active') return { campaign: await showCampaign(context, row) };
    if (row.status !== 'paused')
      throw new AppError(
        'campaign.not_paused',
        `Only paused campaigns can be resumed; this one is ${row.status}.`,
      );
    const dropped = await resume(db, row, { policy, now, actor });
    const shown = await showCampaign(context, await getCampaign(db, campaign));
    return { campaign: shown, ...(policy === 'drop_overdue' ? { dropped } : {}) };
  },
});
