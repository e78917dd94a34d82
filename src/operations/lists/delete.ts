import { z } from 'zod';
import { deleteList as deleteRow } from '../../db/lists.ts';
import { uuid } from '../../domain/text.ts';
import { defineOperation } from '../../operation.ts';
import { getOwnList } from './wire.ts';

export const deleteList = defineOperation({
  name: 'list.delete',
  route: 'DELETE /api/lists',
  cli: 'list delete',
  summary: 'Delete a list',
  description: 'Its leads stay.',
  scope: 'write',
  input: z.object({ id: uuid }),
  output: z.object({ success: z.literal(true) }),
  errors: ['list.not_found', 'list.protected'],
  async run({ db, workspaceId }, { id }) {
    const list = { workspaceId, listId: id };
    await getOwnList(db, list);
    await deleteRow(db, list);
    return { success: true as const };
  },
});
