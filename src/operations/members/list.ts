import { z } from 'zod';
import { listMemberRows, type MemberRow } from '../../db/accounts/members.ts';
import { defineOperation, type Role, roles } from '../../operation.ts';

export const memberOutput = z.object({
  id: z.uuid(),
  name: z.string(),
  email: z.string().nullable().describe('Null for one that acts by keys only.'),
  role: z.enum(roles),
  created_at: z.iso.datetime(),
});

export function memberOnWire(row: MemberRow): z.input<typeof memberOutput> {
  const { id, name, email, role, createdAt } = row;
  return { id, name, email, role: role as Role, created_at: createdAt.toISOString() };
}

export const listMembers = defineOperation({
  name: 'member.list',
  route: 'GET /api/members',
  cli: 'member',
  summary: 'List the members of the workspace',
  description: 'The oldest first.',
  scope: 'read',
  input: z.object({}),
  output: z.object({ members: z.array(memberOutput) }),
  errors: [],
  async run({ db, workspaceId }) {
    return { members: (await listMemberRows(db, workspaceId)).map(memberOnWire) };
  },
});
