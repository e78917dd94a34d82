import { z } from 'zod';
import { findMember, saveRole } from '../../db/accounts/members.ts';
import { appendEvents } from '../../db/events.ts';
import { uuid } from '../../domain/text.ts';
import { findReplaceable } from '../../engine/accounts/members.ts';
import { AppError } from '../../errors.ts';
import { defineOperation, roles } from '../../operation.ts';
import { memberOnWire, memberOutput } from './list.ts';

export const updateMember = defineOperation({
  name: 'member.update',
  route: 'PATCH /api/members/{id}',
  cli: 'member update',
  summary: 'Give a member another role',
  description:
    'It holds from the next call of the member on. Keys of the member do no more than the role: ' +
    'viewer reads, editor writes drafts too, operator sends too, admin does all.',
  scope: 'admin',
  input: z.object({ id: uuid, role: z.enum(roles) }),
  output: z.object({ member: memberOutput }),
  errors: ['member.not_found', 'member.last_admin'],
  async run({ db, workspaceId, now, actor }, { id, role }) {
    const member = { workspaceId, memberId: id };
    const find = role === 'admin' ? findMember : findReplaceable;
    const row = await find(db, member);
    if (!row) throw new AppError('member.not_found');
    if (row.role === role) return { member: memberOnWire(row) };
    await saveRole(db, { ...member, role });
    await appendEvents(db, { workspaceId, at: now, actor }, [
      { kind: 'member.changed', data: { member_id: id, role } },
    ]);
    return { member: memberOnWire({ ...row, role }) };
  },
});
