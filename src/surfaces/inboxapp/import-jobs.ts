import { z } from 'zod';
import { text } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { cancelListImport } from '../../operations/lists/cancel-import.ts';
import { getListImport } from '../../operations/lists/get-import.ts';
import type { listImportOutput } from '../../operations/lists/import-wire.ts';
import { listListImports } from '../../operations/lists/list-imports.ts';
import { startListImport } from '../../operations/lists/start-import.ts';
import { bare, idOutput, pathId } from './ids.ts';
import { defineRoute, pageInput, pageOf } from './route.ts';

const listId = { listId: pathId };
const job = { ...listId, jobId: pathId };
const statuses = [
  'queued',
  'starting',
  'running',
  'paused',
  'completed',
  'failed',
  'canceled',
] as const;
type Status = (typeof statuses)[number];

/** Columns of every prospect, by Inbox's names. Any other is an attribute of the lead. */
const fields: Readonly<Record<string, string>> = {
  username: 'x_handle',
  platformId: 'x_handle',
  'platform-id': 'x_handle',
  'first-name': 'first_name',
  'last-name': 'last_name',
  'display-name': 'name',
  displayName: 'name',
  'linkedin-url': 'linkedin_url',
};

const jobOutput = z.object({
  id: idOutput,
  type: z.literal('csv'),
  status: z.enum(statuses),
  totalCount: z.int(),
  processedCount: z.int(),
  addedCount: z.int(),
  skippedCount: z.int(),
  failedCount: z.int(),
  error: z.string().nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  completedAt: z.iso.datetime().nullable(),
});

function jobOf(row: z.output<typeof listImportOutput>): z.input<typeof jobOutput> {
  return {
    id: bare(row.id),
    type: 'csv',
    status: row.status === 'cancelled' ? 'canceled' : row.status,
    totalCount: row.total,
    processedCount: row.processed,
    addedCount: row.added,
    skippedCount: row.skipped,
    failedCount: row.failed,
    error: row.error,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    completedAt: row.finished_at,
  };
}

const create = defineRoute({
  route: 'POST /lists/{listId}/import-jobs',
  summary: 'Start import job',
  scope: 'write',
  input: z.strictObject({
    ...listId,
    data: z.strictObject({
      type: text({ max: 50 }),
      content: text({ min: 1, max: 10 * 1024 * 1024 }),
      fileName: text({ max: 500 }).optional(),
      columnMapping: z
        .array(z.strictObject({ csvHeader: text(), targetColumnId: text({ min: 1, max: 255 }) }))
        .min(1)
        .max(500),
      mergeStrategy: z.enum(['overwrite', 'keep']).optional(),
    }),
  }),
  output: jobOutput,
  bodyLimit: startListImport.bodyLimit ?? 0,
  async run(api, { listId: id, data }) {
    if (data.type !== 'csv')
      throw new AppError(
        'request.invalid',
        `data/type: Jobs of type "${data.type}" are not run here: use csv. ` +
          'POST /api/x/accounts/{id}/look-up looks up to 1,000 handles up at X.',
      );
    const mapping = data.columnMapping.map(({ csvHeader: column, targetColumnId }) => ({
      column,
      field: fields[targetColumnId] ?? targetColumnId,
    }));
    const table = {
      content: data.content,
      file_name: data.fileName,
      mapping,
      merge: data.mergeStrategy,
    };
    return jobOf((await api.call(startListImport, { id, ...table })).import);
  },
});

const list = defineRoute({
  route: 'GET /lists/{listId}/import-jobs',
  summary: 'List import jobs',
  scope: 'read',
  input: z.strictObject({ ...listId, ...pageInput, status: z.array(z.enum(statuses)).optional() }),
  output: pageOf(jobOutput),
  async run(api, { listId: id, status, ...page }) {
    // Our jobs are never `starting` or `paused`.
    const ownStatuses = status?.flatMap((one) =>
      one === 'starting' || one === 'paused' ? [] : [ownStatus(one)],
    );
    const { imports, next_cursor: nextCursor } = await api.call(listListImports, {
      id,
      ...page,
      status: ownStatuses,
    });
    return { data: imports.map(jobOf), nextCursor };
  },
});

const ownStatus = (status: Status): string => (status === 'canceled' ? 'cancelled' : status);

const get = defineRoute({
  route: 'GET /lists/{listId}/import-jobs/{jobId}',
  summary: 'Get import job',
  scope: 'read',
  input: z.strictObject(job),
  output: jobOutput,
  run: async (api, { listId: id, jobId: importId }) =>
    jobOf((await api.call(getListImport, { id, importId })).import),
});

const cancel = defineRoute({
  route: 'POST /lists/{listId}/import-jobs/{jobId}/cancel',
  summary: 'Cancel import job',
  scope: 'write',
  input: z.strictObject(job),
  output: jobOutput,
  run: async (api, { listId: id, jobId: importId }) =>
    jobOf((await api.call(cancelListImport, { id, importId })).import),
});

export const importJobRoutes = [create, list, get, cancel];
