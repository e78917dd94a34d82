import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import type { Pool, PoolClient, QueryResult } from 'pg';

const mostNames = 500;
const firstPrepared = 3;
const planChanged = '0A000';

/**
 * A pool whose plain statements are prepared once per connection: parsing and planning a look-up by key costs more than running it.
 * A statement with lists is not plain, nor one with optional conditions: their plans differ with the values.
 */
export function preparing(pool: Pool): PostgresPool {
  const names = new Names();
  const clients = new WeakMap<PoolClient, PreparingClient>();
  return {
    end: () => pool.end(),
    options: pool.options,
    async connect() {
      const client = await pool.connect();
      const known = clients.get(client) ?? new PreparingClient(client, names);
      clients.set(client, known);
      return known;
    },
  };
}

/** Names of the statements that have come more than once; the same in every connection. */
class Names {
  readonly #seen = new Map<string, { times: number; name: string }>();

  of(text: string, values: readonly unknown[]): string | undefined {
    if (values.length === 0 || values.some(Array.isArray)) return undefined;
    const seen = this.#seen.get(text) ?? this.#add(text);
    if (!seen || ++seen.times < firstPrepared) return undefined;
    return seen.name;
  }

  /** Optional conditions are written `$1::text is null or …`. */
  #add(text: string) {
    if (this.#seen.size >= mostNames || /::\w+ is null or/.test(text)) return undefined;
    const seen = { times: 0, name: `postrider_${this.#seen.size}` };
    this.#seen.set(text, seen);
    return seen;
  }
}

class PreparingClient implements PostgresPoolClient {
  readonly #client: PoolClient;
  readonly #names: Names;
  #outdated = false;

  constructor(client: PoolClient, names: Names) {
    this.#client = client;
    this.#names = names;
  }

  query<Row>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<Row>>;
  query<Row>(cursor: PostgresCursor<Row>): PostgresCursor<Row>;
  query(text: unknown, values: readonly unknown[] = []): unknown {
    if (typeof text !== 'string') throw new Error('Rows are not read by a cursor.');
    return this.#run(text, [...values]);
  }

  release(): void {
    this.#client.release(this.#outdated);
  }

  async #run(text: string, values: unknown[]): Promise<PostgresQueryResult<never>> {
    const name = this.#outdated ? undefined : this.#names.of(text, values);
    const run = name === undefined ? this.#client.query<never>(text, values) : this.#runPrepared({ name, text, values });
    const { command, rowCount, rows } = await run;
    return { command: command as 'SELECT', rowCount: rowCount ?? 0, rows };
  }

  async #runPrepared(statement: { name: string; text: string; values: unknown[] }): Promise<QueryResult<never>> {
    try {
      return await this.#client.query<never>(statement);
    } catch (error) {
      // A newer release has changed a table since: this connection goes on without names, and is let go afterwards.
      if ((error as { code?: string }).code !== planChanged) throw error;
      this.#outdated = true;
      if (this.#client.getTransactionStatus() !== 'I') throw error;
      return this.#client.query<never>(statement.text, statement.values);
    }
  }
}
