import { z } from 'zod';
import { addCampaignSenders } from '../../db/campaigns/campaign-senders.ts';
import { getCampaign, lockCampaign } from '../../db/campaigns/campaigns.ts';
import { transact } from '../../db/database.ts';
import { appendEvents } from '../../db/events.ts';
import { wakeCampaign } from '../../db/sending/lanes.ts';
import { uuid } from '../../domain/text.ts';
import { resumeWithSenders } from '../../engine/campaigns/guard.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { checkSenders } from '../campaigns/fields.ts';
import { campaignOutput, showCampaign } from '../campaigns/shape.ts';

export const addSenders = defineOperation({
  name: 'campaign.add_senders',
  route: 'POST /api/campaigns/{id}/senders',
  cli: 'campaign sender add',
  summary: 'Add senders to a campaign, also while it runs',
  description:
    'They take people from the pool at once. A sender that was taken off returns, and goes on ' +
    'with the people it still has. A campaign that was paused because no sender could send ' +
    'goes on when one of the added senders can.',
  scope: 'send',
  input: z.object({ id: uuid, sender_account_ids: z.array(uuid).min(1).max(1000) }),
  output: z.object({ campaign: campaignOutput, added: z.array(z.uuid()) }),
  errors: ['campaign.not_found', 'campaign.sender_mismatch', 'campaign.launch_in_progress'],
  transaction: false,
  async run(context, { id, sender_account_ids: given }) {
    const { workspaceId, now, actor } = context;
    const campaign = { workspaceId, campaignId: id };
    const added = await transact(context.db, async (db) => {
      const row = await lockCampaign(db, campaign);
      if (row.status === 'launching') throw new AppError('campaign.launch_in_progress');
      const senders = await addCampaignSenders(
        db,
        campaign,
        await checkSenders({ ...context, db }, row.type, given),
      );
      if (row.status === 'active') await wakeCampaign(db, { ...campaign, now });
      const event = {
        kind: 'campaign.senders_changed' as const,
        campaignId: id,
        data: { added: senders },
      };
      if (senders.length > 0) await appendEvents(db, { workspaceId, at: now, actor }, [event]);
      return senders;
    });
    for (const senderId of added)
      await resumeWithSenders(context.db, { workspaceId, senderId, now });
    return {
      campaign: await showCampaign(context, await getCampaign(context.db, campaign)),
      added,
    };
  },
});
