import { z } from 'zod';
import { listMembers as listRows } from '../../db/workspaces.ts';
import { defineOperation } from '../../operation.ts';

export const listMembers = defineOperation({
  name: 'member.list',
  route: 'GET /api/members',
  cli: 'member',
  summary: 'List the members of the workspace',
  description: 'The oldest first.',
  scope: 'read',
  input: z.object({}),
  output: z.object({
    members: z.array(z.object({ id: z.uuid(), name: z.string(), created_at: z.iso.datetime() })),
  }),
  errors: [],
  async run({ db, workspaceId }) {
    const rows = await listRows(db, workspaceId);
    return {
      members: rows.map(({ id, name, created_at }) => ({
        id,
        name,
        created_at: created_at.toISOString(),
      })),
    };
  },
});
