import { z } from 'zod';
import type { LinkWithNames } from '../../db/accounts/links.ts';
import { type Role, roles } from '../../operation.ts';

export const tokenInput = z
  .string()
  .min(1)
  .max(100)
  .describe('The part of the link behind `#welcome=`, `#invite=` or `#reset=`.');

export const linkOutput = z.object({
  id: z.uuid(),
  kind: z
    .enum(['welcome', 'invite', 'reset'])
    .describe('The first account of the server, a new member, or a new password.'),
  email: z.string().nullable().describe('For whom; null for the first account.'),
  role: z.enum(roles).nullable().describe('Of the new member.'),
  workspace: z.string().nullable().describe('Its name.'),
  made_by: z.string().nullable().describe("Null when it was made on the server's machine."),
  created_at: z.iso.datetime(),
  expires_at: z.iso.datetime(),
});

export function linkOnWire(row: LinkWithNames): z.input<typeof linkOutput> {
  return {
    id: row.id,
    kind: row.kind,
    email: row.email,
    role: row.role as Role | null,
    workspace: row.workspace,
    made_by: row.madeBy,
    created_at: row.createdAt.toISOString(),
    expires_at: row.expiresAt.toISOString(),
  };
}
