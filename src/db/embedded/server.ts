import { once } from 'node:events';
import { existsSync, symlinkSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { lockFile } from '../../data-dir.ts';
import type { RunAs } from './binaries.ts';
import { chooseUser, clusterFolder, isAlive } from './cluster.ts';
import { isServerAlive } from './life-sign.ts';
import { findRunning, type Running, removeSocketDir, socketOf } from './running.ts';
import { logFile, type Options, type Starting, start } from './start.ts';

/** A running embedded server this process is attached to. */
export type Embedded = {
  /** Connection string of its database. */
  url: string;
  /** Detaches; the last process to do so stops the server. Resolves when that is done. */
  release: () => Promise<void>;
};

type Attached = { presence: pg.Client; running: Running };

const startMs = 300_000;
/** How long processes of a server may outlive it before they count as another container's. */
const foreignMs = 5_000;
/** How long until a server that could not be brought back is tried again. */
const reviveMs = 1_000;
/** How often to look whether the socket is still there. */
const socketMs = 2_000;
/** How long to wait for an answer before saying so. */
const patienceMs = 5_000;
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
        attached = await acquire(dataDir, { ...options, signal: undefined }, socketDir);
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
  const socketWatch = setInterval(() => restartSwept(attached.running, options), socketMs).unref();
  return {
    url: locate(attached.running, 'postrider'),
    release: () => {
      released = true;
      clearInterval(socketWatch);
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
  const foreignFrom = performance.now() + foreignMs;
  for (;;) {
    options.signal?.throwIfAborted();
    const found = findRunning(dataDir, socketDir);
    const running = found ?? (await startAlone(dataDir, as, { ...options, socketDir }));
    const attached = running?.socketDir ? await attach(running, deadline, options) : null;
    if (running && attached) return { presence: attached, running };
    if (!running && performance.now() > foreignFrom && isServerAlive(dataDir))
      throw new Error(
        `The database in ${dataDir} is in use by a Postrider in another container or namespace. ` +
          'Stop that one first, or choose another POSTRIDER_DATA_DIR.',
      );
    if (performance.now() > deadline)
      throw new Error(`The embedded PostgreSQL does not answer; see ${logFile(dataDir)}.`);
    if (!running?.socketDir) await pause(20);
  }
}

/**
 * Starts the server unless another process is about to, or processes of one still live. Null when
 * the caller is to look again.
 */
async function startAlone(dataDir: string, as: RunAs, options: Starting): Promise<Running | null> {
  const unlock = lockFile(path.join(dataDir, 'postgres.lock'), 0);
  if (!unlock) return null;
  try {
    return (
      findRunning(dataDir, options.socketDir) ??
      (isServerAlive(dataDir) ? null : await start(dataDir, as, options))
    );
  } finally {
    unlock();
  }
}

/** Stops a server that nobody can connect to any more; `bringBack` starts it with a new socket. */
function restartSwept({ pid, socketDir }: Running, { say }: Options): void {
  if (existsSync(socketOf(socketDir)) || !isAlive(pid)) return;
  say?.(`The socket of PostgreSQL in ${socketDir} was deleted; restarting PostgreSQL ...`);
  process.kill(pid, 'SIGINT');
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

const locate = (running: Running, database: string) =>
  `postgres://postrider@localhost/${database}?host=${encodeURIComponent(running.socketDir)}`;

/**
 * Connects and takes the shared lock that says "in use". Null when the server went away meanwhile.
 */
async function attach(
  running: Running,
  deadline: number,
  { say, signal }: Options,
): Promise<pg.Client | null> {
  const patience = performance.now() + patienceMs;
  for (let told = false; performance.now() < deadline && isAlive(running.pid); await pause(20)) {
    signal?.throwIfAborted();
    if (!told && performance.now() > patience) {
      requireSocket(running);
      say?.('Waiting for PostgreSQL to recover what an unclean stop left behind ...');
      told = true;
    }
    try {
      const present = takePresence(running);
      return await (signal ? Promise.race([present, aborted(signal)]) : present);
    } catch {
      // Not up yet, or going down: the loop decides.
    }
  }
  signal?.throwIfAborted();
  return null;
}

async function aborted(signal: AbortSignal): Promise<never> {
  await once(signal, 'abort');
  throw signal.reason;
}

async function takePresence(running: Running): Promise<pg.Client> {
  await ensureDatabase(running);
  const client = new pg.Client({
    connectionString: locate(running, 'postrider'),
    application_name: 'postrider presence',
    connectionTimeoutMillis: patienceMs,
  });
  client.on('error', () => {});
  await client.connect();
  await client.query('select pg_advisory_lock_shared($1)', [presenceLock]);
  return client;
}

/** @throws when the server's socket was deleted, or lies where this process cannot see it */
function requireSocket({ pid, socketDir }: Running): void {
  if (existsSync(socketOf(socketDir))) return;
  throw new Error(
    `PostgreSQL runs (process ${pid}), but its socket in ${socketDir} is gone, or hidden from ` +
      `this process. Stop process ${pid} (kill -INT ${pid}) and start again.`,
  );
}

async function ensureDatabase(running: Running): Promise<void> {
  const client = new pg.Client({
    connectionString: locate(running, 'postgres'),
    connectionTimeoutMillis: patienceMs,
  });
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
