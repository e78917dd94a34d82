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
    errors: z.array(z.string()),
    warnings: z.array(z.string()),
    problems: z
      .array(z.object({ pointer: z.string(), code: z.string(), message: z.string() }))
      .describe('The errors with a pointer and a stable code.'),
    findings: z
      .array(
        z.object({
          kind: z
            .enum(['missing', 'blank', 'broken', 'suppressed', 'answered', 'overlap'])
            .describe(
              'missing: no value, and no fallback; blank: a word for nothing such as null; ' +
                'broken: an error, a placeholder or only signs; answered: replied to, or ' +
                'unsubscribed from, another campaign; overlap: under way in another campaign.',
            ),
          variable: z.string().nullable().describe('Whose value it is.'),
          count: z.int(),
          examples: z.array(
            z.object({ id: z.uuid(), label: z.string(), value: z.string().nullable() }),
          ),
        }),
      )
      .describe('What the warnings say of people, counted over the whole roster.'),
  }),
  errors: ['campaign.not_found'],
  async run(context, { id }) {
    const row = await getCampaign(context.db, { workspaceId: context.workspaceId, campaignId: id });
    const { checks, problems, warnings, findings } = await checkReadiness(context, row);
    return {
      ready: problems.length === 0,
      checks,
      errors: problems.map((problem) => problem.message),
      warnings,
      problems,
      findings,
    };
  },
});
