import { z } from 'zod';
import { listCampaigns as listRows } from '../../db/campaigns.ts';
import { campaignStatuses, campaignTypeNames } from '../../domain/campaign.ts';
import { text, uuid } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { campaignOutput, showCampaigns } from './shape.ts';

export const listCampaigns = defineOperation({
  name: 'campaign.list',
  route: 'GET /api/campaigns',
  cli: 'campaign',
  summary: 'List campaigns with stats and senders',
  description:
    'Active and paused ones first, then the newest. All of them, unless a limit is given. sort=newest goes by age alone, and by `cursor` at any depth.',
  scope: 'read',
  input: z.object({
    status: z.enum(campaignStatuses).optional(),
    type: z.enum(campaignTypeNames).optional(),
    q: text({ max: 255 }).optional().describe('Part of the name.'),
    sort: z.enum(['status', 'newest']).default('status'),
    cursor: uuid.optional().describe('`next_cursor` of the page before; for sort=newest.'),
    page: z.int().min(1).max(1_000_000).default(1),
    limit: z.int().min(1).max(1000).optional(),
  }),
  output: z.object({
    campaigns: z.array(campaignOutput.extend({ node_count: z.int() })),
    total: z.int(),
    next_cursor: z.uuid().nullable().describe('With sort=newest: null on the last page.'),
  }),
  errors: [],
  async run(context, { page, limit, sort, cursor, ...filter }) {
    if (cursor && sort !== 'newest') throw new AppError('request.invalid', 'cursor: It needs sort=newest.');
    const offset = limit ? (page - 1) * limit : 0;
    const look = { ...filter, workspaceId: context.workspaceId, newest: sort === 'newest', after: cursor, offset };
    const { rows: found, total } = await listRows(context.db, { ...look, limit: limit && limit + 1 });
    const rows = found.slice(0, limit);
    const next = sort === 'newest' && found.length > rows.length ? rows.at(-1)!.id : null;
    const shown = await showCampaigns(context, rows);
    return { campaigns: shown.map((campaign, index) => ({ ...campaign, node_count: rows[index]!.node_count })), total, next_cursor: next };
  },
});
