import { z } from 'zod';
import { getCampaign } from '../../db/campaigns/campaigns.ts';
import { listAutomations as listRows } from '../../db/people/automations.ts';
import { uuid } from '../../domain/text.ts';
import { defineOperation } from '../../operation.ts';
import { automationOnWire, automationOutput } from './wire.ts';

export const listAutomations = defineOperation({
  name: 'automation.list',
  route: 'GET /api/campaigns/{id}/automations',
  cli: 'campaign automation',
  summary: "List a campaign's automations",
  scope: 'read',
  input: z.object({ id: uuid.describe('Campaign') }),
  output: z.object({ automations: z.array(automationOutput) }),
  errors: ['campaign.not_found'],
  async run({ db, workspaceId }, { id }) {
    await getCampaign(db, { workspaceId, campaignId: id });
    return {
      automations: (await listRows(db, { workspaceId, campaignIds: [id] })).map(automationOnWire),
    };
  },
});
