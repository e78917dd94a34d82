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
import path from 'node:path';

/** File into which the first boot writes the first API key. */
export const adminKeyFile = (dataDir: string): string => path.join(dataDir, 'admin.key');
/** File into which a running server writes its address: `{ url, pid }`. */
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

/** The secret that seals stored passwords: 256 random bits in `master.key`, made when missing. */
export function readMasterKey(dataDir: string): string {
  const file = path.join(dataDir, 'master.key');
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

/** The server of this data directory, from `server.json`; null unless its process is alive. */
export function findServerProcess(dataDir: string): { url: string; pid: number } | null {
  try {
    const server = JSON.parse(readFileSync(serverFile(dataDir), 'utf8')) as {
      url: string;
      pid: number;
    };
    process.kill(server.pid, 0);
    return server;
  } catch {
    return null;
  }
}

/** Removes `server.json`, unless another process has written it. */
export function removeServerFile(dataDir: string): void {
  const file = serverFile(dataDir);
  try {
    const { pid } = JSON.parse(readFileSync(file, 'utf8')) as { pid?: number };
    if (pid === process.pid) rmSync(file);
  } catch {
    // The file is missing or unreadable, so there is nothing to remove.
  }
}
