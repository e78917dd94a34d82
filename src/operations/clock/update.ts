import { z } from 'zod';
import { setClockSpeed } from '../../db/forecast/clocks.ts';
import { requireClock } from '../../engine/sandbox.ts';
import type { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { invalidRequest } from '../refusals.ts';
import { clockOnWire, clockOutput } from './wire.ts';

export const updateClock = defineOperation({
  name: 'clock.update',
  route: 'PATCH /api/clock',
  cli: 'clock update',
  summary: "Let a sandbox's clock run by itself, or stop it",
  description:
    '`speed` is the number of its seconds that pass in one second: 8640 makes a day pass in ' +
    'ten seconds; 0, or `paused`: true, stops it. The clock runs while a worker process does, ' +
    'and slower than asked when there is more work than the machine can do in that time: ' +
    'nothing is left out.',
  scope: 'admin',
  input: z.object({
    speed: z.number().min(0).max(1_000_000).optional(),
    paused: z.boolean().optional().describe('true is speed 0; false needs a speed.'),
  }),
  output: z.object({ clock: clockOutput }),
  errors: ['workspace.not_sandbox'],
  async run({ db, workspaceId }, { speed, paused }) {
    const clock = await requireClock(db, workspaceId);
    if (paused === false && !speed && clock.speed === 0)
      throw missingSpeed('The clock is paused: give the speed at which it goes on.');
    if (speed === undefined && paused === undefined) throw missingSpeed('Give speed or paused.');
    if (paused === true && speed)
      throw missingSpeed('A paused clock has no speed: leave out one of the two.');
    await setClockSpeed(db, workspaceId, paused ? 0 : (speed ?? clock.speed));
    return { clock: clockOnWire(await requireClock(db, workspaceId)) };
  },
});

function missingSpeed(message: string): AppError {
  return invalidRequest([{ pointer: '/speed', code: 'required', message }]);
}
