import { z } from 'zod';
import type { Db } from '../../db/database.ts';
import {
  findListImport,
  type ListImportId,
  type ListImportRow,
} from '../../db/imports/list-imports.ts';
import { AppError } from '../../errors.ts';

export const listImportStatuses = [
  'queued',
  'running',
  'completed',
  'failed',
  'cancelled',
] as const;

export const listImportOutput = z
  .object({
    id: z.uuid(),
    list_id: z.uuid(),
    status: z.enum(listImportStatuses),
    file_name: z.string().nullable(),
    merge: z.enum(['overwrite', 'keep']),
    total: z.int().describe('Rows with anything in them.'),
    processed: z.int(),
    added: z.int(),
    skipped: z.int().describe('People in the list already, or twice in the table.'),
    failed: z.int(),
    rejects: z
      .array(z.object({ row: z.int(), reason: z.string() }))
      .describe('The first rows that failed, numbered as in a spreadsheet.'),
    error: z.string().nullable(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
    finished_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'ListImport' });

export function listImportOnWire(row: ListImportRow): z.input<typeof listImportOutput> {
  const {
    id,
    list_id,
    status,
    file_name,
    merge,
    total,
    processed,
    added,
    skipped,
    failed,
    rejects,
    error,
  } = row;
  const at = {
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    finished_at: row.finished_at?.toISOString() ?? null,
  };
  return {
    id,
    list_id,
    status,
    file_name,
    merge,
    total,
    processed,
    added,
    skipped,
    failed,
    rejects,
    error,
    ...at,
  };
}

/** The import into this list. @throws import.not_found, also for an import into another list */
export async function getOwnImport(
  db: Db,
  id: ListImportId & { listId: string },
): Promise<ListImportRow> {
  const row = await findListImport(db, id);
  if (row?.list_id !== id.listId) throw new AppError('import.not_found');
  return row;
}
