import type { Services } from '../../operation.ts';
import { type Batch, record } from './record.ts';
import type { SendOutcome } from './results.ts';
import type { Skipped } from './tick.ts';

const maxBatchSize = 500;
const firstRetryMs = 10;
const maxRetryMs = 1_000;

type Waiting = { finished: SendOutcome[]; passed: Skipped[]; lanes: Set<string> };

/**
 * Gathers results and writes them together: while one batch is being committed the next one fills. Workspaces do not wait for
 * each other. A database that is away is waited for; nothing is dropped, and should the process die, the ledger still says `reserved`.
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
    this.#of(finished.reserved.workspaceId).finished.push(finished);
    this.#start(finished.reserved.workspaceId);
  }

  pass(passed: Skipped): void {
    this.#of(passed.workspaceId).passed.push(passed);
    this.#start(passed.workspaceId);
  }

  /** All of a lane's sends are in: its lease is given back with the next batch, or it plans again when it is another's. */
  release(workspaceId: string, senderId: string): void {
    this.#of(workspaceId).lanes.add(senderId);
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

  #of(workspaceId: string): Waiting {
    const waiting = this.#waiting.get(workspaceId) ?? {
      finished: [],
      passed: [],
      lanes: new Set(),
    };
    this.#waiting.set(workspaceId, waiting);
    return waiting;
  }

  #start(workspaceId: string): void {
    if (!this.#running.has(workspaceId)) this.#running.set(workspaceId, this.#run(workspaceId));
  }

  async #run(workspaceId: string): Promise<void> {
    // What arrives within this turn of the event loop goes together.
    await new Promise((resolve) => setImmediate(resolve));
    for (let batch = this.#take(workspaceId); batch; batch = this.#take(workspaceId))
      await this.#write(workspaceId, batch);
    // In the same turn in which nothing was left: what is added from here on starts anew.
    this.#running.delete(workspaceId);
  }

  #take(workspaceId: string): Batch | null {
    const waiting = this.#waiting.get(workspaceId);
    if (!waiting) return null;
    const finished = waiting.finished.splice(0, maxBatchSize);
    const passed = waiting.passed.splice(0);
    const rest = waiting.finished.length > 0;
    if (!rest) this.#waiting.delete(workspaceId);
    return { finished, passed, lanes: rest ? [] : [...waiting.lanes], workerId: this.#workerId };
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
