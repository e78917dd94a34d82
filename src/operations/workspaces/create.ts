import { z } from 'zod';
import { findMember } from '../../db/accounts/members.ts';
import { readTimeZone, saveTimeZone } from '../../db/settings.ts';
import { findFirstMember, insertMember, insertWorkspace } from '../../db/workspaces.ts';
import { text } from '../../domain/text.ts';
import { issueKey } from '../../engine/accounts/keys.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { workspaceOnWire, workspaceOutput } from './wire.ts';

export const createWorkspace = defineOperation({
  name: 'workspace.create',
  route: 'POST /api/workspaces',
  cli: 'workspace create',
  summary: 'Create a workspace: a sandbox, or another live one',
  description:
    'A live workspace has its own members, keys, senders, people and limits, and sees nothing of ' +
    "the others: one for each client of an agency, say. Only an admin of the server's first " +
    'workspace makes one. A sandbox is a workspace of its own, with its own clock, and ' +
    'nothing leaves it: ' +
    'campaigns of every type send to simulated people, and the same engine walks through ' +
    'their time as fast as the machine can (POST /api/clock/advance). Its key is shown in ' +
    'this answer only.',
  scope: 'admin',
  input: z.object({
    name: text({ min: 1, max: 200 }),
    mode: z.enum(['sandbox', 'live']).default('sandbox'),
    member: text({ min: 1, max: 200 })
      .optional()
      .describe("Name of its first member; the caller's by default."),
    clock: z.iso
      .datetime({ offset: true })
      .optional()
      .describe("Start of a sandbox's clock; now by default."),
  }),
  output: z.object({
    workspace: workspaceOutput,
    key: z.string().describe('Send it as Authorization: Bearer <key>.'),
  }),
  status: 201,
  errors: ['workspace.not_server_admin'],
  secret: true,
  async run({ db, newId, now, ...caller }, { name, mode, member, clock }) {
    if (mode === 'live') {
      const first = await findFirstMember(db);
      if (first?.workspaceId !== caller.workspaceId)
        throw new AppError('workspace.not_server_admin');
      if (clock !== undefined)
        throw new AppError('request.invalid', 'clock: A live workspace goes by the real time.', {
          errors: [{ pointer: '/clock', code: 'not_here', message: 'Only a sandbox has a clock.' }],
        });
    }
    const [id, memberId] = [newId(), newId()];
    const row = await insertWorkspace(db, {
      id,
      name,
      at: now,
      mode,
      ...(mode === 'sandbox' ? { clockAt: clock ? new Date(clock) : now } : {}),
    });
    // Somebody else of whom only the name is said signs in by an invitation.
    const maker = member === undefined ? await findMember(db, caller) : null;
    await insertMember(db, {
      workspaceId: id,
      id: memberId,
      name: member ?? maker!.name,
      personId: maker?.personId ?? null,
      at: now,
    });
    await saveTimeZone(db, id, await readTimeZone(db, caller.workspaceId));
    const key = await issueKey(db, {
      workspaceId: id,
      memberId,
      name: 'admin',
      scopes: ['admin'],
      at: now,
      sandbox: true,
    });
    const role = caller.session && maker ? 'admin' : null;
    return { workspace: workspaceOnWire(row, role), key: key.text };
  },
});
