import type { Db } from '../../db/database.ts';
import { deleteStrayFiles } from '../../db/threads/attachments.ts';
import { blankBodies } from '../../db/threads/retention.ts';
import { dayMs } from '../../domain/time.ts';

const batchSize = 500;
/** How long a mail that matched nobody keeps its HTML and files, for somebody to attach it. */
const unmatchedMs = 30 * dayMs;

/**
 * Forgets the texts and files of received messages after the time that their workspace keeps them,
 * and files that are left without a message. Returns the number of blanked messages.
 */
export async function forgetBodies(db: Db, now: Date): Promise<number> {
  const unmatchedBefore = new Date(now.getTime() - unmatchedMs);
  let blanked = 0;
  for (let count = batchSize; count === batchSize; blanked += count)
    count = await blankBodies(db, { now, unmatchedBefore, limit: batchSize });
  while ((await deleteStrayFiles(db, batchSize)) === batchSize);
  return blanked;
}
