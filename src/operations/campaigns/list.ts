import { z } from 'zod';
import { type ListedCampaign, listCampaigns as listRows } from '../../db/campaigns/campaigns.ts';
import { listAutomations } from '../../db/people/automations.ts';
import { readRules, unruled } from '../../db/people/rules.ts';
import { pageEnds, pageLimit } from '../../domain/page.ts';
import { campaignStatuses, campaignTypeNames } from '../../domain/sequence/campaign.ts';
import { text, uuid } from '../../domain/text.ts';
import { readCampaignReason } from '../../engine/forecast/explain-campaign.ts';
import { AppError } from '../../errors.ts';
import { type Context, defineOperation } from '../../operation.ts';
import { automationOnWire, automationOutput } from '../automations/wire.ts';
import { bindingOnWire, bindingOutput, isoOf } from '../explanations/wire.ts';
import { rulesOnWire, rulesOutput } from '../rules/wire.ts';
import { campaignOutput, nodeOutput, nodesOnWire, showCampaigns } from './shape.ts';

const parts = ['sequence', 'rules', 'automations', 'why'] as const;
/** Campaigns of a page with `why`, and people up to which one of them is forecast. */
const maxWhys = 50;
const maxForecast = 2_000;

const whyOutput = z.object({
  binding: bindingOutput,
  expected_at: z.iso
    .datetime()
    .nullable()
    .describe(`The next touch; null for more than ${maxForecast} people: ask GET …/explain.`),
  ends_at: z.iso
    .datetime()
    .nullable()
    .describe('The last touch, as GET …/forecast says; null where expected_at is.'),
});

export const listCampaigns = defineOperation({
  name: 'campaign.list',
  route: 'GET /api/campaigns',
  cli: 'campaign',
  summary: 'List campaigns with stats and senders',
  description:
    'Active and paused ones first, then the newest, by `page`. ' +
    'sort=newest goes by age alone, and by `cursor` at any depth.',
  scope: 'read',
  input: z.object({
    status: z.enum(campaignStatuses).optional(),
    type: z.enum(campaignTypeNames).optional(),
    q: text({ max: 255 }).optional().describe('Part of the name.'),
    sort: z.enum(['status', 'newest']).default('status'),
    cursor: uuid.optional().describe('`next_cursor` of the page before; for sort=newest.'),
    include: z
      .array(z.enum(parts))
      .max(parts.length)
      .default([])
      .describe(`Parts to show besides. With why, a page has at most ${maxWhys} campaigns.`),
    page: z.int().min(1).max(1_000_000).default(1),
    limit: pageLimit(1000, 1000),
  }),
  output: z.object({
    campaigns: z.array(
      campaignOutput.extend({
        node_count: z.int(),
        sequence_nodes: z.array(nodeOutput).optional(),
        rules: rulesOutput.optional(),
        automations: z.array(automationOutput).optional(),
        why: whyOutput.optional(),
      }),
    ),
    total: z.int(),
    next_cursor: z
      .uuid()
      .nullable()
      .optional()
      .describe('With sort=newest only: null on the last page.'),
  }),
  errors: [],
  async run(context, { page, limit: asked, sort, cursor, include, ...filter }) {
    const limit = include.includes('why') ? Math.min(asked, maxWhys) : asked;
    if (cursor && sort !== 'newest')
      throw new AppError('request.invalid', 'cursor: It needs sort=newest.');
    const query = {
      ...filter,
      workspaceId: context.workspaceId,
      newest: sort === 'newest',
      after: cursor,
      nodes: include.includes('sequence'),
      limit,
      offset: (page - 1) * limit,
    };
    const { rows, more, total } = await listRows(context.db, query);
    if (more && rows.length < limit) context.warn('limit', pageEnds(rows.length));
    const nextCursor = more ? rows.at(-1)!.id : null;
    const next = sort === 'newest' ? { next_cursor: nextCursor } : {};
    const shown = await showCampaigns(context, rows);
    const included = await readParts(context, rows, include);
    const campaigns = shown.map((campaign, index) => ({
      ...campaign,
      node_count: rows[index]!.node_count,
      ...included[index],
    }));
    return { campaigns, total, ...next };
  },
});

type CampaignParts = {
  sequence_nodes?: z.input<typeof nodeOutput>[];
  rules?: z.input<typeof rulesOutput>;
  automations?: z.input<typeof automationOutput>[];
  why?: z.input<typeof whyOutput>;
};

/** The parts of each campaign that `include` names. */
async function readParts(
  context: Context,
  rows: readonly ListedCampaign[],
  include: readonly (typeof parts)[number][],
): Promise<CampaignParts[]> {
  const { db, workspaceId } = context;
  const campaignIds = include.includes('automations') ? rows.map((row) => row.id) : [];
  const automations = Map.groupBy(
    campaignIds.length > 0 ? await listAutomations(db, { workspaceId, campaignIds }) : [],
    (row) => row.campaign_id,
  );
  const read: CampaignParts[] = [];
  for (const row of rows) {
    const rules =
      row.ruled && include.includes('rules')
        ? await readRules(db, { workspaceId, campaignId: row.id })
        : unruled;
    read.push({
      ...(include.includes('sequence') ? { sequence_nodes: nodesOnWire(row, row.nodes) } : {}),
      ...(include.includes('rules') ? { rules: rulesOnWire(rules) } : {}),
      ...(include.includes('automations')
        ? { automations: (automations.get(row.id) ?? []).map(automationOnWire) }
        : {}),
      ...(include.includes('why') ? { why: await readWhy(context, row) } : {}),
    });
  }
  return read;
}

async function readWhy({ db, workspaceId, now, signal }: Context, row: ListedCampaign) {
  const request = { workspaceId, now, signal, maxForecast };
  const { binding, expectedAt, endsAt } = await readCampaignReason(db, row, request);
  return {
    binding: bindingOnWire(binding),
    expected_at: isoOf(expectedAt),
    ends_at: isoOf(endsAt),
  };
}
