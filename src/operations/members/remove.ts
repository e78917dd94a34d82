import { z } from 'zod';
import { listMemberships, removeMemberRow } from '../../db/accounts/members.ts';
import { deleteOtherSessions } from '../../db/accounts/sessions.ts';
import { appendEvents } from '../../db/events.ts';
import { uuid } from '../../domain/text.ts';
import { findReplaceable } from '../../engine/accounts/members.ts';
import { defineOperation } from '../../operation.ts';

export const removeMember = defineOperation({
  name: 'member.remove',
  route: 'DELETE /api/members/{id}',
  cli: 'member remove',
  summary: 'Remove a member from the workspace',
  description:
    'From now on its sessions do nothing here, its API keys are revoked (the answer names them), ' +
    "its links are withdrawn, and leads assigned to it are nobody's. Its campaigns and senders " +
    'stay and go on. An invitation brings it back.',
  scope: 'admin',
  input: z.object({ id: uuid }),
  output: z.object({ success: z.literal(true), revoked_keys: z.array(z.string()) }),
  errors: ['member.not_found', 'member.last_admin'],
  async run({ db, workspaceId, now, actor }, { id }) {
    const member = { workspaceId, memberId: id };
    const { personId } = await findReplaceable(db, member);
    const keys = await removeMemberRow(db, { ...member, at: now });
    // A person without a workspace has nothing to sign in for.
    if (personId !== null && (await listMemberships(db, personId)).length === 0)
      await deleteOtherSessions(db, personId, null);
    await appendEvents(db, { workspaceId, at: now, actor }, [
      { kind: 'member.removed', data: { member_id: id } },
    ]);
    return { success: true as const, revoked_keys: keys };
  },
});
