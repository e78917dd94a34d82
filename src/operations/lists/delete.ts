import { z } from 'zod';
import { takeTime } from '../../db/database.ts';
import { deleteList as deleteRow } from '../../db/people/lists.ts';
import { uuid } from '../../domain/text.ts';
import { detachList } from '../../engine/people/lead-rules.ts';
import { defineOperation } from '../../operation.ts';
import { requireSendForLists } from '../require-send.ts';
import { getOwnList } from './wire.ts';

export const deleteList = defineOperation({
  name: 'list.delete',
  route: 'DELETE /api/lists',
  cli: 'list delete',
  summary: 'Delete a list',
  description:
    'Its leads stay. Campaigns that it feeds treat its people as their rules say ' +
    '(detach_behavior).',
  scope: 'write',
  input: z.object({ id: uuid }),
  output: z.object({ success: z.literal(true) }),
  errors: ['list.not_found', 'list.protected'],
  async run(context, { id }) {
    const { db, workspaceId, now, actor } = context;
    const list = { workspaceId, listId: id };
    await takeTime(db);
    await getOwnList(db, list);
    await requireSendForLists(context, [id], ['excluded']);
    await detachList(db, list, { now, actor });
    await deleteRow(db, list);
    return { success: true as const };
  },
});
