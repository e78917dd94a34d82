import { z } from 'zod';
import { getCampaign } from '../../db/campaigns/campaigns.ts';
import { findProspect } from '../../db/people/roster.ts';
import { uuid } from '../../domain/text.ts';
import { explainProspect } from '../../engine/forecast/explain-prospect.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import {
  bindingOnWire,
  bindingOutput,
  constraintsOnWire,
  constraintsOutput,
  isoOf,
} from './wire.ts';

const instant = z.iso.datetime().nullable();

export const explainOneProspect = defineOperation({
  name: 'explanation.prospect',
  route: 'GET /api/campaigns/{id}/leads/{prospectId}/explain',
  cli: 'campaign lead explain',
  summary: 'Explain why a person has not been written to yet',
  description:
    'Every constraint with its state and when it opens, the one that binds and how to unblock ' +
    'it, and when the next touch is expected: by the planner that sends, if no person replies ' +
    'and every sender stays in service.',
  scope: 'read',
  input: z.object({ id: uuid, prospectId: uuid }),
  output: z.object({
    prospect_id: z.uuid(),
    status: z.string(),
    binding: bindingOutput,
    constraints: constraintsOutput,
    next_touch: z
      .object({
        node_id: z.uuid(),
        sender_id: z.uuid().nullable(),
        due_at: instant,
        expected_at: instant,
      })
      .nullable()
      .describe('due_at: when its delay has run out. expected_at: when its turn comes.'),
  }),
  errors: ['campaign.not_found', 'prospect.not_found', 'forecast.too_large'],
  async run({ db, workspaceId, now, signal }, { id, prospectId }) {
    const campaign = await getCampaign(db, { workspaceId, campaignId: id });
    const prospect = await findProspect(db, { workspaceId, campaignId: id, prospectId });
    if (!prospect) throw new AppError('prospect.not_found');
    const { binding, constraints, next } = await explainProspect(db, campaign, prospect, {
      workspaceId,
      now,
      signal,
    });
    return {
      prospect_id: prospectId,
      status: prospect.status,
      binding: bindingOnWire(binding),
      constraints: constraintsOnWire(constraints),
      next_touch: next && {
        node_id: next.nodeId,
        sender_id: next.senderId,
        due_at: isoOf(next.dueAt),
        expected_at: isoOf(next.expectedAt),
      },
    };
  },
});
