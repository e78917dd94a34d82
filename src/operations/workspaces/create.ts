import { z } from 'zod';
import { findFirstMember } from '../../db/workspaces.ts';
import { text } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { openWorkspace } from './open.ts';
import { workspaceOutput } from './wire.ts';

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
  async run(context, input) {
    if (input.mode === 'live') {
      const first = await findFirstMember(context.db);
      if (first?.workspaceId !== context.workspaceId)
        throw new AppError('workspace.not_server_admin');
      if (input.clock !== undefined)
        throw new AppError('request.invalid', 'clock: A live workspace goes by the real time.', {
          errors: [{ pointer: '/clock', code: 'not_here', message: 'Only a sandbox has a clock.' }],
        });
    }
    const { workspace, key } = await openWorkspace(context, input);
    return { workspace, key };
  },
});
