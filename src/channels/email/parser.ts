import { Worker } from 'node:worker_threads';
import type { Received } from '../channel.ts';
import { parseReceived } from './parse.ts';

export type ParseTask = {
  source: Uint8Array;
  where: { sourceKey: string; receivedAt: Date; isCut?: boolean };
};
type Job = ParseTask & {
  resolve: (received: Received | Promise<Received>) => void;
  reject: (error: Error) => void;
};

const threadFile = new URL('./parse-thread.ts', import.meta.url);
const maxThreads = 2;
/** What one mail may take: far more than any of a mebibyte that people sent. */
const usualLimits = { ms: 3_000, memoryMb: 192 };
/** What a thread may take to start, besides. */
const startMs = 20_000;
/** Bytes that are read of a mail that took too much. */
const beginningBytes = 8 * 1024;

/**
 * Parses received mails in threads of their own, because anybody may have written them: one that
 * takes too much time or memory ends its thread, and is read by its beginning alone.
 */
export class Parser {
  readonly #limits: typeof usualLimits;
  readonly #waiting: Job[] = [];
  readonly #idle: Worker[] = [];
  readonly #threads = new Set<Worker>();

  constructor(limits = usualLimits) {
    this.#limits = limits;
  }

  /** @throws only when the threads cannot run, or were closed meanwhile */
  readonly parse: typeof parseReceived = (source, where) =>
    new Promise((resolve, reject) => {
      this.#waiting.push({ source, where, resolve, reject });
      this.#begin();
    });

  /** Ends the threads, and the parsing under way with an error. Later mails begin new ones. */
  async close(): Promise<void> {
    await Promise.all([...this.#threads].map((thread) => thread.terminate()));
  }

  #begin(): void {
    if (this.#waiting.length === 0) return;
    const idle = this.#idle.pop();
    if (!idle && this.#threads.size >= maxThreads) return;
    const job = this.#waiting.shift();
    if (job) this.#run(idle ?? this.#open(), job, idle ? 0 : startMs);
  }

  #open(): Worker {
    const { memoryMb } = this.#limits;
    const thread = new Worker(threadFile, {
      env: {},
      execArgv: ['--disable-warning=ExperimentalWarning'],
      resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: 32 },
    });
    this.#threads.add(thread);
    thread.once('exit', () => {
      this.#threads.delete(thread);
      if (this.#idle.includes(thread)) this.#idle.splice(this.#idle.indexOf(thread), 1);
      this.#begin();
    });
    thread.unref();
    return thread;
  }

  #run(thread: Worker, { source, where, resolve, reject }: Job, extraMs: number): void {
    let tooMuch = false;
    let failure = new Error('The parser was closed.');
    const timer = setTimeout(() => {
      tooMuch = true;
      void thread.terminate();
    }, this.#limits.ms + extraMs);
    const end = () => {
      clearTimeout(timer);
      thread.off('message', onMessage).off('error', onError).off('exit', onExit);
    };
    const onMessage = (received: Received) => {
      end();
      resolve(received);
      this.#idle.push(thread);
      this.#begin();
    };
    const onError = (error: NodeJS.ErrnoException) => {
      tooMuch ||= error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      failure = error;
    };
    const onExit = () => {
      end();
      if (tooMuch)
        resolve(
          parseReceived(Buffer.from(source.subarray(0, beginningBytes)), { ...where, isCut: true }),
        );
      else reject(failure);
    };
    thread.once('message', onMessage).once('error', onError).once('exit', onExit);
    thread.postMessage({ source, where } satisfies ParseTask);
  }
}
