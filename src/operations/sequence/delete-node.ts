import { z } from 'zod';
import { removeNode } from '../../domain/sequence/sequence.ts';
import { uuid } from '../../domain/text.ts';
import { defineOperation } from '../../operation.ts';
import { changeSequence, sequenceOutput } from './draft.ts';

export const deleteNode = defineOperation({
  name: 'sequence.delete_node',
  route: 'DELETE /api/campaigns/{id}/sequence/nodes',
  cli: 'campaign sequence node delete',
  summary: "Delete a node of a draft's sequence",
  description:
    'Its message drafts are deleted with it, and the nodes after it move up. The end cannot ' +
    'be deleted, because a sequence without it cannot be launched.',
  scope: 'write',
  input: z.object({ id: uuid, nodeId: uuid }),
  output: sequenceOutput,
  errors: ['campaign.not_found', 'campaign.not_draft', 'node.not_found', 'sequence.invalid'],
  run: (context, { id, nodeId }) =>
    changeSequence(context, id, (nodes) => removeNode(nodes, nodeId)),
});
