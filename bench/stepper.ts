import { sql } from 'kysely';
import { z } from 'zod';
import type { Channel } from '../src/channels/channel.ts';
import { ManualClock } from '../src/engine/clock.ts';
import { Engine } from '../src/engine/engine.ts';
import type { Parts } from '../src/operation.ts';

const turnMs = 1_000;

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
    /** Ticks until no lane has anybody left to write to, whichever process has it; over times when nothing is due the clock jumps. */
    async run(): Promise<void> {
      for (;;) {
        const planned = await engine.tick();
        clock.advanceMs(turnMs);
        if (planned > 0) continue;
        await engine.settled();
        const { rows } = await sql<{ at: Date | null }>`select min(next_at) as at from lanes where next_at is not null`.execute(given.db);
        const at = rows[0]!.at;
        if (at === null) return;
        clock.advanceTo(at);
      }
    },
  };
}
