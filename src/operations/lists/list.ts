import { z } from 'zod';
import { listOfAllLeads, listLists as listRows } from '../../db/people/lists.ts';
import { defineOperation } from '../../operation.ts';
import { listOnWire, listOutput } from './wire.ts';

export const listLists = defineOperation({
  name: 'list.list',
  route: 'GET /api/lists',
  cli: 'list',
  summary: 'List the lists of leads',
  description: 'First "all", which holds every lead of the workspace, then the newest.',
  scope: 'read',
  input: z.object({}),
  output: z.object({ lists: z.array(listOutput) }),
  errors: [],
  async run({ db, workspaceId }) {
    return {
      lists: [await listOfAllLeads(db, workspaceId), ...(await listRows(db, workspaceId))].map(
        listOnWire,
      ),
    };
  },
});
