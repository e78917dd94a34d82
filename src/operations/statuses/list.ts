import { z } from 'zod';
import { listLabels } from '../../db/people/labels.ts';
import { defineOperation } from '../../operation.ts';
import { labelOnWire, statusOutput } from '../tags/wire.ts';

export const listStatuses = defineOperation({
  name: 'status.list',
  route: 'GET /api/statuses',
  cli: 'status',
  summary: 'List the lead statuses of the workspace',
  description: 'A lead has at most one: its place in the pipeline. In the order they were made.',
  scope: 'read',
  input: z.object({}),
  output: z.object({ statuses: z.array(statusOutput) }),
  errors: [],
  async run({ db, workspaceId }) {
    return { statuses: (await listLabels(db, 'lead_statuses', workspaceId)).map(labelOnWire) };
  },
});
