import { constants } from 'node:os';

/**
 * Signals within this time of the first one (ms) are copies of the same key press, because Ctrl-C
 * reaches us from the terminal, from npm and from `bin/postrider.js`.
 */
const copiesMs = 300;

/**
 * Resolves with the name of the first signal to stop. A second signal ends the process at once,
 * with the exit code of shells (130 for Ctrl-C), even while the server is starting.
 */
export function awaitStopSignal(): Promise<string> {
  let firstAt: number | null = null;
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
      process.on(signal, () => {
        if (firstAt === null) {
          firstAt = performance.now();
          console.log(`${signal}: stopping. A second one ends the process at once.`);
          resolve(signal);
        } else if (performance.now() - firstAt > copiesMs) {
          console.log(`${signal}: ended at once.`);
          process.exit(128 + constants.signals[signal]);
        }
      });
  });
}
