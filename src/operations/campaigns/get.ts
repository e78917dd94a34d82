import { z } from 'zod';
import { getCampaign as findCampaign } from '../../db/campaigns/campaigns.ts';
import { type CountedPlace, countByPlace, type Touches } from '../../db/campaigns/stats.ts';
import { isTerminal, prospectStatuses } from '../../domain/people/prospect.ts';
import { statusAfter } from '../../domain/sending/touch.ts';
import { uuid } from '../../domain/text.ts';
import { defineOperation } from '../../operation.ts';
import { campaignOutput, nodeOutput, showWithNodes } from './shape.ts';

const byStatus = z.record(z.string(), z.int());

export const getCampaign = defineOperation({
  name: 'campaign.get',
  route: 'GET /api/campaigns/{id}',
  cli: 'campaign',
  summary: 'Get a campaign with its sequence and where its people stand',
  description:
    'Safe to poll: stats are exact and read from counters, whatever the size of the roster.',
  scope: 'read',
  input: z.object({ id: uuid }),
  output: z.object({
    campaign: campaignOutput,
    sequence_nodes: z.array(nodeOutput),
    prospects_by_status: byStatus,
    prospects_by_node: z
      .record(z.string(), byStatus)
      .describe(
        'Node id, status, count; __none__ holds people before the first touch and after the last.',
      ),
  }),
  errors: ['campaign.not_found'],
  async run(context, { id }) {
    const { db, workspaceId } = context;
    const row = await findCampaign(db, { workspaceId, campaignId: id });
    const places = await countByPlace(db, { workspaceId, campaignId: id });
    return {
      ...(await showWithNodes(context, row)),
      prospects_by_status: sumByStatus(places),
      prospects_by_node: sumByNode(places),
    };
  },
});

/** Numbers of people by their current status. */
export function sumByStatus(places: readonly CountedPlace[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { name, n } of places) {
    if (isStatus(name)) sums[name] = (sums[name] ?? 0) + n;
  }
  return sums;
}

/** Numbers of sends by the status that they led to. */
export function sumByOutcome(touches: readonly Touches[]): Record<string, number> {
  return sumByStatus(
    touches.map(({ touch, n }) => ({
      name: statusAfter(touch),
      node_id: null,
      sender_id: null,
      n,
    })),
  );
}

/** Whether a counter counts open people; the others count ended people or events. */
export function isOpen({ name }: Pick<CountedPlace, 'name'>): boolean {
  return isStatus(name) && !isTerminal(name);
}

const isStatus = (name: string) => (prospectStatuses as readonly string[]).includes(name);

function sumByNode(places: readonly CountedPlace[]): Record<string, Record<string, number>> {
  const nodes = Map.groupBy(places, (place) => place.node_id ?? '__none__');
  const sums = [...nodes].map(([node, counts]) => [node, sumByStatus(counts)] as const);
  return Object.fromEntries(sums.filter(([, counts]) => Object.keys(counts).length > 0));
}
