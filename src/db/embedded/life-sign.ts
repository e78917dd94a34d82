import { execFileSync } from 'node:child_process';
import { closeSync, constants, existsSync, openSync } from 'node:fs';
import path from 'node:path';

const fileOf = (dataDir: string) => path.join(dataDir, 'postgres.alive');

/**
 * Opens the end of a named pipe that a database server and its processes inherit. While one of them
 * lives, `isServerAlive` is true, whichever container asks: the kernel knows the pipe by its file,
 * not by a process number. Returns the file descriptor.
 */
export function openLifeSign(dataDir: string): number {
  const file = fileOf(dataDir);
  if (!existsSync(file)) execFileSync('mkfifo', ['-m', '600', file]);
  return openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
}

/** Whether any process of a server of this data directory lives, here or in another container. */
export function isServerAlive(dataDir: string): boolean {
  try {
    // Fails with ENXIO when nobody has the other end.
    closeSync(openSync(fileOf(dataDir), constants.O_WRONLY | constants.O_NONBLOCK));
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENXIO' || code === 'ENOENT') return false;
    throw error;
  }
}
