import { z } from 'zod';
import { listMemberships } from '../../db/accounts/members.ts';
import { findPerson } from '../../db/accounts/persons.ts';
import type { Db } from '../../db/database.ts';
import { type Caller, type Role, roles, scopes } from '../../operation.ts';
import { workspaceOnWire, workspaceOutput } from '../workspaces/wire.ts';

export const sessionOutput = z.object({
  id: z.uuid(),
  expires_at: z.iso.datetime().describe('30 days after the last use.'),
  person: z.object({ id: z.uuid(), email: z.string(), name: z.string() }),
  member_id: z.uuid().describe('The person in this workspace: `user_id` of what it makes.'),
  role: z.enum(roles),
  scopes: z.array(z.enum(scopes)).describe('The role as the scopes of keys.'),
  workspace: workspaceOutput.describe(
    'The one this call is about: that of the header `postrider-workspace`, else the first.',
  ),
  workspaces: z.array(workspaceOutput).describe('All of the person, live ones first.'),
});

/** The session of a caller that has signed in, with the person and the workspaces. */
export async function sessionOnWire(
  db: Db,
  { session, memberId, workspaceId, scopes: held }: Required<Omit<Caller, 'sandbox' | 'keyId'>>,
): Promise<z.input<typeof sessionOutput>> {
  const { id, email, name } = (await findPerson(db, session.personId))!;
  const all = await listMemberships(db, session.personId);
  const workspaces = all.map(({ createdAt, role, ...one }) =>
    workspaceOnWire({ ...one, created_at: createdAt }, role as Role),
  );
  return {
    id: session.id,
    expires_at: session.expiresAt.toISOString(),
    person: { id, email, name },
    member_id: memberId,
    role: session.role,
    scopes: [...held],
    workspace: workspaces.find((one) => one.id === workspaceId)!,
    workspaces,
  };
}
