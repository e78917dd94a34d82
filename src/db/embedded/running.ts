import { existsSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { chmod, chown, lstat, mkdir, mkdtemp, unlink } from 'node:fs/promises';
import path from 'node:path';
import type { RunAs } from './binaries.ts';
import { clusterFolder, isAlive } from './cluster.ts';
import { isServerAlive } from './life-sign.ts';

/** A running server: its first process, and the folder of its socket. */
export type Running = { pid: number; socketDir: string };

/** How the server is told to put its socket into its working folder, the cluster. */
export const ownFolder = '.';
/** Socket addresses have 104 bytes on macOS and 108 on Linux, the last of them zero. */
const maxSocketPath = 103;

export const socketOf = (socketDir: string): string => path.join(socketDir, '.s.PGSQL.5432');

/**
 * Folders for the socket, the best first: the cluster, where nobody sweeps, when its path is short
 * enough for an address; then a fresh one below /tmp, which every user can walk to.
 */
export async function* socketFolders(dataDir: string): AsyncGenerator<string> {
  const folder = clusterFolder(dataDir);
  if (Buffer.byteLength(socketOf(folder)) <= maxSocketPath) yield folder;
  yield await mkdtemp('/tmp/postrider-');
}

/**
 * The server that postmaster.pid names, if it is alive and really this folder's. Its socket folder
 * is empty while it comes up. Files of a server in another container are left alone. `kept`: a
 * folder for the socket that stays ours while no server runs, or another user could make it.
 */
export function findRunning(dataDir: string, kept?: string): Running | null {
  const folder = clusterFolder(dataDir);
  const file = path.join(folder, 'postmaster.pid');
  const text = readPidFile(file);
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  if (!pid) return null;
  const told = lines[4]?.trim() ?? '';
  const socketDir = told === ownFolder ? folder : told;
  if (isAlive(pid) && (process.platform !== 'linux' || workingFolder(pid) === realpathSync(folder)))
    return { pid, socketDir };
  if (isServerAlive(dataDir)) return null;
  if (socketDir === kept) {
    for (const file of [socketOf(kept), `${socketOf(kept)}.lock`]) rmSync(file, { force: true });
  } else removeSocketDir(socketDir);
  // When the number belongs to another program by now, PostgreSQL would take that for a server and
  // refuse to start.
  if (isAlive(pid) && readPidFile(file) === text) {
    rmSync(file, { force: true });
    rmSync(`${socketOf(folder)}.lock`, { force: true });
  }
  return null;
}

/**
 * Makes the folder of the socket, or takes the one that was left. @throws when another user has
 * made it meanwhile: then its programs would get the data meant for the database
 */
export async function takeSocketDir(folder: string, as: RunAs): Promise<void> {
  const isOurs = (uid: number) => uid === process.getuid?.() || uid === as.uid;
  const left = await lstat(folder).catch(() => null);
  if (left?.isSymbolicLink() && isOurs(left.uid)) await unlink(folder);
  await mkdir(folder, { mode: 0o700 }).catch(() => {});
  const made = await lstat(folder);
  if (!made.isDirectory() || !isOurs(made.uid))
    throw new Error(
      `${folder} was made by another user while PostgreSQL was away: ` +
        'delete it, and start Postrider again.',
    );
  await chmod(folder, 0o700);
  if (as.uid !== undefined) await chown(folder, as.uid, as.gid!);
}

/** Takes away the folder of a server that is gone for sure. */
export function removeSocketDir(folder = ''): void {
  if (/^\/tmp\/postrider-\w+$/.test(folder)) rmSync(folder, { recursive: true, force: true });
}

const readPidFile = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');

function workingFolder(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return null;
  }
}
