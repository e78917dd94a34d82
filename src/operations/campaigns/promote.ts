import { z } from 'zod';
import { getCampaign, lockCampaign, updateCampaign } from '../../db/campaigns/campaigns.ts';
import { appendEvents } from '../../db/events.ts';
import { clearDryRun } from '../../db/sending/promotions.ts';
import { uuid } from '../../domain/text.ts';
import { launch } from '../../engine/campaigns/launch.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { campaignOutput, showCampaign } from './shape.ts';

export const promoteCampaign = defineOperation({
  name: 'campaign.promote',
  route: 'POST /api/campaigns/{id}/promote',
  cli: 'campaign promote',
  summary: 'Start a dry run over, for real',
  description:
    'Deletes the messages of the dry run, and gives back what it used of the limits of its ' +
    'senders. Everybody starts over with the sequence as it is now, except people who were ' +
    'cancelled or paused by hand. Checked as a launch is. Hand-edited drafts that the dry run ' +
    'has not used are kept.',
  scope: 'send',
  input: z.object({ id: uuid }),
  output: z.object({
    campaign: campaignOutput,
    people: z.int().describe('People who start over.'),
  }),
  errors: [
    'campaign.not_found',
    'campaign.not_dry_run',
    'campaign.not_launchable',
    'campaign.launch_in_progress',
  ],
  async run(context, { id }) {
    const { db, workspaceId, now, actor } = context;
    const campaign = { workspaceId, campaignId: id };
    const row = await lockCampaign(db, campaign);
    if (!row.dry_run) throw new AppError('campaign.not_dry_run');
    if (row.status === 'launching') throw new AppError('campaign.launch_in_progress');
    const people = await clearDryRun(db, { ...campaign, now });
    const draftAgain = {
      status: 'draft',
      dry_run: false,
      pause_reason: null,
      paused_at: null,
      completed_at: null,
      pauses: '[]',
      refused_in_row: 0,
      refused_answer: null,
      refused_message_ids: [],
    };
    await launch(context, await updateCampaign(db, row, draftAgain), { now, actor, dryRun: false });
    await appendEvents(db, { workspaceId, at: now, actor }, [
      { kind: 'campaign.promoted', campaignId: id, data: { people } },
    ]);
    return { campaign: await showCampaign(context, await getCampaign(db, campaign)), people };
  },
});
