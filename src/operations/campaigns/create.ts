import { z } from 'zod';
import { replaceCampaignSenders } from '../../db/campaigns/campaign-senders.ts';
import { insertCampaign } from '../../db/campaigns/campaigns.ts';
import { writeNodes } from '../../db/campaigns/sequences.ts';
import { campaignTypeNames, typeOf } from '../../domain/sequence/campaign.ts';
import { seedSequence } from '../../domain/sequence/sequence.ts';
import { defineOperation } from '../../operation.ts';
import {
  applicable,
  campaignName,
  checkSenders,
  namesAround,
  nameTaken,
  settingColumns,
  settingInputs,
} from './fields.ts';
import { campaignOutput, nodeOutput, nodesOnWire, showCampaign } from './shape.ts';

export const createCampaign = defineOperation({
  name: 'campaign.create',
  route: 'POST /api/campaigns',
  cli: 'campaign create',
  summary: 'Create a draft campaign for one channel',
  description:
    'Seeds the sequence [email, end], [connection_request, end] or, on X, [message, end] with ' +
    'empty texts: fill them in, add people, then launch. Names are unique per user; a 409 ' +
    'carries `suggested_name`. Fields of other channels are ignored with a warning, and so is ' +
    'operating_hours on an email campaign: PATCH accepts it.',
  scope: 'write',
  input: z.object({ type: z.enum(campaignTypeNames), name: campaignName, ...settingInputs }),
  output: z.object({ campaign: campaignOutput.extend({ sequence_nodes: z.array(nodeOutput) }) }),
  status: 201,
  errors: ['campaign.name_taken', 'campaign.sender_mismatch'],
  unknown: 'warn',
  async run(context, { type, name, ...settings }) {
    const { db, workspaceId, memberId, newId, now } = context;
    const fields = applicable(context, settings, { type, status: null });
    const senders = await checkSenders(context, type, fields.sender_account_ids ?? []);
    const row = await insertCampaign(db, {
      ...typeOf({ type }).defaults,
      ...settingColumns(fields),
      workspace_id: workspaceId,
      id: newId(),
      member_id: memberId,
      type,
      name,
      status: 'draft',
      created_at: now,
      updated_at: now,
    });
    if (!row) throw nameTaken(name, await namesAround(context, memberId, name));
    const nodes = seedSequence(type, newId);
    await writeNodes(db, row, { nodes, at: now });
    await replaceCampaignSenders(db, { workspaceId, campaignId: row.id }, senders);
    return {
      campaign: { ...(await showCampaign(context, row)), sequence_nodes: nodesOnWire(row, nodes) },
    };
  },
});
