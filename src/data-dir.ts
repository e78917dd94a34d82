import { randomBytes } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** File into which the first boot writes the first API key. */
export const adminKeyFile = (dataDir: string): string => path.join(dataDir, 'admin.key');
/** File of the secret that seals stored passwords. */
export const masterKeyFile = (dataDir: string): string => path.join(dataDir, 'master.key');
/** File into which a running server writes its address. */
export const serverFile = (dataDir: string): string => path.join(dataDir, 'server.json');

/**
 * Makes the data directory unless it is there. @throws naming the setting when it cannot be used
 */
export function makeDataDir(dataDir: string): void {
  try {
    makeFolder(dataDir);
    accessSync(dataDir, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new Error(
      `POSTRIDER_DATA_DIR: ${dataDir} is not a folder that this user can write to ` +
        `(${(error as NodeJS.ErrnoException).code}). Choose another one.`,
    );
  }
}

/**
 * Not `recursive`, because Node then tries for ever where the system answers ENOENT, as in /proc.
 */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const parent = path.dirname(folder);
    if (code === 'EEXIST' && statSync(folder).isDirectory()) return;
    if (code !== 'ENOENT' || parent === folder || existsSync(parent)) throw error;
    makeFolder(parent);
    mkdirSync(folder, { mode: 0o700 });
  }
}

/** The secret that seals stored passwords, from `master.key`; null when there is none. */
export function findMasterKey(dataDir: string): string | null {
  const file = masterKeyFile(dataDir);
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : null;
}

/** Makes `master.key`, 256 random bits, unless there is one. Returns what it holds. */
export function makeMasterKey(dataDir: string): string {
  const file = masterKeyFile(dataDir);
  const candidate = `${file}.${process.pid}`;
  writePrivateFile(candidate, `${randomBytes(32).toString('base64url')}\n`);
  try {
    // Two first starts at the same time agree on one key, because a link is made whole and once.
    linkSync(candidate, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(candidate, { force: true });
  }
  return readFileSync(file, 'utf8').trim();
}

/** Replaces a file in one step. Only this user can read it. */
export function writePrivateFile(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const part = `${file}.part-${process.pid}`;
  rmSync(part, { force: true });
  writeFileSync(part, text, { mode: 0o600, flag: 'wx' });
  renameSync(part, file);
}

/**
 * Locks a file until the process ends or lets go. Null when somebody else has it for longer than
 * `waitMs`, also from another container: the lock is the kernel's, as SQLite takes it, and no
 * namespace hides it. A file must be opened by this alone, because closing any other handle of it
 * would drop the lock.
 */
export function lockFile(file: string, waitMs = lockMs): (() => void) | null {
  const lock = new DatabaseSync(file, { timeout: waitMs });
  try {
    lock.exec('begin exclusive');
    return () => lock.close();
  } catch (error) {
    lock.close();
    if ((error as { errcode?: number }).errcode === sqliteBusy) return null;
    throw error;
  }
}

/** Two that reach for a lock in the same moment may both miss it at the first try. */
const lockMs = 200;
const sqliteBusy = 5;

/** What a running server says of itself in `server.json`. */
type ServerNote = { url: string; pid: number; host: string; since: string; secret: string };

/**
 * Makes this process the one server of the data directory. Returns a function that ends that.
 * @throws when another server has the directory, with the words it left about itself
 */
export function lockServer(dataDir: string): () => void {
  makeDataDir(dataDir);
  const unlock = lockFile(path.join(dataDir, 'server.lock'));
  if (!unlock)
    throw new Error(
      `${dataDir} is in use by another Postrider${describeServer(dataDir)}. ` +
        'Stop that one first, or choose another POSTRIDER_DATA_DIR.',
    );
  // Left behind by a server that was killed.
  rmSync(serverFile(dataDir), { force: true });
  return unlock;
}

/**
 * Says in `server.json` where this process, which holds the server's lock, listens. `secret`: by it
 * the command line knows this server from another program at the same address.
 */
export function writeServerFile(
  dataDir: string,
  { url, since, secret }: { url: string; since: Date; secret: string },
): void {
  const note: ServerNote = {
    url,
    pid: process.pid,
    host: hostname(),
    since: since.toISOString(),
    secret,
  };
  writePrivateFile(serverFile(dataDir), `${JSON.stringify(note)}\n`);
}

/** Where the server of a data directory listens; null when none runs. */
export function readServerUrl(dataDir: string): string | null {
  try {
    return (JSON.parse(readFileSync(serverFile(dataDir), 'utf8')) as ServerNote).url;
  } catch {
    return null;
  }
}

function describeServer(dataDir: string): string {
  try {
    const note = JSON.parse(readFileSync(serverFile(dataDir), 'utf8')) as ServerNote;
    return `: process ${note.pid} on ${note.host}, ${note.url}, since ${note.since}`;
  } catch {
    return ', which is starting or stopping';
  }
}
