import { findMember, lockAdmins, type MemberRow } from '../../db/accounts/members.ts';
import type { Db } from '../../db/database.ts';
import { AppError } from '../../errors.ts';

/**
 * The member, which may become something else than an admin, because the workspace keeps another
 * admin who can sign in. Callers that take the right from different admins wait for each other.
 * @throws member.not_found, member.last_admin
 */
export async function findReplaceable(
  db: Db,
  member: { workspaceId: string; memberId: string },
): Promise<MemberRow> {
  const admins = await lockAdmins(db, member.workspaceId);
  const row = await findMember(db, member);
  if (!row) throw new AppError('member.not_found');
  const isAdmin = row.role === 'admin';
  if (isAdmin && admins.every((id) => id === member.memberId))
    throw new AppError('member.last_admin');
  return row;
}
