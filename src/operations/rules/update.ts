import { z } from 'zod';
import { lockCampaign } from '../../db/campaigns/campaigns.ts';
import { uuid } from '../../domain/text.ts';
import { changeRules, type RuleChange } from '../../engine/people/lead-rules.ts';
import { type Context, defineOperation } from '../../operation.ts';
import { requireSendAfterLaunch } from '../require-send.ts';
import { ruleInputs, rulesOnWire, rulesOutput } from './wire.ts';

/** PATCH and PUT do the same: a field left out keeps its value, an empty list clears. */
const shared = {
  description:
    'A field left out keeps its value, an empty list clears. The lists must be lists of the ' +
    'workspace, other than "all". People are brought in and taken off in the background: the ' +
    'campaign is `syncing` meanwhile. A campaign with synced lists takes people after the ' +
    'launch too, can be launched without any, and stays active while it has some. A person ' +
    'who leaves every list that fed them before being written to is taken off as "cancelled", ' +
    'and comes back as the same person. Rules concern only people they brought in, not people ' +
    'added by hand. A mapping concerns people who come in after it.',
  scope: 'write' as const,
  input: z.object({ id: uuid.describe('Campaign'), ...ruleInputs }),
  output: z.object({ rules: rulesOutput }),
  errors: ['campaign.not_found', 'campaign.launch_in_progress'] as const,
  async run(context: Context, { id, ...change }: { id: string } & RuleChange) {
    const { db, workspaceId, now, actor } = context;
    const campaign = await lockCampaign(db, { workspaceId, campaignId: id });
    requireSendAfterLaunch(context, campaign);
    return { rules: rulesOnWire(await changeRules(db, campaign, change, { now, actor })) };
  },
};

export const updateRules = defineOperation({
  ...shared,
  name: 'campaign_rule.update',
  route: 'PATCH /api/campaigns/{id}/rules',
  cli: 'campaign rule update',
  summary: 'Change which lists feed a campaign, and which people are kept out',
});

export const putRules = defineOperation({
  ...shared,
  name: 'campaign_rule.put',
  route: 'PUT /api/campaigns/{id}/rules',
  cli: 'campaign rule put',
  summary: 'The same as PATCH',
});
