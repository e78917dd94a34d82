import { runningClocks } from '../db/forecast/clocks.ts';
import { nextDueAt } from '../db/sending/lanes.ts';
import type { Parts } from '../operation.ts';
import { bindSeats } from './accounts/seats.ts';
import { callAhead } from './ai/schedule.ts';
import { Drafter } from './ai/worker.ts';
import { Engine } from './engine.ts';
import { letClockGo } from './forecast/advance.ts';
import { Inboxes } from './inbound/inboxes.ts';
import { startJobs } from './jobs.ts';
import { type Loop, startLoop } from './loop.ts';
import { runAutomations } from './people/automations.ts';
import { syncRules } from './people/rules.ts';
import { keepPresence } from './presence.ts';

const longestRestMs = 500;
const holdsMs = 1_000;
const recoverMs = 1_000;
const completionMs = 60_000;
const clocksMs = 250;
const callAheadMs = 5_000;
const writeMs = 1_000;
const seatsMs = 15_000;
const drainMs = 8_000;

/** Starts all that a worker process does: sending, recovery, inboxes, chores. `stop` drains within ten seconds. */
export async function startWorker(parts: Parts): Promise<{ stop: () => Promise<void> }> {
  const workerId = parts.newId();
  const engine = new Engine(parts, workerId);
  const drafter = new Drafter(parts, workerId);
  const inboxes = new Inboxes(parts, workerId);
  let wake = () => {};
  const presence = await keepPresence(parts, workerId, () => wake());
  const sending = startLoop('sending', parts.log, async () => {
    if ((await engine.tick()) > 0) return 0;
    const next = await nextDueAt(parts.db);
    const waitMs = next === null ? longestRestMs : next.getTime() - parts.clock.now().getTime();
    return Math.min(longestRestMs, Math.max(5, waitMs));
  });
  wake = sending.wake;
  const resting = (work: Promise<number>, ms: number) => work.then((n) => (n > 0 ? 0 : ms));
  const loops: Loop[] = [
    sending,
    startLoop('holds', parts.log, () => resting(engine.endHolds(), holdsMs)),
    startLoop('withdrawals', parts.log, () => resting(engine.withdraw(), holdsMs)),
    startLoop('recovery', parts.log, () => resting(engine.recover(), recoverMs)),
    startLoop('completion', parts.log, () => resting(engine.completeFinished(), completionMs)),
    startLoop('clocks', parts.log, async () => {
      for (const workspaceId of await runningClocks(parts.db)) await letClockGo(parts, workspaceId);
      return clocksMs;
    }),
    startLoop('texts called for', parts.log, () => callAhead(parts).then(() => callAheadMs)),
    startLoop('texts', parts.log, () => resting(drafter.write(), writeMs)),
    startLoop('automations', parts.log, () => resting(runAutomations(parts), longestRestMs)),
    startLoop('lead rules', parts.log, () => resting(syncRules(parts), longestRestMs)),
    startLoop('inboxes', parts.log, () => resting(inboxes.poll(), longestRestMs)),
    startLoop('seats', parts.log, () => resting(bindSeats(parts), seatsMs)),
  ];
  const jobs = await startJobs(parts, workerId);
  return {
    async stop() {
      const tooLate = AbortSignal.timeout(drainMs);
      tooLate.addEventListener('abort', () => engine.abandon());
      drafter.abandon();
      await Promise.all([jobs.stop(), inboxes.stop(), ...loops.map((loop) => loop.stop())]);
      await Promise.race([
        engine.settled(),
        new Promise((resolve) => tooLate.addEventListener('abort', resolve)),
      ]);
      await presence.stop();
    },
  };
}
