import { constants } from 'node:os';

/**
 * npm and `bin/postrider.js` pass Ctrl-C on to us, and the terminal sends it as well. Signals this
 * close to the first one (ms) are copies of the same key press.
 */
const copiesMs = 300;

/**
 * Resolves with the name of the first signal to stop. A second one ends the process at once, with
 * the exit code that shells give it (130 for Ctrl-C), also while the server is still starting.
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
