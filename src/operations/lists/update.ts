import { z } from 'zod';
import { updateList as writeList } from '../../db/people/lists.ts';
import { text, uuid } from '../../domain/text.ts';
import { defineOperation } from '../../operation.ts';
import { changesOf, isEmpty } from '../unchanged.ts';
import { getList, getOwnList, listOnWire, listOutput, listTypes } from './wire.ts';

export const updateList = defineOperation({
  name: 'list.update',
  route: 'PATCH /api/lists',
  cli: 'list update',
  summary: 'Rename, describe or convert a list',
  scope: 'write',
  input: z.object({
    id: uuid,
    name: text({ min: 1, max: 255 }).optional(),
    description: text({ max: 2000 }).nullable().optional(),
    leadType: z.enum(listTypes).optional(),
  }),
  output: z.object({ list: listOutput }),
  errors: ['list.not_found', 'list.protected'],
  async run({ db, workspaceId, now }, { id, name, description, leadType }) {
    const list = { workspaceId, listId: id };
    const given = { name, description, leadType };
    const before = listOnWire(await getList(db, list));
    if (isEmpty(changesOf(given, before))) return { list: before };
    await getOwnList(db, list);
    await writeList(db, list, { name, description, lead_type: leadType, updated_at: now });
    return { list: listOnWire(await getList(db, list)) };
  },
});
