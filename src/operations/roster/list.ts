import { z } from 'zod';
import { getCampaign } from '../../db/campaigns.ts';
import { countProspects, listProspects } from '../../db/roster.ts';
import { prospectStatuses } from '../../domain/prospect.ts';
import { text, uuid } from '../../domain/text.ts';
import { defineOperation } from '../../operation.ts';
import { prospectOnWire, prospectOutput } from './wire.ts';

const greatestLimit = 200;
const count = z.int().min(0);

export const listRoster = defineOperation({
  name: 'campaign_lead.list',
  route: 'GET /api/campaigns/{id}/leads',
  cli: 'campaign lead',
  summary: 'List the prospects of a campaign',
  description: `In the order they were added. Pages by number as Puffle's, or by \`cursor\`, which stays fast at any depth.
\`limit\` is clamped to ${greatestLimit}. \`total\` counts all that match, whatever the page.`,
  scope: 'read',
  input: z.object({
    id: uuid.describe('Campaign'),
    page: z.int().min(1).default(1).describe('1-indexed page number.'),
    limit: z.int().min(1).default(100).describe(`Page size, at most ${greatestLimit} (clamped).`),
    status: z.enum(prospectStatuses).optional(),
    q: text({ max: 320 }).optional().describe('What the address or profile URL starts with.'),
    cursor: uuid.optional().describe('`next_cursor` of the page before; `page` then counts from there.'),
  }),
  output: z.object({
    prospects: z.array(prospectOutput),
    total: count,
    page: z.int(),
    limit: z.int(),
    next_cursor: z.uuid().nullable().describe('Null on the last page.'),
  }),
  errors: ['campaign.not_found'],
  async run({ db, workspaceId }, input) {
    const campaign = await getCampaign(db, { workspaceId, campaignId: input.id });
    const limit = Math.min(input.limit, greatestLimit);
    const filter = { workspaceId, campaignId: input.id, status: input.status, prefix: input.q?.trim().toLowerCase(), after: input.cursor };
    const total = await countProspects(db, filter);
    const offset = (input.page - 1) * limit;
    const rows = offset < total ? await listProspects(db, { ...filter, limit: limit + 1, offset }) : [];
    const shown = rows.slice(0, limit);
    const prospects = shown.map((row) => prospectOnWire(row, campaign.member_id));
    return { prospects, total, page: input.page, limit, next_cursor: rows.length > limit ? shown.at(-1)!.id : null };
  },
});
