import { z } from 'zod';
import type { WorkspaceRow } from '../../db/workspaces.ts';
import { type Role, roles } from '../../operation.ts';

export const workspaceOutput = z.object({
  id: z.uuid(),
  name: z.string(),
  mode: z.enum(['live', 'sandbox']),
  created_at: z.iso.datetime(),
  role: z.enum(roles).nullable().describe('Yours, when you have signed in; null for a key.'),
});

export function workspaceOnWire(
  { id, name, mode, created_at }: WorkspaceRow,
  role: Role | null,
): z.input<typeof workspaceOutput> {
  return { id, name, mode, created_at: created_at.toISOString(), role };
}
