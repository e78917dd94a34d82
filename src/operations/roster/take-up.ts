import { z } from 'zod';
import { lockCampaign } from '../../db/campaigns/campaigns.ts';
import { text, uuid } from '../../domain/text.ts';
import { maxTakenUp, takeUp } from '../../engine/campaigns/take-up.ts';
import { defineOperation } from '../../operation.ts';

export const takeUpProspects = defineOperation({
  name: 'campaign_lead.retry',
  route: 'POST /api/campaigns/{id}/leads/retry',
  cli: 'campaign lead retry',
  summary: 'Take people up again whose touch was refused',
  description:
    'For people who ended for a fault that was not theirs: a sender that was not verified, a ' +
    'server that took nothing. Only touches that surely did not go out count; a bounce that was ' +
    'reported later did go out. Each stands before its touch again, due now, and goes through ' +
    'every check of a first try: hours, limits, suppressions. A completed campaign goes on. ' +
    `Up to ${maxTakenUp} people a call, chosen by status, id or a part of the reason; dry_run ` +
    'counts them and changes nothing.',
  scope: 'send',
  input: z.object({
    id: uuid.describe('Campaign'),
    status: z.enum(['failed', 'bounced']).optional(),
    prospect_ids: z.array(uuid).min(1).max(1000).optional(),
    reason: text({ min: 1, max: 200 })
      .optional()
      .describe('A part of the reason for which the people ended, such as "not verified".'),
    lift_suppressions: z
      .boolean()
      .default(false)
      .describe('Also takes addresses off the suppressed that this refusal put there.'),
    dry_run: z.boolean().default(false).describe('Counts only.'),
  }),
  output: z.object({
    taken_up: z.int(),
    suppressed: z.int().describe('Left as they are, because their address is suppressed.'),
    removed: z.int().describe('Left as they are, because their touch left the sequence.'),
    more: z.boolean().describe('There may be more: call again.'),
  }),
  errors: ['campaign.not_found'],
  async run({ db, workspaceId, now, actor }, input) {
    const campaign = await lockCampaign(db, { workspaceId, campaignId: input.id });
    const { taken, suppressed, removed, more } = await takeUp(db, campaign, {
      status: input.status,
      prospectIds: input.prospect_ids,
      reason: input.reason,
      lifts: input.lift_suppressions,
      isDry: input.dry_run,
      now,
      actor,
    });
    return { taken_up: taken, suppressed, removed, more };
  },
});
