import type { Parts } from '../operation.ts';
import { type Batch, type Finished, record } from './record.ts';
import type { Passed } from './tick.ts';

const mostTogether = 500;
const retryMs = 1_000;

type Waiting = { finished: Finished[]; passed: Passed[]; lanes: Set<string> };

/**
 * Gathers results and writes them together: while one batch is being committed the next one fills. A database that is
 * away is waited for; nothing is dropped, and should the process die, the ledger still says `reserved`.
 */
export class Recorder {
  readonly #parts: Parts;
  readonly #workerId: string;
  readonly #waiting = new Map<string, Waiting>();
  #running: Promise<void> | null = null;
  #stopped = false;

  constructor(parts: Parts, workerId: string) {
    this.#parts = parts;
    this.#workerId = workerId;
  }

  add(finished: Finished): void {
    this.#of(finished.reserved.workspaceId).finished.push(finished);
    this.#start();
  }

  pass(passed: Passed): void {
    this.#of(passed.workspaceId).passed.push(passed);
    this.#start();
  }

  /** All of a lane's sends are in: its lease is given back with the next batch. */
  release(workspaceId: string, senderId: string): void {
    this.#of(workspaceId).lanes.add(senderId);
    this.#start();
  }

  /** Resolves when everything added so far is committed. */
  async drained(): Promise<void> {
    while (this.#running) await this.#running;
  }

  /** Gives up waiting for a database that is away. */
  stop(): void {
    this.#stopped = true;
  }

  #of(workspaceId: string): Waiting {
    const waiting = this.#waiting.get(workspaceId) ?? { finished: [], passed: [], lanes: new Set() };
    this.#waiting.set(workspaceId, waiting);
    return waiting;
  }

  #start(): void {
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
    });
  }

  async #run(): Promise<void> {
    // What arrives within this turn of the event loop goes together.
    await new Promise((resolve) => setImmediate(resolve));
    for (let next = this.#take(); next; next = this.#take()) await this.#write(next.workspaceId, next.batch);
  }

  #take(): { workspaceId: string; batch: Batch } | null {
    const [entry] = this.#waiting;
    if (!entry) return null;
    const [workspaceId, waiting] = entry;
    this.#waiting.delete(workspaceId);
    const finished = waiting.finished.splice(0, mostTogether);
    const rest = waiting.finished.length > 0;
    const lanes = rest ? [] : [...waiting.lanes];
    const batch = { finished, passed: waiting.passed.splice(0), lanes, workerId: this.#workerId };
    if (rest) this.#waiting.set(workspaceId, waiting);
    return { workspaceId, batch };
  }

  async #write(workspaceId: string, batch: Batch): Promise<void> {
    while (!this.#stopped) {
      try {
        await record(this.#parts, workspaceId, batch);
        return;
      } catch (error) {
        this.#parts.log.error({ err: error, workspaceId, messages: batch.finished.length }, 'results could not be recorded; trying again');
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
  }
}
