import { z } from 'zod';
import { isAdminWherever, isMember } from '../../db/accounts/members.ts';
import { findPersonByEmail } from '../../db/accounts/persons.ts';
import { findMemberName, findWorkspace } from '../../db/workspaces.ts';
import { emailAddress } from '../../domain/text.ts';
import { issueLink, linkUrl } from '../../engine/accounts/links.ts';
import { AppError } from '../../errors.ts';
import { type Context, defineOperation, roles } from '../../operation.ts';
import { invalidRequest } from '../refusals.ts';
import { linkOnWire, linkOutput } from './wire.ts';

export const createLink = defineOperation({
  name: 'link.create',
  route: 'POST /api/links',
  cli: 'link create',
  summary: 'Invite somebody, or let a member choose a new password',
  description:
    'Give the link to the person: it works once, an invitation for 7 days, a reset for 24 hours. ' +
    'It is shown in this answer only. A new one for the same address ends the one before.',
  scope: 'admin',
  realTime: true,
  input: z.object({
    kind: z.enum(['invite', 'reset']).default('invite'),
    email: emailAddress().describe('For a reset that of a member.'),
    role: z.enum(roles).optional().describe('Of the new member; `editor` by default.'),
  }),
  output: z.object({
    link: linkOutput.extend({ url: z.string(), token: z.string() }),
  }),
  status: 201,
  errors: ['member.exists', 'member.not_found', 'member.elsewhere'],
  secret: true,
  async run(context, { kind, email, role }) {
    const { db, workspaceId, memberId, now, config } = context;
    if (kind === 'reset') await requireResettable(context, email, role);
    else if (await isMember(db, workspaceId, email)) throw new AppError('member.exists');
    const { row, token } = await issueLink(db, {
      kind,
      workspaceId,
      memberId,
      email,
      role: kind === 'invite' ? (role ?? 'editor') : null,
      at: now,
    });
    const workspace = (await findWorkspace(db, workspaceId)).name;
    const madeBy = await findMemberName(db, { workspaceId, memberId });
    const url = linkUrl(config, { kind, token });
    return { link: { ...linkOnWire({ ...row, workspace, madeBy }), url, token } };
  },
});

/**
 * A new password opens all workspaces of the person, so the caller must be an admin of each: an
 * admin of one would get into the others by it.
 */
async function requireResettable(
  { db, workspaceId, session }: Context,
  email: string,
  role: string | undefined,
): Promise<void> {
  if (role !== undefined)
    throw invalidRequest([
      { pointer: '/role', code: 'not_here', message: 'A reset changes no role.' },
    ]);
  if (!(await isMember(db, workspaceId, email))) throw new AppError('member.not_found');
  const { id } = (await findPersonByEmail(db, email))!;
  const by = session ? { personId: session.personId } : { workspaceId };
  if (!(await isAdminWherever(db, id, by))) throw new AppError('member.elsewhere');
}
