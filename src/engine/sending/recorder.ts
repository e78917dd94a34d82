import type { Services } from '../../operation.ts';
import { type Batch, record } from './record.ts';
import type { SendOutcome } from './results.ts';
import type { Skipped } from './tick.ts';

const maxBatchSize = 500;
const firstRetryMs = 10;
const maxRetryMs = 1_000;

type Waiting = { finished: SendOutcome[]; skipped: Skipped[]; lanes: Set<string> };

/**
 * Gathers results and records them in batches: while one is being committed the next one fills.
 * Workspaces do not wait for each other. While the database is away the recorder tries again and
 * drops nothing; if the process dies, the ledger still says `reserved`.
 */
export class Recorder {
  readonly #services: Services;
  readonly #workerId: string;
  readonly #waiting = new Map<string, Waiting>();
  readonly #running = new Map<string, Promise<void>>();
  #stopped = false;

  constructor(services: Services, workerId: string) {
    this.#services = services;
    this.#workerId = workerId;
  }

  add(finished: SendOutcome): void {
    this.#waitingOf(finished.reserved.workspaceId).finished.push(finished);
    this.#start(finished.reserved.workspaceId);
  }

  skip(skipped: Skipped): void {
    this.#waitingOf(skipped.workspaceId).skipped.push(skipped);
    this.#start(skipped.workspaceId);
  }

  /**
   * All results of a lane are in. The next batch gives the lane back; if another worker owns it by
   * now, the lane is planned again.
   */
  release(workspaceId: string, senderId: string): void {
    this.#waitingOf(workspaceId).lanes.add(senderId);
    this.#start(workspaceId);
  }

  /** Resolves when everything added so far is committed. */
  async drained(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values());
  }

  /** Gives up waiting for a database that is away. */
  stop(): void {
    this.#stopped = true;
  }

  #waitingOf(workspaceId: string): Waiting {
    const waiting = this.#waiting.get(workspaceId) ?? {
      finished: [],
      skipped: [],
      lanes: new Set(),
    };
    this.#waiting.set(workspaceId, waiting);
    return waiting;
  }

  #start(workspaceId: string): void {
    if (!this.#running.has(workspaceId)) this.#running.set(workspaceId, this.#run(workspaceId));
  }

  async #run(workspaceId: string): Promise<void> {
    // Results that arrive in the same turn of the event loop go into one batch.
    await new Promise((resolve) => setImmediate(resolve));
    for (let batch = this.#takeBatch(workspaceId); batch; batch = this.#takeBatch(workspaceId))
      await this.#write(workspaceId, batch);
    // Runs in the same turn that found nothing left, so that a later result starts a new run.
    this.#running.delete(workspaceId);
  }

  #takeBatch(workspaceId: string): Batch | null {
    const waiting = this.#waiting.get(workspaceId);
    if (!waiting) return null;
    const finished = waiting.finished.splice(0, maxBatchSize);
    const skipped = waiting.skipped.splice(0);
    const hasMore = waiting.finished.length > 0;
    if (!hasMore) this.#waiting.delete(workspaceId);
    const lanes = hasMore ? [] : [...waiting.lanes];
    return { finished, skipped, lanes, workerId: this.#workerId };
  }

  async #write(workspaceId: string, batch: Batch): Promise<void> {
    for (let retryMs = firstRetryMs; !this.#stopped; retryMs = Math.min(2 * retryMs, maxRetryMs)) {
      try {
        await record(this.#services, workspaceId, batch);
        return;
      } catch (error) {
        this.#services.log.error(
          { err: error, workspaceId, messages: batch.finished.length },
          'results could not be recorded; trying again',
        );
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
  }
}
