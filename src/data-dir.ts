import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Where the first boot leaves the first API key. */
export const adminKeyFile = (dataDir: string): string => path.join(dataDir, 'admin.key');
/** Where a running server says how to reach it: `{ url, pid }`. */
export const serverFile = (dataDir: string): string => path.join(dataDir, 'server.json');

/** The secret that seals what is stored: 256 random bits in `master.key`, made at the first call. */
export function readMasterKey(dataDir: string): string {
  const file = path.join(dataDir, 'master.key');
  const fresh = `${file}.${process.pid}`;
  writeOwn(fresh, `${randomBytes(32).toString('base64url')}\n`);
  try {
    // A link appears whole and only once, so two first starts agree on one key.
    linkSync(fresh, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(fresh, { force: true });
  }
  return readFileSync(file, 'utf8').trim();
}

/** Writes a file only this user can read, in one step. */
export function writeOwn(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const fresh = `${file}.part-${process.pid}`;
  rmSync(fresh, { force: true });
  writeFileSync(fresh, text, { mode: 0o600, flag: 'wx' });
  renameSync(fresh, file);
}

/** The server that says it runs on this data directory, while its process lives. */
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

/** Takes the server's address away again, unless another process has put its own there. */
export function removeServerFile(dataDir: string): void {
  const file = serverFile(dataDir);
  try {
    const { pid } = JSON.parse(readFileSync(file, 'utf8')) as { pid?: number };
    if (pid === process.pid) rmSync(file);
  } catch {
    // Nothing there, or nothing to read: nothing to take away.
  }
}
