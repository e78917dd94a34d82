import { z } from 'zod';
import { listMemberships } from '../../db/accounts/members.ts';
import { findWorkspace } from '../../db/workspaces.ts';
import { defineOperation, type Role } from '../../operation.ts';
import { workspaceOnWire, workspaceOutput } from './wire.ts';

export const listWorkspaces = defineOperation({
  name: 'workspace.list',
  route: 'GET /api/workspaces',
  cli: 'workspace',
  summary: 'List your workspaces',
  description:
    'Those of the person who has signed in, live ones first. A key belongs to one workspace and ' +
    'sees no other.',
  scope: 'read',
  input: z.object({}),
  output: z.object({ workspaces: z.array(workspaceOutput) }),
  errors: [],
  async run({ db, workspaceId, session }) {
    if (!session)
      return { workspaces: [workspaceOnWire(await findWorkspace(db, workspaceId), null)] };
    const rows = await listMemberships(db, session.personId);
    const workspaces = rows.map(({ createdAt, role, ...row }) =>
      workspaceOnWire({ ...row, created_at: createdAt }, role as Role),
    );
    return { workspaces };
  },
});
