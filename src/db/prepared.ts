import {
  AbortedTransactionError,
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  PostgresDialect,
  PostgresQueryCompiler,
  type QueryResult,
  RawNode,
  ValueNode,
} from 'kysely';
import type pg from 'pg';
import type { Pool, PoolClient } from 'pg';

const maxNames = 500;
const firstPrepared = 3;
const planChanged = '0A000';

/**
 * PostgreSQL whose plain statements are prepared once per connection: parsing and planning a
 * look-up by key costs more than running it. A statement with lists is not plain, nor one with
 * optional conditions, because their plans differ with the values.
 */
export class PreparingDialect extends PostgresDialect {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    super({ pool });
    this.#pool = pool;
  }

  override createDriver(): Driver {
    return new PreparingDriver(this.#pool);
  }

  override createQueryCompiler(): PostgresQueryCompiler {
    return new RememberingCompiler();
  }
}

/**
 * The text of a template that holds only values depends on its place in the source alone: it is
 * written once.
 */
class RememberingCompiler extends PostgresQueryCompiler {
  readonly #texts = new WeakMap<readonly string[], string>();

  override compileQuery(
    ...[node, queryId]: Parameters<PostgresQueryCompiler['compileQuery']>
  ): CompiledQuery {
    const values = RawNode.is(node) && valuesOf(node);
    if (!values) return super.compileQuery(node, queryId);
    const text = this.#texts.get(node.sqlFragments);
    if (text !== undefined) return { query: node, queryId, sql: text, parameters: values };
    const compiled = super.compileQuery(node, queryId);
    this.#texts.set(node.sqlFragments, compiled.sql);
    return compiled;
  }
}

/** The parameters of a template; null when one of them is a piece of a statement. */
function valuesOf({ parameters }: RawNode): unknown[] | null {
  const values: unknown[] = [];
  for (const parameter of parameters) {
    if (!ValueNode.is(parameter) || parameter.immediate) return null;
    values.push(parameter.value);
  }
  return values;
}

class PreparingDriver implements Driver {
  readonly #pool: Pool;
  readonly #names = new Names();
  readonly #connections = new WeakMap<PoolClient, Connection>();

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<Connection> {
    const client = await this.#pool.connect();
    const known = this.#connections.get(client) ?? new Connection(client, this.#names);
    this.#connections.set(client, known);
    return known;
  }

  async beginTransaction({ client }: Connection): Promise<void> {
    await client.query('begin');
  }

  /** @throws when a statement had failed before: PostgreSQL then ends COMMIT with a ROLLBACK */
  async commitTransaction({ client }: Connection): Promise<void> {
    const { command } = await client.query('commit');
    if (command === 'ROLLBACK') throw new AbortedTransactionError();
  }

  async rollbackTransaction({ client }: Connection): Promise<void> {
    await client.query('rollback');
  }

  async releaseConnection(connection: Connection): Promise<void> {
    connection.release();
  }

  async destroy(): Promise<void> {
    await this.#pool.end();
  }
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
    if (this.#seen.size >= maxNames || /::\w+ is null or/.test(text)) return undefined;
    const seen = { times: 0, name: `postrider_${this.#seen.size}` };
    this.#seen.set(text, seen);
    return seen;
  }
}

class Connection implements DatabaseConnection {
  readonly client: PoolClient;
  readonly #names: Names;
  #outdated = false;

  constructor(client: PoolClient, names: Names) {
    this.client = client;
    this.#names = names;
  }

  async executeQuery<Row>({ sql: text, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const values = parameters as unknown[];
    const name = this.#outdated ? undefined : this.#names.of(text, values);
    if (name === undefined) return resultOf(await this.client.query(text, values));
    try {
      return resultOf(await this.client.query({ name, text, values }));
    } catch (error) {
      // A newer release has changed a table since: this connection goes on without names, and is
      // let go afterwards.
      if ((error as { code?: string }).code !== planChanged) throw error;
      this.#outdated = true;
      if (this.client.getTransactionStatus() !== 'I') throw error;
      return resultOf(await this.client.query(text, values));
    }
  }

  streamQuery(): never {
    throw new Error('Rows are not read by a cursor.');
  }

  release(): void {
    this.client.release(this.#outdated);
  }
}

const writes = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE']);

function resultOf({
  command,
  rowCount,
  rows = [],
}: Pick<pg.QueryResult, 'command' | 'rowCount' | 'rows'>): QueryResult<never> {
  return writes.has(command)
    ? { rows: rows as never[], numAffectedRows: BigInt(rowCount ?? 0) }
    : { rows: rows as never[] };
}
