import { z } from 'zod';
import { editNode, nodeContentShape, sequenceNodeInput } from '../../domain/sequence/sequence.ts';
import { uuid } from '../../domain/text.ts';
import { defineOperation } from '../../operation.ts';
import { warnOfIgnored } from '../campaigns/fields.ts';
import { nodeOutput } from '../campaigns/shape.ts';
import { changeSequence } from './draft.ts';

export const updateNode = defineOperation({
  name: 'sequence.update_node',
  route: 'PUT /api/campaigns/{id}/sequence/nodes/{nodeId}',
  cli: 'campaign sequence node update',
  summary: "Change the content of one node of a draft's sequence",
  description:
    'Fields left out keep their value. Type and position cannot change; fields that do not ' +
    'apply to the type are ignored with a warning. Delays are checked at launch.',
  scope: 'write',
  input: z.object({
    id: uuid,
    nodeId: uuid,
    attachments: sequenceNodeInput.shape.attachments,
    ...nodeContentShape,
  }),
  output: z.object({ node: nodeOutput }),
  errors: ['campaign.not_found', 'campaign.not_draft', 'node.not_found'],
  unknown: 'warn',
  async run(context, { id, nodeId, attachments: _none, ...edit }) {
    const { sequence_nodes } = await changeSequence(context, id, (nodes) => {
      const written = editNode(nodes, nodeId, edit);
      warnOfIgnored(context, written.ignored);
      return written.nodes;
    });
    return { node: sequence_nodes.find((node) => node.id === nodeId)! };
  },
});
