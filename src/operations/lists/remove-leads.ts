import { z } from 'zod';
import { removeFromList } from '../../db/people/lists.ts';
import { uuid } from '../../domain/text.ts';
import { defineOperation } from '../../operation.ts';
import { requireSendForLists } from '../require-send.ts';
import { getOwnList } from './wire.ts';

export const removeListLeads = defineOperation({
  name: 'list_lead.remove',
  route: 'DELETE /api/lists/{id}/leads',
  cli: 'list lead remove',
  summary: 'Take leads out of a list',
  description: 'The leads themselves stay.',
  scope: 'write',
  input: z.object({ id: uuid.describe('List'), leadIds: z.array(uuid).min(1).max(1000) }),
  output: z.object({ removed: z.int() }),
  errors: ['list.not_found', 'list.protected'],
  async run(context, { id, leadIds }) {
    const { db, workspaceId } = context;
    const list = { workspaceId, listId: id };
    await getOwnList(db, list);
    await requireSendForLists(context, [id], ['excluded']);
    return { removed: await removeFromList(db, list, leadIds) };
  },
});
