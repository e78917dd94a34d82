import { setTimeout as pause } from 'node:timers/promises';
import type { Db } from '../../db/database.ts';
import { findImport, type ImportId, type ImportRow } from '../../db/imports/imports.ts';
import { AppError } from '../../errors.ts';
import { untilAborted } from '../turns.ts';

const lookMs = 500;
/** Callers of one workspace who wait at once. */
const maxWaiting = 20;

const waiting = new Map<string, number>();
/** The next look at each import that somebody waits for. */
const looks = new Map<string, Promise<ImportRow | null>>();

/**
 * Waits until an import is over or gone, for up to `ms`. All who wait for one share a look.
 * @throws request.rate_limited when too many of the workspace wait; the reason of `signal`
 */
export async function waitForImport(
  db: Db,
  id: ImportId,
  { ms, signal }: { ms: number; signal: AbortSignal },
): Promise<ImportRow | null> {
  const until = performance.now() + ms;
  let row = await findImport(db, id);
  if (ms === 0 || row?.finished_at !== null) return row;
  const { workspaceId } = id;
  const others = waiting.get(workspaceId) ?? 0;
  if (others >= maxWaiting)
    throw new AppError(
      'request.rate_limited',
      `This workspace waits for imports ${maxWaiting} times already, which are the most at once.`,
    );
  waiting.set(workspaceId, others + 1);
  try {
    while (row?.finished_at === null && performance.now() < until)
      row = await untilAborted(signal, nextLook(db, id));
    return row;
  } finally {
    const left = waiting.get(workspaceId)! - 1;
    if (left > 0) waiting.set(workspaceId, left);
    else waiting.delete(workspaceId);
  }
}

function nextLook(db: Db, id: ImportId): Promise<ImportRow | null> {
  const key = `${id.workspaceId} ${id.importId}`;
  const started = looks.get(key);
  if (started) return started;
  const look = pause(lookMs).then(() => {
    looks.delete(key);
    return findImport(db, id);
  });
  // The caller that waited may have hung up before it fails.
  look.catch(() => {});
  looks.set(key, look);
  return look;
}
