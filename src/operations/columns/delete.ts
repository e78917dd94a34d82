import { z } from 'zod';
import { getCampaign } from '../../db/campaigns/campaigns.ts';
import { deleteColumn as deleteRow } from '../../db/campaigns/columns.ts';
import { text, uuid } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';

export const deleteColumn = defineOperation({
  name: 'campaign_column.delete',
  route: 'DELETE /api/campaigns/{id}/columns/{columnId}',
  cli: 'campaign column delete',
  summary: "Delete one of a campaign's columns",
  description: 'The values that people have stay among their custom fields.',
  scope: 'write',
  input: z.object({ id: uuid.describe('Campaign'), columnId: text({ max: 100 }) }),
  output: z.object({ success: z.literal(true) }),
  errors: ['campaign.not_found', 'column.not_found'],
  async run({ db, workspaceId }, { id, columnId }) {
    const campaign = { workspaceId, campaignId: id };
    await getCampaign(db, campaign);
    if (!(await deleteRow(db, { ...campaign, columnId }))) throw new AppError('column.not_found');
    return { success: true as const };
  },
});
