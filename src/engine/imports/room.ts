import { statfs } from 'node:fs/promises';
import type { Config } from '../../config.ts';
import { waitingBytes } from '../../db/imports/imports.ts';
import { AppError } from '../../errors.ts';
import type { Services } from '../../operation.ts';

/** Of the disk of the embedded database, as a share, below which no more files are taken. */
const leastFree = 0.1;
const megabyte = 1024 * 1024;

/**
 * Refuses to store bytes of an import beyond the quota of a file or of its workspace, or on a disk
 * that is nearly full. `size`: bytes of the file so far; `more`: those of it not stored yet.
 * @throws import.too_large, import.too_many_waiting, import.disk_full
 */
export async function requireRoom(
  { db, config, freeDisk }: Services,
  workspaceId: string,
  { size, more }: { size: number; more: number },
): Promise<void> {
  const most = config.maxImportBytes;
  const quota = `${most / megabyte} MB (POSTRIDER_MAX_IMPORT_MB)`;
  if (size > most)
    throw new AppError('import.too_large', `A file may have ${quota} at most: send it in parts.`);
  if ((await waitingBytes(db, workspaceId)) + more > most)
    throw new AppError(
      'import.too_many_waiting',
      `The files that this workspace has waiting may have ${quota} in all.`,
    );
  if ((await freeDisk()) < leastFree)
    throw new AppError(
      'import.disk_full',
      `Less than ${leastFree * 100} % of the disk of the database is free.`,
    );
}

/** Returns a look at the share that is free of the disk of the embedded database; else 1. */
export function diskOf({ databaseUrl, dataDir }: Config): () => Promise<number> {
  if (databaseUrl !== null) return async () => 1;
  return async () => {
    const { bavail, blocks } = await statfs(dataDir);
    return bavail / blocks;
  };
}
