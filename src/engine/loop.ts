import type { Log } from '../log.ts';

/** A step that runs again and again until it is stopped. */
export type Loop = { stop: () => Promise<void>; wake: () => void };

const afterFaultMs = 1_000;

/**
 * Calls `step` again and again; it returns how long to rest in ms, and `wake` ends the rest. A step
 * that throws is logged and tried again, because the database may be away for a while.
 */
export function startLoop(name: string, log: Log, step: () => Promise<number>): Loop {
  let stopped = false;
  let woken = false;
  let endRest = () => {};
  const rest = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      endRest = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const run = async () => {
    while (!stopped) {
      woken = false;
      let restMs = afterFaultMs;
      try {
        restMs = await step();
      } catch (error) {
        log.error({ err: error, loop: name }, 'a step of a loop failed; trying again');
      }
      if (!stopped && !woken && restMs > 0) await rest(restMs);
    }
  };
  const done = run();
  const wake = () => {
    woken = true;
    endRest();
  };
  return {
    wake,
    stop: () => {
      stopped = true;
      wake();
      return done;
    },
  };
}
