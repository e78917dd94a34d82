import { z } from 'zod';
import { getCampaign } from '../../db/campaigns/campaigns.ts';
import { enrolmentStates, type OutOfScope, outOfScope } from '../../domain/people/rule.ts';
import { uuid } from '../../domain/text.ts';
import { assessLead } from '../../engine/people/rules.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';

const reasons = Object.keys(outOfScope) as [OutOfScope, ...OutOfScope[]];

export const explainRules = defineOperation({
  name: 'campaign_rule.explain',
  route: 'GET /api/campaigns/{id}/rules/leads/{leadId}',
  cli: 'campaign rule explain',
  summary: "Explain why a campaign's lead rules include a lead or not",
  description:
    'As of this moment. `state` is what the rules have done with the lead so far: in, ' +
    'unlinked (stays without being fed), left (out of the lists after it was written to), ' +
    'removed (before that), or null for a lead they never brought in.',
  scope: 'read',
  input: z.object({ id: uuid.describe('Campaign'), leadId: uuid }),
  output: z.object({
    in_scope: z.boolean(),
    reason: z.enum(reasons).nullable(),
    words: z.string().nullable(),
    synced_list_ids: z.array(z.uuid()).describe('The synced lists the lead is in.'),
    state: z.enum(enrolmentStates).nullable(),
    prospect_id: z.uuid().nullable(),
  }),
  errors: ['campaign.not_found', 'lead.not_found'],
  async run({ db, workspaceId }, { id, leadId }) {
    const { type } = await getCampaign(db, { workspaceId, campaignId: id });
    const {
      outOfScope: why,
      lists,
      state,
      prospectId,
    } = await assessLead(db, { workspaceId, campaignId: id, type }, leadId);
    if (why === 'gone' && state === null) throw new AppError('lead.not_found');
    const synced_list_ids = lists === null ? [] : lists.slice(1, -1).split(',');
    return {
      in_scope: why === null,
      reason: why,
      words: why && outOfScope[why],
      synced_list_ids,
      state,
      prospect_id: prospectId,
    };
  },
});
