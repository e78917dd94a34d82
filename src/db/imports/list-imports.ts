import { sql } from 'kysely';
import type { LeadColumn } from '../../domain/imports/lead-table.ts';
import type { Db } from '../database.ts';

export type ListImportStatus = 'queued' | 'running' | 'completed' | 'failed' | 'cancelled';
export type ListReject = { row: number; reason: string };
export type ListImportRow = {
  workspace_id: string;
  id: string;
  list_id: string;
  status: ListImportStatus;
  file_name: string | null;
  mapping: LeadColumn[];
  merge: 'overwrite' | 'keep';
  total: number;
  processed: number;
  added: number;
  skipped: number;
  failed: number;
  rejects: ListReject[];
  error: string | null;
  created_at: Date;
  updated_at: Date;
  finished_at: Date | null;
};
export type ListImportId = { workspaceId: string; importId: string };

/** All but the table itself. */
const columns = sql.raw(
  'workspace_id, id, list_id, status, file_name, mapping, merge, total, processed, added, ' +
    'skipped, failed, rejects, error, created_at, updated_at, finished_at',
);

type NewListImport = ListImportId & { listId: string; now: Date; content: string } & Pick<
    ListImportRow,
    'file_name' | 'mapping' | 'merge' | 'total'
  >;

export async function insertListImport(db: Db, given: NewListImport): Promise<ListImportRow> {
  const { rows } = await sql<ListImportRow>`
    insert into list_imports (workspace_id, id, list_id, status, file_name, content, mapping, merge, total, created_at, updated_at)
    values (${given.workspaceId}, ${given.importId}, ${given.listId}, 'queued', ${given.file_name}, ${given.content}, ${JSON.stringify(given.mapping)},
      ${given.merge}, ${given.total}, ${given.now}, ${given.now}) returning ${columns}`.execute(db);
  return rows[0]!;
}

export async function findListImport(
  db: Db,
  { workspaceId, importId }: ListImportId,
): Promise<ListImportRow | null> {
  const { rows } = await sql<ListImportRow>`
    select ${columns} from list_imports where workspace_id = ${workspaceId} and id = ${importId}`.execute(
    db,
  );
  return rows[0] ?? null;
}

/** The import, locked until the transaction ends. */
export async function lockListImport(
  db: Db,
  { workspaceId, importId }: ListImportId,
): Promise<ListImportRow | null> {
  const { rows } = await sql<ListImportRow>`
    select ${columns} from list_imports where workspace_id = ${workspaceId} and id = ${importId} for update`.execute(
    db,
  );
  return rows[0] ?? null;
}

/** The table; null when the import is over. */
export async function readContent(
  db: Db,
  { workspaceId, importId }: ListImportId,
): Promise<string | null> {
  const { rows } = await sql<{ content: string | null }>`
    select content from list_imports where workspace_id = ${workspaceId} and id = ${importId}`.execute(
    db,
  );
  return rows[0]?.content ?? null;
}

export type ListImportPage = {
  workspaceId: string;
  listId: string;
  statuses: readonly ListImportStatus[] | null;
  after: string | undefined;
  limit: number;
};

/** The imports of a list, the newest first. */
export async function listImportsOf(
  db: Db,
  { workspaceId, listId, statuses, after, limit }: ListImportPage,
): Promise<ListImportRow[]> {
  const { rows } = await sql<ListImportRow>`
    select ${columns} from list_imports where workspace_id = ${workspaceId} and list_id = ${listId}
      and (${statuses}::text[] is null or status = any(${statuses}::text[])) and (${after ?? null}::uuid is null or id < ${after ?? null})
    order by id desc limit ${limit}`.execute(db);
  return rows;
}

export type Step = {
  processed: number;
  added: number;
  skipped: number;
  rejects: ListReject[];
  keep: number;
  last: boolean;
  now: Date;
};

/**
 * Notes how far the import has come, in the transaction of the people it brought; `keep` rejects at
 * most are kept. The last batch completes it.
 */
export async function saveListImportStep(
  db: Db,
  { workspaceId, importId }: ListImportId,
  step: Step,
): Promise<void> {
  const kept = JSON.stringify(step.rejects.slice(0, step.keep));
  await sql`
    update list_imports set processed = processed + ${step.processed}, added = added + ${step.added}, skipped = skipped + ${step.skipped},
      failed = failed + ${step.rejects.length}, rejects = rejects || ${kept}::jsonb, updated_at = ${step.now},
      status = ${step.last ? 'completed' : 'running'}, finished_at = ${step.last ? step.now : null}, content = ${step.last ? sql`null` : sql`content`}
    where workspace_id = ${workspaceId} and id = ${importId}`.execute(db);
}

/**
 * Ends a running import; the leads it has added stay. Returns it, or null when it was over already.
 */
export async function endListImport(
  db: Db,
  { workspaceId, importId }: ListImportId,
  end: { status: 'failed' | 'cancelled'; error: string | null; now: Date },
): Promise<ListImportRow | null> {
  const { rows } = await sql<ListImportRow>`
    update list_imports set status = ${end.status}, error = ${end.error}, content = null, updated_at = ${end.now}, finished_at = ${end.now}
    where workspace_id = ${workspaceId} and id = ${importId} and status in ('queued', 'running') returning ${columns}`.execute(
    db,
  );
  return rows[0] ?? null;
}
