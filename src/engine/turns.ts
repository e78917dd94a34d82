import { AppError } from '../errors.ts';

/** Work of which each workspace has one at a time, in this process; others wait in order. */
export class Turns {
  readonly #maxWaiting: number;
  /** The work under way and those that wait, by workspace. */
  readonly #queues = new Map<string, Set<Promise<unknown>>>();

  constructor(maxWaiting: number) {
    this.#maxWaiting = maxWaiting;
  }

  /**
   * Calls `run` after the works of the workspace that were here before.
   * @throws request.rate_limited when too many wait; the reason of `signal` when it is aborted
   * before the turn comes
   */
  async take<T>(workspaceId: string, signal: AbortSignal, run: () => Promise<T>): Promise<T> {
    const queue = this.#queues.get(workspaceId) ?? new Set();
    if (queue.size > this.#maxWaiting)
      throw new AppError(
        'request.rate_limited',
        `This workspace waits for ${this.#maxWaiting} answers of this kind already, ` +
          'which are the most at once.',
      );
    this.#queues.set(workspaceId, queue);
    const work = untilAborted(signal, Promise.allSettled([...queue])).then(run);
    queue.add(work);
    try {
      return await work;
    } finally {
      queue.delete(work);
      if (queue.size === 0) this.#queues.delete(workspaceId);
    }
  }
}

/** Settles with the work, or with the reason of `signal` when it is aborted before. */
export async function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', onAbort);
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
