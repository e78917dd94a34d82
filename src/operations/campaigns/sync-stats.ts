import { z } from 'zod';
import { getCampaign, updateCampaign } from '../../db/campaigns/campaigns.ts';
import { countByPlace, recount } from '../../db/campaigns/stats.ts';
import { uuid } from '../../domain/text.ts';
import { defineOperation } from '../../operation.ts';
import { sumByStatus } from './get.ts';
import { campaignOutput, showCampaign } from './shape.ts';

export const syncStats = defineOperation({
  name: 'campaign.sync_stats',
  route: 'POST /api/campaigns/{id}/sync-stats',
  cli: 'campaign sync-stats',
  summary: 'Count the roster anew and compare it with the stats',
  description:
    'Never needed: stats are exact at every read. `repaired` says how many counts differed, ' +
    'and should always be 0.',
  scope: 'write',
  input: z.object({ id: uuid }),
  output: z.object({
    campaign: campaignOutput,
    prospects_by_status: z.record(z.string(), z.int()),
    repaired: z.int(),
  }),
  errors: ['campaign.not_found'],
  async run(context, { id }) {
    const { db, workspaceId, now } = context;
    const campaign = { workspaceId, campaignId: id };
    const row = await getCampaign(db, campaign);
    const repaired = await recount(db, campaign);
    const stamped = await updateCampaign(db, row, { last_synced_at: now });
    const places = await countByPlace(db, campaign);
    return {
      campaign: await showCampaign(context, stamped),
      prospects_by_status: sumByStatus(places),
      repaired,
    };
  },
});
