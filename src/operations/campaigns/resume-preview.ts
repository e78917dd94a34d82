import { z } from 'zod';
import { getCampaign } from '../../db/campaigns/campaigns.ts';
import { resumePolicies } from '../../domain/hours/resume.ts';
import { uuid } from '../../domain/text.ts';
import { forecastCampaign } from '../../engine/forecast/forecast.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { forecastOnWire, forecastOutput } from '../forecasts/wire.ts';
import { resumePolicy } from './resume.ts';

export const previewResume = defineOperation({
  name: 'campaign.resume_preview',
  route: 'GET /api/campaigns/{id}/resume-preview',
  cli: 'campaign resume-preview',
  summary: 'Forecast the sends of a paused campaign if it were resumed now',
  description: 'The calendar of a resume policy, by the planner that sends. Changes nothing.',
  scope: 'read',
  input: z.object({ id: uuid, policy: resumePolicy }),
  output: forecastOutput.extend({ policy: z.enum(resumePolicies) }),
  errors: ['campaign.not_found', 'campaign.not_paused', 'forecast.too_large'],
  async run({ db, workspaceId, now, signal }, { id, policy }) {
    const row = await getCampaign(db, { workspaceId, campaignId: id });
    if (row.status !== 'paused')
      throw new AppError(
        'campaign.not_paused',
        `Only paused campaigns are resumed; this one is ${row.status}.`,
      );
    const made = await forecastCampaign(db, {
      workspaceId,
      campaignId: id,
      changes: { resume: policy },
      now,
      signal,
    });
    return { ...forecastOnWire(made, { campaignId: id, madeAt: now }), policy };
  },
});
