import { setImmediate } from 'node:timers/promises';

/** How long a piece of work may keep the thread from everything else, in ms. */
const pieceMs = 20;

/**
 * For a loop without a bound of its own: awaited in each round, it lets other work run as soon as
 * this work has had the thread for a while. Of works side by side each has its own.
 */
export function createRest(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < pieceMs) return;
    await setImmediate();
    since = performance.now();
  };
}
