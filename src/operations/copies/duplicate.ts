import { z } from 'zod';
import { copyCampaignSenders } from '../../db/campaigns/campaign-senders.ts';
import { getCampaign } from '../../db/campaigns/campaigns.ts';
import { uuid } from '../../domain/text.ts';
import { copiedSettings, copyContent } from '../../engine/campaigns/copy.ts';
import { defineOperation } from '../../operation.ts';
import { insertNamed } from '../campaigns/create.ts';
import { campaignName } from '../campaigns/fields.ts';
import { campaignOutput, nodeOutput, showWithNodes } from '../campaigns/shape.ts';

export const duplicateCampaign = defineOperation({
  name: 'campaign.duplicate',
  route: 'POST /api/campaigns/{id}/duplicate',
  cli: 'campaign duplicate',
  summary: 'Make a draft with the settings of a campaign',
  description:
    'Hours, limits, texts, senders with their limits, and columns are the same; people, lead ' +
    'rules, automations and the start date are not taken over. A name in use gets a number.',
  scope: 'write',
  input: z.object({
    id: uuid,
    name: campaignName.optional().describe("The campaign's own with a number by default."),
  }),
  output: z.object({ campaign: campaignOutput, sequence_nodes: z.array(nodeOutput) }),
  status: 201,
  errors: ['campaign.not_found', 'campaign.name_taken'],
  async run(context, { id, name }) {
    const source = await getCampaign(context.db, {
      workspaceId: context.workspaceId,
      campaignId: id,
    });
    const values = { ...copiedSettings(source), type: source.type, name: name ?? source.name };
    const copy = await insertNamed(context, values, true);
    await copyContent(context, source, copy);
    await copyCampaignSenders(
      context.db,
      { workspaceId: context.workspaceId, campaignId: id },
      copy.id,
    );
    return showWithNodes(context, copy);
  },
});
