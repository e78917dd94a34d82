import { runningClocks } from '../db/forecast/clocks.ts';
import { nextDueAt } from '../db/sending/lanes.ts';
import { hourMs, minuteMs } from '../domain/time.ts';
import type { Services } from '../operation.ts';
import { adoptMovedSeats, bindSeats } from './accounts/seats.ts';
import { requestTextsAhead } from './ai/schedule.ts';
import { DraftWorker } from './ai/worker.ts';
import { Engine } from './engine.ts';
import { letClockGo } from './forecast/advance.ts';
import { Inboxes } from './inbound/inboxes.ts';
import { startJobs } from './jobs.ts';
import { type Loop, startLoop } from './loop.ts';
import { tellNotices } from './notices.ts';
import { runAutomations } from './people/automations.ts';
import { syncRules } from './people/rules.ts';
import { keepPresence } from './presence.ts';

const maxRestMs = 500;
const holdsMs = 1_000;
const recoverMs = 1_000;
const completionMs = minuteMs;
const clocksMs = 250;
const clockMs = 10_000;
const callAheadMs = 5_000;
const writeMs = 1_000;
const seatsMs = 15_000;
const noticesMs = 2_000;
const drainMs = 8_000;

/**
 * Starts all that a worker process does: sending, recovery, inboxes, chores. `stop` drains within
 * ten seconds.
 */
export async function startWorker(services: Services): Promise<{ stop: () => Promise<void> }> {
  const workerId = services.newId();
  const engine = new Engine(services, workerId);
  const draftWorker = new DraftWorker(services, workerId);
  const inboxes = new Inboxes(services, workerId);
  let wake = () => {};
  const presence = await keepPresence(services, workerId, () => wake());
  const sending = startLoop('sending', services.log, async () => {
    if ((await engine.tick()) > 0) return 0;
    const next = await nextDueAt(services.db);
    const waitMs = next === null ? maxRestMs : next.getTime() - services.clock.now().getTime();
    return Math.min(maxRestMs, Math.max(5, waitMs));
  });
  wake = sending.wake;
  // Rests only after a step that found nothing to do.
  const resting = (work: Promise<number>, ms: number) => work.then((n) => (n > 0 ? 0 : ms));
  const loops: Loop[] = [
    sending,
    startLoop('answers', services.log, () => resting(engine.beginAnswers(), maxRestMs)),
    startLoop('holds', services.log, () => resting(engine.endHolds(), holdsMs)),
    startLoop('clock', services.log, () => engine.undoClockJump().then(() => clockMs)),
    startLoop('withdrawals', services.log, () => resting(engine.beginWithdrawals(), holdsMs)),
    startLoop('recovery', services.log, () => resting(engine.beginRecovery(), recoverMs)),
    startLoop('completion', services.log, () => resting(engine.completeFinished(), completionMs)),
    startLoop('clocks', services.log, async () => {
      for (const workspaceId of await runningClocks(services.db))
        await letClockGo(services, workspaceId);
      return clocksMs;
    }),
    startLoop('text requests', services.log, () =>
      requestTextsAhead(services).then(() => callAheadMs),
    ),
    startLoop('texts', services.log, () => resting(draftWorker.write(), writeMs)),
    startLoop('automations', services.log, () => resting(runAutomations(services), maxRestMs)),
    startLoop('notices', services.log, () => resting(tellNotices(services), noticesMs)),
    startLoop('lead rules', services.log, () => resting(syncRules(services), maxRestMs)),
    startLoop('inboxes', services.log, () => resting(inboxes.begin(), maxRestMs)),
    startLoop('seats', services.log, () => resting(bindSeats(services), seatsMs)),
    startLoop('moved seats', services.log, () => adoptMovedSeats(services).then(() => hourMs)),
  ];
  const jobs = await startJobs(services, workerId);
  return {
    async stop() {
      const tooLate = AbortSignal.timeout(drainMs);
      tooLate.addEventListener('abort', () => engine.abandon());
      draftWorker.abandon();
      await Promise.all([jobs.stop(), inboxes.stop(), ...loops.map((loop) => loop.stop())]);
      await Promise.race([
        engine.settled(),
        new Promise((resolve) => tooLate.addEventListener('abort', resolve)),
      ]);
      await presence.stop();
    },
  };
}
