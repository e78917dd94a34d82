import { z } from 'zod';
import type { ClockRow } from '../../db/forecast/clocks.ts';

export const clockOutput = z
  .object({
    now: z.iso.datetime().describe('Time of the clock.'),
    speed: z.number().describe('Its seconds in one second; 0 while it is paused.'),
    paused: z.boolean(),
    advancing_to: z.iso
      .datetime()
      .nullable()
      .describe('Target of the unfinished advance; repeat the advance to go on.'),
  })
  .meta({ id: 'Clock' });

/** The clock as the wire shows it. */
export function clockOnWire({ at, speed, advanceTo }: ClockRow): z.input<typeof clockOutput> {
  return {
    now: at.toISOString(),
    speed,
    paused: speed === 0,
    advancing_to: advanceTo?.toISOString() ?? null,
  };
}
