import { z } from 'zod';
import type { Channel } from '../src/channels/channel.ts';
import { ManualClock } from '../src/engine/clock.ts';
import { Engine } from '../src/engine/engine.ts';
import type { Parts } from '../src/operation.ts';

const turnMs = 1_000;
const idleTurns = 3;

/** A channel without a network: it takes everything at once. */
export const quietChannel: Channel = {
  type: 'email',
  connection: z.looseObject({}),
  secrets: z.looseObject({}),
  check: async () => [],
  send: async () => ({ ok: true, response: '250 ok' }),
  find: async () => 'absent',
  receive: async () => ({ received: [], cursor: null }),
  close: async () => {},
};

export type Stepper = ReturnType<typeof createStepper>;

/** The engine on a clock that goes on by a second a tick, so that nobody waits for a sender's pace. */
export function createStepper(given: Parts, workerId: string) {
  const clock = new ManualClock(given.clock.now());
  const engine = new Engine({ ...given, clock, channels: new Map([['email', quietChannel]]) }, workerId);
  return {
    engine,
    clock,
    /** Ticks until nobody is left who could be written to. */
    async run(): Promise<void> {
      for (let idle = 0; idle < idleTurns; clock.advanceMs(turnMs)) {
        idle = (await engine.tick()) > 0 ? 0 : idle + 1;
        if (idle > 0) await engine.settled();
      }
    },
  };
}
