import { z } from 'zod';
import { listCampaigns as listRows } from '../../db/campaigns.ts';
import { campaignStatuses, campaignTypeNames } from '../../domain/campaign.ts';
import { text } from '../../domain/text.ts';
import { defineOperation } from '../../operation.ts';
import { campaignOutput, showCampaigns } from './shape.ts';

export const listCampaigns = defineOperation({
  name: 'campaign.list',
  route: 'GET /api/campaigns',
  cli: 'campaign',
  summary: 'List campaigns with stats and senders',
  description: 'Active and paused ones first, then the newest. All of them, unless a limit is given.',
  scope: 'read',
  input: z.object({
    status: z.enum(campaignStatuses).optional(),
    type: z.enum(campaignTypeNames).optional(),
    q: text({ max: 255 }).optional().describe('Part of the name.'),
    page: z.int().min(1).max(1_000_000).default(1),
    limit: z.int().min(1).max(1000).optional(),
  }),
  output: z.object({ campaigns: z.array(campaignOutput.extend({ node_count: z.int() })), total: z.int() }),
  errors: [],
  async run(context, { page, limit, ...filter }) {
    const offset = limit ? (page - 1) * limit : 0;
    const { rows, total } = await listRows(context.db, { ...filter, workspaceId: context.workspaceId, limit, offset });
    const shown = await showCampaigns(context, rows);
    return { campaigns: shown.map((campaign, index) => ({ ...campaign, node_count: rows[index]!.node_count })), total };
  },
});
