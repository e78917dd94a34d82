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
 * Hot rows lie in memory or on flash: a look-up by key costs little more than the next row of a
 * scan. Compiling costs more than our statements do.
 */
const sessionSettings = 'set random_page_cost = 1.1; set jit = off';

/**
 * How long a statement waits for somebody else's lock before it gives up: a caller hears 503, a
 * worker tries again.
 */
const lockMs = 10_000;

/**
 * Opens a pool. `target` is a connection string, or the folder of the embedded server's socket with
 * a database name.
 */
export function openDatabase(target: string | pg.PoolConfig, log: Log, max = 12): Database {
  const config: pg.PoolConfig = typeof target === 'string' ? { connectionString: target } : target;
  // Not as a parameter of the connection: poolers between here and PostgreSQL refuse those.
  const onConnect = (client: pg.ClientBase) => client.query(`set lock_timeout = ${lockMs}`);
  const pool = new pg.Pool({ max, connectionTimeoutMillis: 10_000, onConnect, ...config });
  // Without a listener a database restart ends the process.
  pool.on('error', (error) => log.warn({ err: error }, 'an idle database connection was lost'));
  pool.on('connect', (client) => {
    client.on('error', (error) => log.warn({ err: error }, 'a database connection was lost'));
    client
      .query(sessionSettings)
      .catch((error: unknown) =>
        log.warn({ err: error }, 'a database connection keeps its own settings'),
      );
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
