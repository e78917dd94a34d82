import { z } from 'zod';
import { getCampaign } from '../../db/campaigns/campaigns.ts';
import { insertColumn } from '../../db/campaigns/columns.ts';
import { columnIdFrom, columnTypes } from '../../domain/sequence/column.ts';
import { uuid } from '../../domain/text.ts';
import { defineOperation } from '../../operation.ts';
import { columnInputs, columnOnWire, columnOutput } from './wire.ts';

export const createColumn = defineOperation({
  name: 'campaign_column.create',
  route: 'POST /api/campaigns/{id}/columns',
  cli: 'campaign column create',
  summary: 'Give a campaign a column of its own',
  description:
    "In any status. Its id is a custom field of the campaign's people: lead rules map " +
    'attributes of leads to it, and PATCH …/leads/{prospectId}/data sets it for one person.',
  scope: 'write',
  input: z.object({
    id: uuid.describe('Campaign'),
    name: columnInputs.name,
    type: z.enum(columnTypes).default('text'),
    description: columnInputs.description.default(null),
  }),
  output: z.object({ column: columnOutput }),
  status: 201,
  errors: ['campaign.not_found'],
  async run({ db, workspaceId, newId, now }, { id, ...values }) {
    await getCampaign(db, { workspaceId, campaignId: id });
    const row = {
      ...values,
      workspace_id: workspaceId,
      campaign_id: id,
      id: columnIdFrom(newId()),
      created_at: now,
      updated_at: now,
    };
    return { column: columnOnWire(await insertColumn(db, row)) };
  },
});
