import pg from 'pg';

/**
 * Faults of a connection at a statement: cut before it, cut after it (its answer is lost), or
 * aborted by PostgreSQL.
 */
export const breaks = ['cut', 'answer_lost', 'deadlock', 'serialization'] as const;
export type Break = (typeof breaks)[number];

type Client = pg.PoolClient & { processID?: number | null };

type Act = (client: Client, run: () => Promise<unknown>) => Promise<unknown>;

const raises = { deadlock: '40P01', serialization: '40001' } as const;

/** Counts the statements of a pool, and lets something happen at one of them. */
export class Connections {
  readonly #pool: pg.Pool;
  readonly #admin: pg.Client;
  readonly #watched = new WeakSet<pg.PoolClient>();
  #left = Infinity;
  #act: Act | null = null;
  statements = 0;

  constructor(pool: pg.Pool, url: string) {
    this.#pool = pool;
    this.#admin = new pg.Client({ connectionString: url });
    pool.on('acquire', (client) => this.#watch(client));
  }

  open(): Promise<unknown> {
    return this.#admin.connect();
  }

  /** Runs a statement of the simulation itself, on a connection without faults. */
  run(text: string, values: unknown[]): Promise<unknown> {
    return this.#admin.query(text, values);
  }

  close(): Promise<void> {
    return this.#admin.end();
  }

  /** Breaks the connection that runs the statement after `n` others. */
  breakAt(n: number, how: Break): void {
    this.#plan(n, async (client, run) => {
      if (how === 'deadlock' || how === 'serialization') {
        return client.query(
          `do $$ begin raise exception 'as it happens' using errcode = '${raises[how]}'; end $$`,
        );
      }
      if (how === 'answer_lost') await run();
      await this.#admin.query('select pg_terminate_backend($1, 5000)', [client.processID]);
      return how === 'answer_lost'
        ? Promise.reject(new Error('Connection terminated unexpectedly'))
        : run();
    });
  }

  /**
   * Runs an action before the statement after `n` others, while the transaction of that statement
   * is open.
   */
  interruptAt(n: number, action: () => Promise<unknown>): void {
    this.#plan(n, async (_client, run) => {
      await action();
      return run();
    });
  }

  /** Cancels the planned fault. Returns whether it had happened. */
  calm(): boolean {
    const happened = this.#act === null;
    this.#act = null;
    this.#left = Infinity;
    return happened;
  }

  /** Resolves when no connection is in use, for some turns of the event loop. */
  async idle(): Promise<void> {
    for (let quiet = 0; quiet < 5; ) {
      await new Promise((resolve) => setImmediate(resolve));
      const busy = this.#pool.totalCount !== this.#pool.idleCount || this.#pool.waitingCount > 0;
      quiet = busy ? 0 : quiet + 1;
    }
  }

  #plan(n: number, act: Act): void {
    this.#left = n;
    this.#act = act;
  }

  #watch(client: Client): void {
    if (this.#watched.has(client)) return;
    this.#watched.add(client);
    const query: (...args: unknown[]) => unknown = client.query.bind(client);
    const watched = (...args: unknown[]): unknown => {
      if (typeof args.at(-1) === 'function') return query(...args);
      this.statements += 1;
      this.#left -= 1;
      const act = this.#act;
      if (this.#left >= 0 || !act) return query(...args);
      this.#act = null;
      return act(client, async () => query(...args));
    };
    Object.defineProperty(client, 'query', { value: watched });
  }
}
