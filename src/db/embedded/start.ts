import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { locatePrograms, type RunAs } from './binaries.ts';
import { clusterFolder, ensureCluster, nameFolder } from './cluster.ts';
import { openLifeSign } from './life-sign.ts';
import {
  findRunning,
  ownFolder,
  type Running,
  removeSocketDir,
  socketFolders,
  takeSocketDir,
} from './running.ts';

export type Options = {
  /** Server settings, over our own. */
  settings?: Record<string, string>;
  /** Gets a line about each step that takes time. */
  say?: (line: string) => void;
  /** Ends a start that waits. */
  signal?: AbortSignal | undefined;
};
/** `socketDir`: where it was before. */
export type Starting = Options & { socketDir?: string | undefined };

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

export const logFile = (dataDir: string): string => path.join(dataDir, 'postgres.log');

/**
 * Starts the server, in `socketDir` when given. Nobody else may start it at the same time: hold
 * `postgres.lock`. @throws with the server's last words
 */
export async function start(dataDir: string, as: RunAs, options: Starting): Promise<Running> {
  const programs = await locatePrograms(dataDir, as);
  await ensureCluster(dataDir, programs, as, options.say ?? (() => {}));
  const folders = options.socketDir ? [options.socketDir] : socketFolders(dataDir);
  for await (const socketDir of folders) {
    const running = await spawnServer(dataDir, as, { ...options, socketDir, programs });
    if (running) return running;
    if (socketDir !== options.socketDir) removeSocketDir(socketDir);
    // Not every file system takes sockets.
    if (!lastWords(dataDir).includes('Unix-domain socket')) break;
  }
  throw new Error(
    `The embedded PostgreSQL did not start:\n${lastWords(dataDir)}\n` +
      `The whole log: ${logFile(dataDir)}`,
  );
}

const lastWords = (dataDir: string): string =>
  readFileSync(logFile(dataDir), 'utf8').trim().split('\n').slice(-5).join('\n');

/** Starts the server with its socket in this folder. Null when it ended instead. */
async function spawnServer(
  dataDir: string,
  as: RunAs,
  { socketDir, programs, settings }: Starting & { socketDir: string; programs: string },
): Promise<Running | null> {
  const folder = clusterFolder(dataDir);
  if (socketDir !== folder) await takeSocketDir(socketDir, as);
  const all = Object.entries({
    ...defaults,
    unix_socket_directories: socketDir === folder ? ownFolder : socketDir,
    ...settings,
  });
  const args = [
    '-D',
    nameFolder(folder, as),
    ...all.flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  const log = openLog(logFile(dataDir));
  const lifeSign = openLifeSign(dataDir);
  const child = spawn(path.join(programs, 'bin/postgres'), args, {
    ...as,
    cwd: folder,
    env: { PATH: '/usr/bin:/bin' },
    detached: true,
    stdio: ['ignore', log, log, lifeSign],
  });
  closeSync(log);
  closeSync(lifeSign);
  let ended = false;
  for (const sign of ['error', 'exit']) child.once(sign, () => (ended = true));
  child.unref();
  while (!ended) {
    const running = findRunning(dataDir, socketDir);
    if (running?.socketDir) return running;
    await pause(10);
  }
  return null;
}

function openLog(file: string): number {
  if (existsSync(file) && statSync(file).size > 10_000_000) renameSync(file, `${file}.old`);
  return openSync(file, 'a', 0o600);
}
