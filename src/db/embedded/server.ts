import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { chown, mkdir, mkdtemp } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { locatePrograms, type RunAs } from './binaries.ts';
import { chooseUser, clusterFolder, ensureCluster, isAlive, nameFolder } from './cluster.ts';

/** A running embedded server this process is attached to. */
export type Embedded = {
  /** Connection string of its database. */
  url: string;
  /** Detaches; the last process to do so stops the server. Resolves when that is done. */
  release: () => Promise<void>;
};

type Options = {
  /** Server settings, over our own. */
  settings?: Record<string, string>;
  /** Gets a line about each step that takes time. */
  say?: (line: string) => void;
};
type Running = { pid: number; socketDir: string };
type Attached = { presence: pg.Client; running: Running };

const defaults: Record<string, string> = {
  listen_addresses: '',
  shared_buffers: '256MB',
  max_connections: '100',
  synchronous_commit: 'on',
  max_wal_size: '2GB',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  // A client hears about its own refused statements; the log keeps the server's messages.
  log_min_messages: 'log',
};
const startMs = 300_000;
/** How long a server that ended at once may be the loser of a race. */
const rivalMs = 500;
/** How long until a server that could not be brought back is tried again. */
const reviveMs = 1_000;
const presenceLock = 4020;

/**
 * Attaches to the server of this data directory; makes and starts it when there is none. It runs in
 * a session of its own, so Ctrl-C reaches only us, and outlives a killed process: the next start
 * attaches to it. Should it end while we use it, it is brought back at the same place.
 * @throws with the way out: unsupported platform, another major version, a folder of another user,
 * a server that does not start
 */
export async function openEmbedded(dataDir: string, options: Options = {}): Promise<Embedded> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  let attached = await acquire(dataDir, options);
  const { socketDir } = attached.running;
  let released = false;
  const watch = () => attached.presence.once('end', () => void (released || bringBack()));
  const bringBack = async () => {
    options.say?.('The connection to PostgreSQL ended; seeing to it that it runs ...');
    for (let told = false; !released && existsSync(clusterFolder(dataDir)); await pause(reviveMs)) {
      try {
        attached = await acquire(dataDir, options, socketDir);
        if (released) return release(attached);
        linkSocketDir(socketDir, attached.running.socketDir);
        watch();
        return;
      } catch (error) {
        if (!told) options.say?.((error as Error).message);
        told = true;
      }
    }
  };
  watch();
  return {
    url: locate(attached.running, 'postrider'),
    release: () => {
      released = true;
      if (attached.running.socketDir !== socketDir) removeSocketDir(socketDir);
      return release(attached);
    },
  };
}

/**
 * Attaches to the running server, or starts one, in `socketDir` when given. @throws when that
 * cannot be
 */
async function acquire(dataDir: string, options: Options, socketDir?: string): Promise<Attached> {
  const as = chooseUser(dataDir);
  const deadline = performance.now() + startMs;
  for (;;) {
    const running = findRunning(dataDir) ?? (await start(dataDir, as, { ...options, socketDir }));
    const presence = running.socketDir
      ? await attach(running, deadline, options.say ?? (() => {}))
      : await pause(20, null);
    if (presence) return { presence, running };
    if (performance.now() > deadline)
      throw new Error(`The embedded PostgreSQL does not answer; see ${logFile(dataDir)}.`);
  }
}

/**
 * Another process restarted the server elsewhere, and our connections still look for it in the old
 * folder.
 */
function linkSocketDir(from: string, to: string): void {
  if (from === to) return;
  removeSocketDir(from);
  symlinkSync(to, from);
}

const logFile = (dataDir: string) => path.join(dataDir, 'postgres.log');
const locate = (running: Running, database: string) =>
  `postgres://postrider@localhost/${database}?host=${encodeURIComponent(running.socketDir)}`;

/**
 * The server that postmaster.pid names, if it is alive and really this folder's. Its socket folder
 * is empty while it comes up.
 */
export function findRunning(dataDir: string): Running | null {
  const folder = clusterFolder(dataDir);
  const file = path.join(folder, 'postmaster.pid');
  const text = readPidFile(file);
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  if (pid && !isAlive(pid)) removeSocketDir(lines[4]);
  if (!pid || !isAlive(pid)) return null;
  if (process.platform === 'linux' && workingFolder(pid) !== realpathSync(folder)) {
    // The number belongs to another program now. PostgreSQL would take it for a server and refuse
    // to start.
    if (readPidFile(file) === text) rmSync(file, { force: true });
    return null;
  }
  return { pid, socketDir: lines[4]?.trim() ?? '' };
}

const readPidFile = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');

function workingFolder(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return null;
  }
}

