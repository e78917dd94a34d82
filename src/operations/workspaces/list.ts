import { z } from 'zod';
import { findWorkspace, type WorkspaceRow } from '../../db/workspaces.ts';
import { defineOperation } from '../../operation.ts';

export const workspaceOutput = z.object({
  id: z.uuid(),
  name: z.string(),
  mode: z.enum(['live', 'sandbox']),
  created_at: z.iso.datetime(),
});

export function workspaceOnWire({
  id,
  name,
  mode,
  created_at,
}: WorkspaceRow): z.input<typeof workspaceOutput> {
  return { id, name, mode, created_at: created_at.toISOString() };
}

export const listWorkspaces = defineOperation({
  name: 'workspace.list',
  route: 'GET /api/workspaces',
  cli: 'workspace',
  summary: 'Show the workspace of the API key',
  description: 'A key belongs to one workspace and sees no other.',
  scope: 'read',
  input: z.object({}),
  output: z.object({ workspaces: z.array(workspaceOutput) }),
  errors: [],
  async run({ db, workspaceId }) {
    return { workspaces: [workspaceOnWire(await findWorkspace(db, workspaceId))] };
  },
});
