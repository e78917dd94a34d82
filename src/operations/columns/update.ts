import { z } from 'zod';
import { getCampaign } from '../../db/campaigns/campaigns.ts';
import { updateColumn as writeColumn } from '../../db/campaigns/columns.ts';
import { text, uuid } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { columnInputs, columnOnWire, columnOutput } from './wire.ts';

export const updateColumn = defineOperation({
  name: 'campaign_column.update',
  route: 'PATCH /api/campaigns/{id}/columns/{columnId}',
  cli: 'campaign column update',
  summary: "Rename or describe one of a campaign's columns",
  scope: 'write',
  input: z.object({
    id: uuid.describe('Campaign'),
    columnId: text({ max: 100 }),
    name: columnInputs.name.optional(),
    description: columnInputs.description.optional(),
  }),
  output: z.object({ column: columnOutput }),
  errors: ['campaign.not_found', 'column.not_found'],
  async run({ db, workspaceId, now }, { id, columnId, ...values }) {
    const campaign = { workspaceId, campaignId: id };
    await getCampaign(db, campaign);
    const row = await writeColumn(db, { ...campaign, columnId }, { ...values, updated_at: now });
    if (!row) throw new AppError('column.not_found');
    return { column: columnOnWire(row) };
  },
});
