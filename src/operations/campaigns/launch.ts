import { z } from 'zod';
import { lockCampaign } from '../../db/campaigns/campaigns.ts';
import { uuid } from '../../domain/text.ts';
import { acknowledge } from '../../engine/campaigns/acknowledge.ts';
import { launch } from '../../engine/campaigns/launch.ts';
import { defineOperation } from '../../operation.ts';
import { acknowledgeRules } from '../acknowledge-rules.ts';

export const launchCampaign = defineOperation({
  name: 'campaign.launch',
  route: 'POST /api/campaigns/{id}/launch',
  cli: 'campaign launch',
  summary: 'Launch a draft campaign',
  description:
    'Checks first, and refuses with the list of all problems. Then the campaign is active and ' +
    'its senders begin, inside its hours and limits. A campaign with an empty roster is ' +
    'completed at once, unless lists feed it. dry_run=true shows the effects and changes ' +
    'nothing.',
  scope: 'send',
  input: z.object({
    id: uuid,
    dry_run: z.boolean().default(false),
    acknowledge_rules: acknowledgeRules,
  }),
  output: z.object({
    success: z.boolean(),
    message: z.string(),
    runId: z.uuid().nullable().describe('Null for a dry run.'),
    prospectsToProcess: z.int(),
    status: z.enum(['active', 'completed']),
    skippedProspects: z
      .array(
        z.object({
          id: z.uuid(),
          name: z.string().nullable(),
          linkedin_url: z.string().nullable(),
        }),
      )
      .optional()
      .describe(
        'With skip_other_campaigns: people who are in another active campaign and were left ' +
          'out, the first 1,000; GET …/leads?status=skipped has all.',
      ),
    skippedCount: z.int().optional().describe('How many were left out.'),
    warning: z.string().optional(),
  }),
  errors: ['campaign.not_found', 'campaign.not_launchable', 'campaign.launch_in_progress'],
  async run(context, { id, dry_run: dryRun, acknowledge_rules }) {
    const row = await lockCampaign(context.db, {
      workspaceId: context.workspaceId,
      campaignId: id,
    });
    const { status, prospectsToProcess, warnings, skipped } = await launch(context, row, {
      now: context.now,
      actor: context.actor,
      dryRun,
      acknowledges: acknowledge_rules,
    });
    if (acknowledge_rules && !dryRun && !context.sandbox)
      await acknowledge(context.db, { ...context, type: row.type });
    const outcome =
      status === 'active'
        ? 'Campaign launch started'
        : 'The campaign has no people to reach and is completed';
    return {
      success: true,
      message: dryRun ? 'Nothing was changed: this is what a launch would do' : outcome,
      runId: dryRun ? null : context.newId(),
      prospectsToProcess,
      status,
      ...(skipped.count > 0
        ? { skippedProspects: skipped.people, skippedCount: skipped.count }
        : {}),
      ...(warnings.length > 0 ? { warning: warnings.join(' ') } : {}),
    };
  },
});
