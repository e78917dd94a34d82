import { z } from 'zod';
import { getCampaign } from '../../db/campaigns/campaigns.ts';
import { uuid } from '../../domain/text.ts';
import { explainCampaign } from '../../engine/forecast/explain-campaign.ts';
import { defineOperation } from '../../operation.ts';
import {
  bindingOnWire,
  bindingOutput,
  constraintsOnWire,
  constraintsOutput,
  isoOf,
} from './wire.ts';

export const explainOneCampaign = defineOperation({
  name: 'explanation.campaign',
  route: 'GET /api/campaigns/{id}/explain',
  cli: 'campaign explain',
  summary: 'Explain why a campaign does not send right now',
  description:
    'The constraint that binds each sender, the people held with the reason, and when the ' +
    'next touch is expected.',
  scope: 'read',
  input: z.object({ id: uuid }),
  output: z.object({
    campaign_id: z.uuid(),
    status: z.string(),
    binding: bindingOutput,
    expected_at: z.iso.datetime().nullable().describe('The next touch.'),
    senders: z.array(
      z.object({ sender_id: z.uuid(), binding: bindingOutput, constraints: constraintsOutput }),
    ),
    held: z.array(
      z.object({ hold: z.string(), n: z.int(), words: z.string(), unblock: z.string().nullable() }),
    ),
  }),
  errors: ['campaign.not_found', 'forecast.too_large'],
  async run({ db, workspaceId, now, signal }, { id }) {
    const campaign = await getCampaign(db, { workspaceId, campaignId: id });
    const { binding, expectedAt, senders, held } = await explainCampaign(db, campaign, {
      workspaceId,
      now,
      signal,
    });
    return {
      campaign_id: id,
      status: campaign.status,
      binding: bindingOnWire(binding),
      expected_at: isoOf(expectedAt),
      senders: senders.map((sender) => ({
        sender_id: sender.senderId,
        binding: bindingOnWire(sender.binding),
        constraints: constraintsOnWire(sender.constraints),
      })),
      held: held.map(({ hold, n, words, unblock }) => ({ hold, n, words, unblock })),
    };
  },
});
