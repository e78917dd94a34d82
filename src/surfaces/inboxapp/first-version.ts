import { z } from 'zod';
import { listColumns } from '../../operations/columns/list.ts';
import { campaignOutput, showCampaign } from './campaign-shape.ts';
import { disable } from './campaigns.ts';
import { idOutput, pathId } from './ids.ts';
import { defineRoute, type OwnApi } from './route.ts';
import { stepOutput } from './steps.ts';

/** A campaign in the first version of the API: today's shape and fields with older names. */
const output = campaignOutput.extend({
  type: z.literal('sequence'),
  estimatedTargets: z.int(),
  isHydrating: z.boolean(),
  lists: z.array(z.object({ listId: idOutput, exclude: z.boolean() })),
  steps: z.array(stepOutput.extend({ campaignVersion: z.int() })),
  customVariables: z.record(
    z.string(),
    z.object({ displayName: z.string(), description: z.string().nullable() }),
  ),
});

async function show(api: OwnApi, id: string): Promise<z.input<typeof output>> {
  const campaign = await showCampaign(api, id);
  const { columns } = await api.call(listColumns, { id });
  const { rules, sequence } = campaign;
  return {
    ...campaign,
    type: 'sequence',
    estimatedTargets: campaign.targetsCount,
    isHydrating: campaign.isSyncing,
    lists: [
      ...rules.syncedLists.map(({ listId }) => ({ listId, exclude: false })),
      ...rules.excludedLists.map(({ listId }) => ({ listId, exclude: true })),
    ],
    steps: sequence.steps.map((step) => ({ ...step, campaignVersion: sequence.version })),
    customVariables: Object.fromEntries(
      columns.map(({ id: slug, name, description }) => [slug, { displayName: name, description }]),
    ),
  };
}

const campaignId = z.strictObject({ campaignId: pathId });

const get = defineRoute({
  route: 'GET /campaigns/{campaignId}',
  summary: 'Get campaign (first version)',
  scope: 'read',
  input: campaignId,
  output,
  run: (api, { campaignId: id }) => show(api, id),
});

const pause = defineRoute({
  route: 'POST /campaigns/{campaignId}/pause',
  summary: 'Pause campaign (first version)',
  scope: 'write',
  input: campaignId,
  output,
  async run(api, { campaignId: id }) {
    await disable(api, id);
    return show(api, id);
  },
});

export const firstVersionRoutes = [get, pause];
