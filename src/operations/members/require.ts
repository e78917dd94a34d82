import { findMember } from '../../db/accounts/members.ts';
import type { Context } from '../../operation.ts';
import { refuseProblems } from '../refusals.ts';

/** @throws request.invalid when the workspace has no such member */
export async function requireMember(
  { db, workspaceId }: Pick<Context, 'db' | 'workspaceId'>,
  id: string,
  pointer: string,
): Promise<void> {
  if (await findMember(db, { workspaceId, memberId: id })) return;
  const message = `There is no member ${id}.`;
  refuseProblems([{ pointer, code: 'member.not_found', message }]);
}
