import { z } from 'zod';
import { replaceCampaignSenders } from '../../db/campaigns/campaign-senders.ts';
import {
  type CampaignRow,
  type CampaignValues,
  insertCampaign,
} from '../../db/campaigns/campaigns.ts';
import { writeNodes } from '../../db/campaigns/sequences.ts';
import { operatingHours } from '../../domain/hours/schedule.ts';
import { workingHours } from '../../domain/hours/spelling.ts';
import { campaignTypeNames, freeName, typeOf } from '../../domain/sequence/campaign.ts';
import { seedSequence } from '../../domain/sequence/sequence.ts';
import { type Context, defineOperation } from '../../operation.ts';
import {
  applicable,
  campaignName,
  checkSenders,
  namesAround,
  nameTaken,
  numberName,
  settingColumns,
  settingInputs,
  unchecked,
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
    'operating_hours on an email campaign: give `hours`. Without hours it sends at any time; ' +
    'the command line creates campaigns for working days, 9 to 17, unless told.',
  scope: 'write',
  input: z.object({
    type: z.enum(campaignTypeNames),
    name: campaignName,
    number_name: numberName,
    ...unchecked(settingInputs),
    hours: z
      .union([z.literal('working_days'), operatingHours])
      .optional()
      .describe(
        'operating_hours of a campaign of any type; "working_days" is Monday to Friday, 9 to 17.',
      ),
  }),
  output: z.object({ campaign: campaignOutput.extend({ sequence_nodes: z.array(nodeOutput) }) }),
  status: 201,
  errors: ['campaign.name_taken', 'campaign.sender_mismatch'],
  unknown: 'warn',
  async run(context, { type, name, number_name: isNumbered = false, hours, ...settings }) {
    const { db, workspaceId, newId, now } = context;
    const open = hours === 'working_days' ? workingHours : hours;
    const fields = applicable(context, settingInputs, {
      input: settings,
      campaign: { type, status: null },
    });
    const senders = await checkSenders(context, type, fields.sender_account_ids ?? []);
    const given = open === undefined ? fields : { ...fields, operating_hours: open };
    const values = { ...typeOf({ type }).defaults, ...settingColumns(given), type, name };
    const row = await insertNamed(context, values, isNumbered);
    const nodes = seedSequence(type, newId);
    await writeNodes(db, row, { nodes, at: now });
    await replaceCampaignSenders(db, { workspaceId, campaignId: row.id }, senders);
    return {
      campaign: { ...(await showCampaign(context, row)), sequence_nodes: nodesOnWire(row, nodes) },
    };
  },
});

/** How often another number is tried, when others take it at the same time. */
const tries = 5;

/**
 * Inserts a draft; a name in use gets a number when that was asked for.
 * @throws campaign.name_taken
 */
export async function insertNamed(
  context: Context,
  values: CampaignValues & { type: string; name: string },
  isNumbered: boolean,
): Promise<CampaignRow> {
  const { db, workspaceId, memberId, newId, now } = context;
  let { name } = values;
  for (let n = 0; ; n += 1) {
    const row = await insertCampaign(db, {
      ...values,
      name,
      given_name: name === values.name ? null : values.name,
      workspace_id: workspaceId,
      id: newId(),
      member_id: memberId,
      status: 'draft',
      created_at: now,
      updated_at: now,
    });
    if (row) return row;
    const taken = await namesAround(context, memberId, values.name);
    if (!isNumbered || n === tries) throw nameTaken(values.name, taken);
    name = freeName(values.name, taken);
  }
}
