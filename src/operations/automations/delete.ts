import { z } from 'zod';
import { lockCampaign } from '../../db/campaigns/campaigns.ts';
import { deleteAutomations } from '../../db/people/automations.ts';
import { uuid } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';

export const deleteAutomation = defineOperation({
  name: 'automation.delete',
  route: 'DELETE /api/campaigns/{id}/automations/{automationId}',
  cli: 'campaign automation delete',
  summary: 'Delete an automation',
  description: 'Its past actions stay.',
  scope: 'write',
  input: z.object({ id: uuid.describe('Campaign'), automationId: uuid }),
  output: z.object({ success: z.literal(true) }),
  errors: ['campaign.not_found', 'automation.not_found'],
  async run({ db, workspaceId }, { id, automationId }) {
    const campaign = { workspaceId, campaignId: id };
    await lockCampaign(db, campaign);
    if ((await deleteAutomations(db, campaign, { only: automationId })) === 0)
      throw new AppError('automation.not_found');
    return { success: true as const };
  },
});
