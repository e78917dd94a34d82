import { z } from 'zod';
import { getCampaign } from '../../db/campaigns/campaigns.ts';
import { listColumns as listRows } from '../../db/campaigns/columns.ts';
import { uuid } from '../../domain/text.ts';
import { defineOperation } from '../../operation.ts';
import { columnOnWire, columnOutput } from './wire.ts';

export const listColumns = defineOperation({
  name: 'campaign_column.list',
  route: 'GET /api/campaigns/{id}/columns',
  cli: 'campaign column',
  summary: "List a campaign's own columns",
  scope: 'read',
  input: z.object({ id: uuid.describe('Campaign') }),
  output: z.object({ columns: z.array(columnOutput) }),
  errors: ['campaign.not_found'],
  async run({ db, workspaceId }, { id }) {
    const campaign = { workspaceId, campaignId: id };
    await getCampaign(db, campaign);
    return { columns: (await listRows(db, campaign)).map(columnOnWire) };
  },
});
