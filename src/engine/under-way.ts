import type { Log } from '../log.ts';

type Sender = { workspaceId: string; senderId: string };

/**
 * Work with providers that is under way, one piece a sender. A loop starts it and goes on, so that
 * a slow provider keeps nobody waiting but its own sender. Places are bounded in all and for a
 * workspace, which may go over its own by what one batch brings.
 */
export class UnderWay {
  readonly #log: Log;
  readonly #places: { all: number; workspace: number };
  readonly #work = new Map<string, { workspaceId: string; done: Promise<void> }>();
  #failures: unknown[] = [];

  constructor(log: Log, places: { all: number; workspace: number }) {
    this.#log = log;
    this.#places = places;
  }

  get free(): number {
    return Math.max(0, this.#places.all - this.#work.size);
  }

  /** Senders whose work is under way. */
  get senders(): string[] {
    return [...this.#work.keys()];
  }

  /** Workspaces that have all their places taken. */
  get crowded(): string[] {
    const count = Map.groupBy(this.#work.values(), ({ workspaceId }) => workspaceId);
    return [...count].flatMap(([id, own]) => (own.length >= this.#places.workspace ? [id] : []));
  }

  /** Starts a sender's work, unless some is under way. A failure is logged. */
  start({ workspaceId, senderId }: Sender, work: () => Promise<void>): void {
    if (this.#work.has(senderId)) return;
    const done = work()
      .catch((err: unknown) => {
        this.#log.error({ err, senderId }, 'work for a sender failed');
        this.#failures = [this.#failures[0] ?? err];
      })
      .finally(() => this.#work.delete(senderId));
    this.#work.set(senderId, { workspaceId, done });
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    while (this.#work.size > 0) await Promise.all([...this.#work.values()].map((one) => one.done));
  }

  /** As `settled`. @throws the first failure since the last call */
  async completed(): Promise<void> {
    await this.settled();
    const [failure] = this.#failures.splice(0);
    if (failure !== undefined) throw failure;
  }
}
