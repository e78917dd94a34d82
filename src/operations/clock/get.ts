import { z } from 'zod';
import { requireClock } from '../../engine/sandbox.ts';
import { defineOperation } from '../../operation.ts';
import { clockOnWire, clockOutput } from './wire.ts';

export const getClock = defineOperation({
  name: 'clock.get',
  route: 'GET /api/clock',
  cli: 'clock',
  summary: 'Show the clock of a sandbox',
  description: 'Only a sandbox workspace has a clock of its own; a live one answers 400.',
  scope: 'read',
  input: z.object({}),
  output: z.object({ clock: clockOutput }),
  errors: ['workspace.not_sandbox'],
  async run({ db, workspaceId }) {
    return { clock: clockOnWire(await requireClock(db, workspaceId)) };
  },
});
