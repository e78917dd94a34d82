import { z } from 'zod';
import { findSender } from '../../db/accounts/senders.ts';
import { statusOnWire } from '../../domain/sending/sender-status.ts';
import { uuid } from '../../domain/text.ts';
import { explainSender } from '../../engine/forecast/explain-sender.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import {
  bindingOnWire,
  bindingOutput,
  constraintsOnWire,
  constraintsOutput,
  isoOf,
} from './wire.ts';

export const explainOneSender = defineOperation({
  name: 'explanation.sender',
  route: 'GET /api/senders/{id}/explain',
  cli: 'sender explain',
  summary: 'Explain why a sender waits',
  description:
    "Whether it is in service, then whether a worker runs, then the planner's own answer; and " +
    'every constraint in each active campaign it sends for.',
  scope: 'read',
  input: z.object({ id: uuid }),
  output: z.object({
    sender_id: z.uuid(),
    status: z.string(),
    status_reason: z.string().nullable(),
    binding: bindingOutput,
    expected_at: z.iso.datetime().nullable().describe('The next touch.'),
    campaigns: z.array(
      z.object({ campaign_id: z.uuid(), binding: bindingOutput, constraints: constraintsOutput }),
    ),
  }),
  errors: ['sender.not_found', 'forecast.too_large'],
  async run({ db, workspaceId, now, signal }, { id }) {
    const sender = await findSender(db, { workspaceId, senderId: id });
    if (!sender) throw new AppError('sender.not_found');
    const { binding, expectedAt, campaigns } = await explainSender(db, id, {
      workspaceId,
      now,
      signal,
    });
    return {
      sender_id: id,
      status: statusOnWire(sender),
      status_reason: sender.status_reason,
      binding: bindingOnWire(binding),
      expected_at: isoOf(expectedAt),
      campaigns: campaigns.map((own) => ({
        campaign_id: own.campaignId,
        binding: bindingOnWire(own.binding),
        constraints: constraintsOnWire(own.constraints),
      })),
    };
  },
});
