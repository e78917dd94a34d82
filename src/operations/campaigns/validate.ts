import { z } from 'zod';
import { getCampaign } from '../../db/campaigns/campaigns.ts';
import { uuid } from '../../domain/text.ts';
import { checkReadiness } from '../../engine/campaigns/launch.ts';
import { defineOperation } from '../../operation.ts';

export const validateCampaign = defineOperation({
  name: 'campaign.validate',
  route: 'GET /api/campaigns/{id}/validate',
  cli: 'campaign validate',
  summary: 'Check whether a campaign could be launched now',
  description:
    'Changes nothing. `ready` means that errors is empty; warnings never prevent a launch.',
  scope: 'read',
  input: z.object({ id: uuid }),
  output: z.object({
    ready: z.boolean(),
    checks: z.object({
      is_draft: z.boolean(),
      has_sender_accounts: z.boolean(),
      sender_accounts_ready: z.boolean(),
      has_prospects: z.boolean(),
      prospect_count: z.int(),
      has_sendable_nodes: z.boolean(),
      all_nodes_have_content: z.boolean(),
      messages_generated: z.boolean(),
      message_count: z.int().describe('Counted up to 10,000.'),
    }),
    left_out: z
      .object({
        looked_at: z.int().describe('The first people of the roster, up to 20,000.'),
        suppressed: z.int(),
        replied_elsewhere: z
          .int()
          .describe('Replied to, or unsubscribed from, another campaign: see exclude_replied.'),
        in_other_campaigns: z
          .int()
          .describe('Under way in another active campaign: see skip_other_campaigns.'),
      })
      .describe('How many people would not be written to, or are written to elsewhere too.'),
    errors: z.array(z.string()),
    warnings: z.array(z.string()),
    problems: z
      .array(z.object({ pointer: z.string(), code: z.string(), message: z.string() }))
      .describe('The errors with a pointer and a stable code.'),
  }),
  errors: ['campaign.not_found'],
  async run(context, { id }) {
    const row = await getCampaign(context.db, { workspaceId: context.workspaceId, campaignId: id });
    const { checks, leftOut, problems, warnings } = await checkReadiness(context, row);
    return {
      ready: problems.length === 0,
      checks,
      left_out: leftOut,
      errors: problems.map((problem) => problem.message),
      warnings,
      problems,
    };
  },
});
