import { z } from 'zod';
import { deleteCampaign as deleteRow, lockCampaign } from '../../db/campaigns/campaigns.ts';
import { takeTime } from '../../db/database.ts';
import { keepAnswers } from '../../db/people/answers.ts';
import { wakeCampaign } from '../../db/sending/lanes.ts';
import { uuid } from '../../domain/text.ts';
import { defineOperation } from '../../operation.ts';

export const deleteCampaign = defineOperation({
  name: 'campaign.delete',
  route: 'DELETE /api/campaigns/{id}',
  cli: 'campaign delete',
  summary: 'Delete a campaign for good',
  description:
    'In any status, with its roster, sequence and messages; there is no undo. Suppressions stay, ' +
    'and so does the mark of people who replied or unsubscribed.',
  scope: 'write',
  input: z.object({ id: uuid }),
  output: z.object({ success: z.boolean() }),
  errors: ['campaign.not_found'],
  async run({ db, workspaceId, now }, { id }) {
    const campaign = { workspaceId, campaignId: id };
    await takeTime(db);
    await lockCampaign(db, campaign);
    await wakeCampaign(db, { ...campaign, now });
    await keepAnswers(db, campaign);
    await deleteRow(db, campaign);
    return { success: true };
  },
});
