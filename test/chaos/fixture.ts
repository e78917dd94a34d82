import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { openDatabase } from '../../src/db/database.ts';
import { isAlive } from '../../src/db/embedded/cluster.ts';
import { findRunning } from '../../src/db/embedded/running.ts';
import { createLog } from '../../src/log.ts';
import { findBreaches } from '../fixtures/engine.ts';
import { type MailPeers, startMailPeers } from '../peers/index.ts';
import { nearbyMail } from '../peers/ports.ts';
import { Server } from './server.ts';

type FixtureOptions = {
  /** Roles of further processes; the first has all roles. */
  others?: readonly ('all' | 'api' | 'worker')[];
  /** Starts a real IMAP server. */
  mail?: boolean;
  env?: Record<string, string>;
  /** A folder to use instead of a fresh one. */
  dataDir?: string;
};

export type ChaosFixture = {
  dataDir: string;
  /** The first does everything and is asked by `call`. */
  servers: readonly [Server, ...Server[]];
  peers: MailPeers | null;
  call: Server['call'];
  /** Asks the database past the servers. */
  query: <Row extends object>(text: string, values?: unknown[]) => Promise<Row[]>;
  /**
   * Breaches of the engine's laws in the database, a line each. Call it when nothing is under way.
   */
  breaches: () => Promise<string[]>;
  close: () => Promise<void>;
};

/** Server processes on one embedded database, in a folder of their own. */
export async function openChaosFixture({
  others = [],
  mail = false,
  env = {},
  dataDir = freshFolder(),
}: FixtureOptions = {}): Promise<ChaosFixture> {
  prototype ??= makePrototype();
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  execFileSync('cp', ['-a', `${await prototype}/.`, dataDir]);
  const shared = {
    ...nearbyMail,
    POSTRIDER_DATA_DIR: dataDir,
    POSTRIDER_PORT: '0',
    POSTRIDER_LOG_LEVEL: 'silent',
    ...shortDeadlines,
    ...env,
  };
  const first = new Server(shared);
  const servers = [first];
  const peers = mail ? await startMailPeers() : null;
  const close = async () => {
    await Promise.all(servers.map((server) => server.stop()));
    await peers?.stop();
    clear(dataDir);
    for (const folder of folders) clear(folder);
  };
  /** A folder has one API, so every further one gets its own, with the first one's keys. */
  const folders: string[] = [];
  const settingsOf = (role: string): Record<string, string> => {
    if (role === 'worker') return { POSTRIDER_ROLE: role };
    const folder = freshFolder();
    folders.push(folder);
    for (const key of ['admin.key', 'master.key'])
      copyFileSync(path.join(dataDir, key), path.join(folder, key));
    return { POSTRIDER_ROLE: role, POSTRIDER_DATA_DIR: folder, DATABASE_URL: locate(dataDir) };
  };
  const query = async <Row extends object>(
    text: string,
    values: unknown[] = [],
  ): Promise<Row[]> => {
    const client = await connect(dataDir);
    try {
      return (await client.query<Row>(text, values)).rows;
    } finally {
      await client.end().catch(() => {});
    }
  };
  try {
    await first.start();
    // A copied data directory is held.
    await query('update instance set held_since = null, held_reason = null');
    for (const role of others) {
      const other = new Server({ ...shared, ...settingsOf(role) });
      servers.push(other);
      await other.start();
    }
  } catch (error) {
    await close();
    throw error;
  }
  const breaches = async () => {
    const workspaces = await query<{ id: string }>('select id from workspaces');
    const { db, close: leave } = openDatabase(locate(dataDir), createLog('silent'), 2);
    const found = await Promise.all(workspaces.map(({ id }) => findBreaches(db, id)));
    await leave();
    return found.flat();
  };
  return {
    dataDir,
    servers: servers as [Server, ...Server[]],
    peers,
    call: (route, body) => first.call(route, body),
    query,
    breaches,
    close,
  };
}

/** Deadlines that let a test see the end of a recovery. */
export const shortDeadlines = { POSTRIDER_SEND_SECONDS: '10', POSTRIDER_SETTLE_SECONDS: '5' };

let prototype: Promise<string> | null = null;

/** Removes the data directory that fixtures are copied from. */
export async function removePrototype(): Promise<void> {
  const made = prototype;
  prototype = null;
  if (made) clear(await made);
}

/**
 * A data directory as the first start leaves it. A copy is faster than a start for every fixture.
 */
async function makePrototype(): Promise<string> {
  sweep();
  const dataDir = freshFolder();
  const server = new Server({
    POSTRIDER_DATA_DIR: dataDir,
    POSTRIDER_PORT: '0',
    POSTRIDER_LOG_LEVEL: 'silent',
    POSTRIDER_ROLE: 'api',
  });
  await server.start();
  await server.stop();
  return dataDir;
}

/** A folder of this run. */
export const freshFolder = (): string =>
  mkdtempSync(path.join(tmpdir(), `postrider-chaos-${process.pid}-`));

/** Stops servers and removes folders of runs that were killed. */
function sweep(): void {
  for (const name of readdirSync(tmpdir())) {
    const run = /^postrider-chaos-(\d+)-/.exec(name)?.[1];
    if (!run || isAlive(Number(run))) continue;
    const folder = path.join(tmpdir(), name);
    end(path.join(folder, 'data'));
    spawnSync('umount', ['-l', folder]);
    clear(folder);
  }
}

/** Stops the PostgreSQL of an unused folder and removes the folder. */
export function clear(dataDir: string): void {
  end(dataDir);
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
}

function end(dataDir: string): void {
  const left = findRunning(dataDir);
  if (left) process.kill(left.pid, 'SIGQUIT');
}

function locate(dataDir: string): string {
  const running = findRunning(dataDir);
  if (!running?.socketDir) throw new Error('PostgreSQL is not running');
  return `postgres://postrider@localhost/postrider?host=${encodeURIComponent(running.socketDir)}`;
}

/** Opens a connection to the fixture's database. @throws when PostgreSQL is not running */
export async function connect(dataDir: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: locate(dataDir), application_name: 'chaos' });
  client.on('error', () => {});
  await client.connect();
  return client;
}
