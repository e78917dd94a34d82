import { z } from 'zod';
import { getCampaign } from '../../db/campaigns/campaigns.ts';
import { readRules } from '../../db/people/rules.ts';
import { uuid } from '../../domain/text.ts';
import { defineOperation } from '../../operation.ts';
import { rulesOnWire, rulesOutput } from './wire.ts';

export const getRules = defineOperation({
  name: 'campaign_rule.get',
  route: 'GET /api/campaigns/{id}/rules',
  cli: 'campaign rule',
  summary: "Show a campaign's lead rules",
  description: 'A campaign without rules answers rules that do nothing.',
  scope: 'read',
  input: z.object({ id: uuid.describe('Campaign') }),
  output: z.object({ rules: rulesOutput }),
  errors: ['campaign.not_found'],
  async run({ db, workspaceId }, { id }) {
    await getCampaign(db, { workspaceId, campaignId: id });
    return { rules: rulesOnWire(await readRules(db, { workspaceId, campaignId: id })) };
  },
});
