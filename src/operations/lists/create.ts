import { z } from 'zod';
import { addToList, insertList } from '../../db/people/lists.ts';
import { text, uuid } from '../../domain/text.ts';
import { defineOperation } from '../../operation.ts';
import { getList, listOnWire, listOutput, listTypes } from './wire.ts';

export const createList = defineOperation({
  name: 'list.create',
  route: 'POST /api/lists',
  cli: 'list create',
  summary: 'Make a list of leads',
  scope: 'write',
  input: z.object({
    name: text({ min: 1, max: 255 }).default('Untitled List'),
    description: text({ max: 2000 }).nullable().default(null),
    leadType: z.enum(listTypes).default('person'),
    leadIds: z
      .array(uuid)
      .max(1000)
      .default([])
      .describe('Leads to put into it; unknown ids are ignored.'),
  }),
  output: z.object({ list: listOutput }),
  status: 201,
  errors: [],
  async run({ db, workspaceId, newId, now }, { leadIds, ...values }) {
    const list = { workspaceId, listId: newId() };
    await insertList(db, { ...list, ...values, now });
    await addToList(db, list, { leadIds, now });
    return { list: listOnWire(await getList(db, list)) };
  },
});
