import { z } from 'zod';
import { addToList } from '../../db/people/lists.ts';
import { uuid } from '../../domain/text.ts';
import { defineOperation } from '../../operation.ts';
import { requireSendForLists } from '../require-send.ts';
import { getOwnList } from './wire.ts';

export const addListLeads = defineOperation({
  name: 'list_lead.add',
  route: 'POST /api/lists/{id}/leads',
  cli: 'list lead add',
  summary: 'Put leads into a list',
  description: 'Ids of leads that are in it already, or that do not exist, are ignored.',
  scope: 'write',
  input: z.object({ id: uuid.describe('List'), leadIds: z.array(uuid).min(1).max(1000) }),
  output: z.object({ added: z.int() }),
  errors: ['list.not_found', 'list.protected'],
  async run(context, { id, leadIds }) {
    const { db, workspaceId, now } = context;
    const list = { workspaceId, listId: id };
    await getOwnList(db, list);
    await requireSendForLists(context, [id], ['synced']);
    return { added: await addToList(db, list, { leadIds, now }) };
  },
});
