import type { PoolClient } from 'pg';
import { nextDueAt } from '../db/lanes.ts';
import { beat, leave } from '../db/workers.ts';
import type { Parts } from '../operation.ts';
import { Engine } from './engine.ts';
import { Inboxes } from './inboxes.ts';
import { startJobs } from './jobs.ts';
import { type Loop, startLoop } from './loop.ts';

const beatMs = 2_000;
const longestRestMs = 500;
const holdsMs = 1_000;
const recoverMs = 2_000;
const drainMs = 8_000;

/** Starts all that a worker process does: sending, recovery, inboxes, chores. `stop` drains within ten seconds. */
export async function startWorker(parts: Parts): Promise<{ stop: () => Promise<void> }> {
  const workerId = parts.newId();
  await beat(parts.db, workerId);
  const engine = new Engine(parts, workerId);
  const inboxes = new Inboxes(parts, workerId);
  const sending = startLoop('sending', parts.log, async () => {
    if ((await engine.tick()) > 0) return 0;
    const next = await nextDueAt(parts.db);
    return next === null ? longestRestMs : Math.min(longestRestMs, Math.max(1, next.getTime() - parts.clock.now().getTime()));
  });
  const resting = (work: Promise<number>, ms: number) => work.then((n) => (n > 0 ? 0 : ms));
  const loops: Loop[] = [
    sending,
    startLoop('heartbeat', parts.log, () => beat(parts.db, workerId).then(() => beatMs)),
    startLoop('holds', parts.log, () => resting(engine.endHolds(), holdsMs)),
    startLoop('recovery', parts.log, () => resting(engine.recover(), recoverMs)),
    startLoop('inboxes', parts.log, () => resting(inboxes.poll(), longestRestMs)),
    listen(parts, () => sending.wake()),
  ];
  const jobs = await startJobs(parts);
  return {
    async stop() {
      const [heartbeat] = loops.splice(1, 1);
      await Promise.all([jobs.stop(), inboxes.stop(), ...loops.map((loop) => loop.stop())]);
      const late = setTimeout(() => engine.abandon(), drainMs);
      await Promise.race([engine.settled(), new Promise((resolve) => setTimeout(resolve, drainMs).unref())]);
      clearTimeout(late);
      await heartbeat?.stop();
      await leave(parts.db, workerId);
    },
  };
}

/** Hears of woken lanes at once. A hint only: when the connection is lost, polling goes on and it is made again. */
function listen(parts: Parts, onWake: () => void): Loop {
  let client: PoolClient | null = null;
  const drop = () => {
    client?.release(true);
    client = null;
  };
  const loop = startLoop('listening', parts.log, async () => {
    if (client) return beatMs;
    client = await parts.pool.connect();
    client.on('error', drop);
    client.on('notification', onWake);
    await client.query('listen postrider_lanes');
    return beatMs;
  });
  return {
    wake: loop.wake,
    async stop() {
      await loop.stop();
      drop();
    },
  };
}
