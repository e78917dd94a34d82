import { Kysely, sql } from 'kysely';
import pg from 'pg';
import type { Log } from '../log.ts';
import { type LoggedEvents, logEvents } from './event-log.ts';
import { PreparingDialect } from './prepared.ts';
import type { Schema } from './schema.gen.ts';

export type Db = Kysely<Schema>;
export type Database = { db: Db; pool: pg.Pool; close: () => Promise<void> };

const int8 = 20;
const date = 1082;
pg.types.setTypeParser(int8, Number);
pg.types.setTypeParser(date, (text) => text);

/**
 * How long a statement waits for somebody else's lock before it gives up: a caller hears 503, a
 * worker tries again.
 */
const lockMs = 10_000;
/** How long a statement may run, of those that nobody gave more time (`withTime`). */
const statementMs = 120_000;
/** How long a transaction may do nothing while it holds locks and a connection. */
const idleMs = 60_000;

/**
 * Every connection of a pool has these. Hot rows lie in memory or on flash: a look-up by key costs
 * little more than the next row of a scan. Compiling costs more than our statements do.
 */
export const sessionSettings = [
  `set lock_timeout = ${lockMs}`,
  `set statement_timeout = ${statementMs}`,
  `set idle_in_transaction_session_timeout = ${idleMs}`,
  'set random_page_cost = 1.1',
  'set jit = off',
].join('; ');

/** Settings for work that takes as long as it takes: migrations and backups. */
export const endlessSettings =
  'set lock_timeout = 0; set statement_timeout = 0; set idle_in_transaction_session_timeout = 0';

/**
 * Opens a pool. `target` is a connection string, or the folder of the embedded server's socket with
 * a database name.
 */
export function openDatabase(target: string | pg.PoolConfig, log: Log, max = 12): Database {
  const config: pg.PoolConfig = typeof target === 'string' ? { connectionString: target } : target;
  // Not as a parameter of the connection: poolers between here and PostgreSQL refuse those.
  const onConnect = (client: pg.ClientBase) => client.query(sessionSettings);
  const pool = new pg.Pool({ max, connectionTimeoutMillis: 10_000, onConnect, ...config });
  // Without a listener a database restart ends the process.
  pool.on('error', (error) => log.warn({ err: error }, 'an idle database connection was lost'));
  pool.on('connect', (client) => {
    client.on('error', (error) => log.warn({ err: error }, 'a database connection was lost'));
  });
  const db = new Kysely<Schema>({ dialect: new PreparingDialect(pool) });
  logs.set(db, log);
  return { db, pool, close: () => db.destroy() };
}

/** The log of each database, and the events of each transaction that is not committed yet. */
const logs = new WeakMap<Db, Log>();
const uncommitted = new WeakMap<Db, LoggedEvents[]>();

/** Logs events when their transaction commits. */
export function noteEvents(db: Db, events: LoggedEvents): void {
  uncommitted.get(db)?.push(events);
}

/** Runs a transaction, and logs its events when it is committed. */
export async function runTransaction<T>(db: Db, run: (db: Db) => Promise<T>): Promise<T> {
  const events: LoggedEvents[] = [];
  const result = await db.transaction().execute((transaction) => {
    uncommitted.set(transaction, events);
    return run(transaction);
  });
  const log = logs.get(db);
  if (log) for (const one of events) logEvents(log, one);
  return result;
}

/**
 * Calls `run` on one connection whose statements may take `ms` each, or as long as they take
 * without it. Nothing of that remains on the connection.
 */
export function withTime<T>(
  db: Db,
  { ms }: { ms?: number },
  run: (db: Db) => Promise<T>,
): Promise<T> {
  return db.connection().execute(async (own) => {
    await sql
      .raw(ms === undefined ? endlessSettings : `set statement_timeout = ${ms}`)
      .execute(own);
    try {
      return await run(own);
    } finally {
      // Fails when the connection is lost; then nobody gets it again.
      await sql
        .raw(sessionSettings)
        .execute(own)
        .catch(() => {});
    }
  });
}

/** Gives the statements of a transaction the time to delete a large campaign or list. */
export async function takeTime(transaction: Db): Promise<void> {
  await sql`set local statement_timeout = '30min'`.execute(transaction);
}

const deadlock = '40P01';
const maxTries = 5;

/**
 * Runs a transaction. One that PostgreSQL ended to break a deadlock left nothing behind and is run
 * again, a few times. Within a transaction it is part of that one.
 */
export async function transact<T>(db: Db, run: (db: Db) => Promise<T>): Promise<T> {
  if (db.isTransaction) return run(db);
  for (let tries = 1; ; tries++) {
    try {
      return await runTransaction(db, run);
    } catch (error) {
      if ((error as { code?: string }).code !== deadlock || tries === maxTries) throw error;
    }
  }
}

/** Wakes sleeping workers when the transaction commits. A hint only: they poll as well. */
export async function notifyLanes(db: Db): Promise<void> {
  await sql`select pg_notify('postrider_lanes', '')`.execute(db);
}
