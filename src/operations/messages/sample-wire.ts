import { z } from 'zod';
import type { CampaignRow } from '../../db/campaigns/campaigns.ts';
import { findNodes } from '../../db/campaigns/sequences.ts';
import { readRosterPerson } from '../../domain/people/prospect-input.ts';
import { nodeContentShape } from '../../domain/sequence/nodes/input.ts';
import {
  normaliseSequence,
  type SequenceNode,
  sequenceNodeInput,
} from '../../domain/sequence/sequence.ts';
import { uuid } from '../../domain/text.ts';
import type { SampleAsk } from '../../engine/forecast/sample.ts';
import { AppError, type Problem } from '../../errors.ts';
import type { Context } from '../../operation.ts';
import { warnOfIgnored } from '../campaigns/fields.ts';

const { subject, body, body_html, signature, from_name } = nodeContentShape;

/** Which step is shown, its person and sender, and with which texts. */
export const sampleInput = {
  node_id: uuid.optional().describe('The touch; the first one unless given.'),
  prospect_id: uuid
    .optional()
    .describe('A person of the roster; the first one unless this or person is given.'),
  person: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('Somebody who is on no roster, with the fields of POST …/leads.'),
  account_id: uuid.optional().describe("The campaign's first sender unless given."),
  sequence_nodes: z
    .array(sequenceNodeInput)
    .max(100)
    .optional()
    .describe('A sequence that is not saved yet, instead of the saved one.'),
  position: z
    .int()
    .min(0)
    .max(100)
    .optional()
    .describe('Place of the touch in the sequence, from 0, where it has no id yet.'),
  texts: z
    .strictObject({ subject, body, body_html, signature, from_name })
    .optional()
    .describe('Texts of the touch that are not saved yet, instead of the saved ones.'),
};

type Given = z.output<z.ZodObject<typeof sampleInput>>;

/** @throws request.invalid for a person that could not join the campaign, sequence.invalid */
export async function askOf(
  context: Context,
  campaign: CampaignRow,
  given: Given,
): Promise<SampleAsk> {
  const channel = campaign.type;
  const errors: Problem[] = [];
  const person = given.person
    ? readRosterPerson(channel, given.person, (field, code, message) => {
        if (code !== 'ignored' && code !== 'dropped')
          errors.push({ pointer: `/person/${field}`, code, message });
      })
    : null;
  if (errors[0]) throw new AppError('request.invalid', errors[0].message, { errors });
  const texts = Object.fromEntries(
    Object.entries(given.texts ?? {}).filter(([, text]) => text !== undefined),
  );
  return {
    nodes: given.sequence_nodes && (await nodesOf(context, campaign, given.sequence_nodes)),
    position: given.position,
    nodeId: given.node_id,
    prospectId: given.prospect_id,
    senderId: given.account_id,
    person: person ?? undefined,
    texts,
  };
}

/** The nodes as they would be saved. */
async function nodesOf(
  context: Context,
  campaign: CampaignRow,
  input: NonNullable<Given['sequence_nodes']>,
): Promise<SequenceNode[]> {
  const ids = input.flatMap((node) => node.id ?? []);
  const known = await findNodes(context.db, campaign, ids);
  const written = normaliseSequence(input, known, campaign.type, context.newId);
  warnOfIgnored(context, written.ignored);
  return written.nodes;
}
