import { z } from 'zod';
import { getCampaign } from '../../db/campaigns/campaigns.ts';
import { pageLimit } from '../../domain/page.ts';
import { uuid } from '../../domain/text.ts';
import { explainCampaign } from '../../engine/forecast/explain-campaign.ts';
import { nilId } from '../../ids.ts';
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
    'The constraint that binds each sender (by the order of their ids), the people held with ' +
    'the reason, and when the next touch is expected.',
  scope: 'read',
  input: z.object({
    id: uuid,
    cursor: uuid.optional().describe('`next_cursor` of the page of senders before.'),
    limit: pageLimit(1000, 200).describe('Senders of a page, 1 to 1000 (clamped).'),
  }),
  output: z.object({
    campaign_id: z.uuid(),
    status: z.string(),
    binding: bindingOutput,
    expected_at: z.iso.datetime().nullable().describe('The next touch.'),
    senders_by_because: z
      .record(z.string(), z.int())
      .describe('How many of all its senders wait for what.'),
    next_cursor: z.uuid().nullable().describe('Of the senders; null on the last page.'),
    senders: z.array(
      z.object({ sender_id: z.uuid(), binding: bindingOutput, constraints: constraintsOutput }),
    ),
    held: z.array(
      z.object({ hold: z.string(), n: z.int(), words: z.string(), unblock: z.string().nullable() }),
    ),
  }),
  errors: ['campaign.not_found', 'forecast.too_large'],
  async run({ db, workspaceId, now, signal }, { id, cursor = nilId, limit }) {
    const campaign = await getCampaign(db, { workspaceId, campaignId: id });
    const { binding, expectedAt, senders, held } = await explainCampaign(db, campaign, {
      workspaceId,
      now,
      signal,
    });
    const behind = senders
      .filter(({ senderId }) => senderId > cursor)
      .sort((a, b) => (a.senderId < b.senderId ? -1 : 1));
    const page = behind.slice(0, limit);
    const byCode = Map.groupBy(senders, (sender) => sender.binding.code);
    return {
      campaign_id: id,
      status: campaign.status,
      binding: bindingOnWire(binding),
      expected_at: isoOf(expectedAt),
      senders_by_because: Object.fromEntries([...byCode].map(([code, own]) => [code, own.length])),
      next_cursor: behind.length > limit ? page.at(-1)!.senderId : null,
      senders: page.map((sender) => ({
        sender_id: sender.senderId,
        binding: bindingOnWire(sender.binding),
        constraints: constraintsOnWire(sender.constraints),
      })),
      held: held.map(({ hold, n, words, unblock }) => ({ hold, n, words, unblock })),
    };
  },
});
