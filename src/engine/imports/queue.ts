import type { Db } from '../../db/database.ts';
import type { ImportId } from '../../db/imports/imports.ts';
import { addJob } from '../../db/jobs.ts';

export type ImportTask = 'import' | 'list_import';

/**
 * Queues the next part of an import behind the others of its workspace. Of one workspace one import
 * runs at a time, so that its files keep nobody else's waiting.
 */
export async function queueImportJob(db: Db, task: ImportTask, id: ImportId): Promise<void> {
  const { workspaceId, importId } = id;
  const payload = { workspaceId, importId };
  await addJob(db, { task, payload, key: `${task}:${importId}`, queue: workspaceId });
}
