import { z } from 'zod';
import { lockCampaign, updateCampaign } from '../../db/campaigns/campaigns.ts';
import { appendEvents } from '../../db/events.ts';
import { wakeCampaign } from '../../db/sending/lanes.ts';
import { uuid } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { campaignOutput, showCampaign } from './shape.ts';

export const pauseCampaign = defineOperation({
  name: 'campaign.pause',
  route: 'POST /api/campaigns/{id}/pause',
  cli: 'campaign pause',
  summary: 'Pause an active campaign',
  description:
    'After the answer nothing more is reserved; messages reserved before may still go out. ' +
    'Pausing a paused campaign is a 200; one that was paused because no sender could send ' +
    'then no longer goes on by itself. A completed campaign with an open roster can be paused ' +
    'too: people who are added then wait. Others are refused, unless draft=true: then a draft ' +
    'stays a draft and shows when it was paused, and a completed campaign is paused.',
  scope: 'write',
  input: z.object({
    id: uuid,
    draft: z
      .boolean()
      .optional()
      .describe(
        'Accepts a draft too, which keeps the time and can be launched as before, and a ' +
          'completed campaign, which is completed again when it is resumed.',
      ),
  }),
  output: z.object({ campaign: campaignOutput }),
  errors: ['campaign.not_found', 'campaign.not_active'],
  async run(context, { id, draft = false }) {
    const { db, workspaceId, now, actor } = context;
    const campaign = { workspaceId, campaignId: id };
    const row = await lockCampaign(db, campaign);
    if (row.status === 'paused') {
      const goesOnByItself = row.pause_reason === 'all_senders_down';
      const held = goesOnByItself
        ? await updateCampaign(db, row, { pause_reason: 'user', updated_at: now })
        : row;
      return { campaign: await showCampaign(context, held) };
    }
    if (row.status === 'draft' && draft)
      return {
        campaign: await showCampaign(
          context,
          await updateCampaign(db, row, { paused_at: now, updated_at: now }),
        ),
      };
    const isCompleted = row.status === 'completed' && (row.roster === 'open' || draft);
    if (row.status !== 'active' && !isCompleted)
      throw new AppError(
        'campaign.not_active',
        `Only active campaigns can be paused; this one is ${row.status}.`,
      );
    const paused = await updateCampaign(db, row, {
      status: 'paused',
      pause_reason: 'user',
      paused_at: now,
      updated_at: now,
    });
    await wakeCampaign(db, { ...campaign, now });
    await appendEvents(db, { workspaceId, at: now, actor }, [
      { kind: 'campaign.paused', campaignId: id, data: { reason: 'user' } },
    ]);
    return { campaign: await showCampaign(context, paused) };
  },
});
