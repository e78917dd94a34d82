import { z } from 'zod';
import { moveNode as move } from '../../domain/sequence/sequence.ts';
import { uuid } from '../../domain/text.ts';
import { defineOperation } from '../../operation.ts';
import { changeSequence, sequenceOutput } from './draft.ts';

export const moveNode = defineOperation({
  name: 'sequence.move_node',
  route: 'PATCH /api/campaigns/{id}/sequence/nodes',
  cli: 'campaign sequence node move',
  summary: "Move a node of a draft's sequence",
  description: 'The nodes in between move by one; the end stays last.',
  scope: 'write',
  input: z.object({ id: uuid, nodeId: uuid, toPosition: z.int().min(0) }),
  output: sequenceOutput,
  errors: ['campaign.not_found', 'campaign.not_draft', 'node.not_found', 'sequence.invalid'],
  run: (context, { id, nodeId, toPosition }) =>
    changeSequence(context, id, (nodes) => move(nodes, nodeId, toPosition)),
});
