import { z } from 'zod';
import { readTimeZone, saveTimeZone } from '../../db/settings.ts';
import { findMemberName, insertMember, insertWorkspace } from '../../db/workspaces.ts';
import { text } from '../../domain/text.ts';
import { issueKey } from '../../engine/accounts/keys.ts';
import { defineOperation } from '../../operation.ts';
import { workspaceOnWire, workspaceOutput } from './list.ts';

export const createWorkspace = defineOperation({
  name: 'workspace.create',
  route: 'POST /api/workspaces',
  cli: 'workspace create',
  summary: 'Create a sandbox workspace',
  description:
    'A sandbox is a workspace of its own, with its own clock, and nothing leaves it: ' +
    'campaigns of every type send to simulated people, and the same engine walks through ' +
    'their time as fast as the machine can (POST /api/clock/advance). Its key is shown in ' +
    'this answer only.',
  scope: 'admin',
  input: z.object({
    name: text({ min: 1, max: 200 }),
    mode: z.literal('sandbox').default('sandbox'),
    clock: z.iso
      .datetime({ offset: true })
      .optional()
      .describe('Start of its clock; now by default.'),
  }),
  output: z.object({
    workspace: workspaceOutput,
    key: z.string().describe('Send it as Authorization: Bearer <key>.'),
  }),
  status: 201,
  errors: [],
  secret: true,
  async run({ db, newId, now, ...caller }, { name, mode, clock }) {
    const [id, memberId] = [newId(), newId()];
    const row = await insertWorkspace(db, {
      id,
      name,
      at: now,
      mode,
      clockAt: clock ? new Date(clock) : now,
    });
    await insertMember(db, {
      workspaceId: id,
      id: memberId,
      name: await findMemberName(db, caller),
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
    return { workspace: workspaceOnWire(row), key: key.text };
  },
});