async function start(
  dataDir: string,
  as: RunAs,
  options: Options & { socketDir?: string | undefined },
): Promise<Running> {
  const programs = await locatePrograms(dataDir, as);
  await ensureCluster(dataDir, programs, as, options.say ?? (() => {}));
  // Socket names end at about 100 bytes and every folder on the way must be open to the server's
  // user: /tmp is both short and open.
  const socketDir = options.socketDir ?? (await mkdtemp('/tmp/postrider-'));
  if (options.socketDir) await mkdir(socketDir, { recursive: true, mode: 0o700 });
  if (as.uid !== undefined) await chown(socketDir, as.uid, as.gid!);
  const folder = clusterFolder(dataDir);
  const settings = Object.entries({
    ...defaults,
    unix_socket_directories: socketDir,
    ...options.settings,
  });
  const args = [
    '-D',
    nameFolder(folder, as),
    ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  const log = openLog(logFile(dataDir));
  const child = spawn(path.join(programs, 'bin/postgres'), args, {
    ...as,
    cwd: folder,
    env: { PATH: '/usr/bin:/bin' },
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  let endedAt = Number.POSITIVE_INFINITY;
  for (const sign of ['error', 'exit']) {
    child.once(sign, () => {
      endedAt = performance.now();
    });
  }
  child.unref();
  for (;;) {
    const running = findRunning(dataDir);
    if (running?.socketDir) {
      // Another process may have started one in the same moment; then ours gave up.
      if (running.socketDir !== socketDir) removeSocketDir(socketDir);
      return running;
    }
    if (performance.now() > endedAt + rivalMs) break;
    await pause(10);
  }
  // A reused folder may belong to a rival server that is slow to start.
  if (!options.socketDir) removeSocketDir(socketDir);
  const said = readFileSync(logFile(dataDir), 'utf8').trim().split('\n').slice(-5).join('\n');
  throw new Error(
    `The embedded PostgreSQL did not start:\n${said}\nThe whole log: ${logFile(dataDir)}`,
  );
}

function openLog(file: string): number {
  if (existsSync(file) && statSync(file).size > 10_000_000) renameSync(file, `${file}.old`);
  return openSync(file, 'a', 0o600);
}

/**
 * Connects and takes the shared lock that says "in use". Null when the server went away meanwhile.
 */
async function attach(
  running: Running,
  deadline: number,
  say: (line: string) => void,
): Promise<pg.Client | null> {
  const patience = performance.now() + 5_000;
  for (let told = false; performance.now() < deadline && isAlive(running.pid); await pause(20)) {
    if (!told && performance.now() > patience) {
      say('Waiting for PostgreSQL to recover what an unclean stop left behind ...');
      told = true;
    }
    try {
      await ensureDatabase(running);
      const client = new pg.Client({
        connectionString: locate(running, 'postrider'),
        application_name: 'postrider presence',
      });
      client.on('error', () => {});
      await client.connect();
      await client.query('select pg_advisory_lock_shared($1)', [presenceLock]);
      return client;
    } catch {
      // Not up yet, or going down: the loop decides.
    }
  }
  return null;
}

async function ensureDatabase(running: Running): Promise<void> {
  const client = new pg.Client({ connectionString: locate(running, 'postgres') });
  client.on('error', () => {});
  await client.connect();
  try {
    const { rowCount } = await client.query(`select from pg_database where datname = 'postrider'`);
    if (rowCount === 0) await client.query('create database postrider');
  } finally {
    await client.end();
  }
}

async function release({ presence, running }: Attached): Promise<void> {
  const last = await isLast(presence);
  await presence.end().catch(() => {});
  if (!last || !isAlive(running.pid)) return;
  // SIGTERM lets sessions end by themselves, ours are about to; SIGINT ends them. Both write a
  // checkpoint.
  process.kill(running.pid, 'SIGTERM');
  const patience = performance.now() + 1_000;
  for (let asked = false; isAlive(running.pid); await pause(10)) {
    if (asked || performance.now() < patience) continue;
    process.kill(running.pid, 'SIGINT');
    asked = true;
  }
  removeSocketDir(running.socketDir);
}

/** Takes away the folder of a server that is gone for sure. */
function removeSocketDir(folder = ''): void {
  if (/^\/tmp\/postrider-\w+$/.test(folder)) rmSync(folder, { recursive: true, force: true });
}

async function isLast(presence: pg.Client): Promise<boolean> {
  try {
    await presence.query('select pg_advisory_unlock_shared($1)', [presenceLock]);
    const { rows } = await presence.query<{ free: boolean }>(
      'select pg_try_advisory_lock($1) as free',
      [presenceLock],
    );
    return rows[0]?.free === true;
  } catch {
    return false;
  }
}
