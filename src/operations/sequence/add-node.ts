import { z } from 'zod';
import { insertNode, sequenceNodeInput } from '../../domain/sequence/sequence.ts';
import { uuid } from '../../domain/text.ts';
import { defineOperation } from '../../operation.ts';
import { warnOfIgnored } from '../campaigns/fields.ts';
import { changeSequence, sequenceOutput } from './draft.ts';

const {
  id: _id,
  position: _position,
  campaign_id: _campaign,
  ...content
} = sequenceNodeInput.shape;

export const addNode = defineOperation({
  name: 'sequence.add_node',
  route: 'POST /api/campaigns/{id}/sequence/nodes',
  cli: 'campaign sequence node add',
  summary: "Add a node to a draft's sequence",
  description:
    'The node is put right before the end unless a position is given. Fields that do not ' +
    'apply to its type are ignored with a warning.',
  scope: 'write',
  input: z.object({
    id: uuid,
    position: z.int().min(0).nullish().describe('From 0; the end stays last.'),
    ...content,
  }),
  output: sequenceOutput,
  errors: ['campaign.not_found', 'campaign.not_draft', 'sequence.invalid'],
  unknown: 'warn',
  run(context, { id, position, ...given }) {
    return changeSequence(context, id, (nodes, { type: channel }) => {
      const written = insertNode(nodes, { given, position, channel, newId: context.newId });
      warnOfIgnored(context, written.ignored);
      return written.nodes;
    });
  },
});
