import { z } from 'zod';
import { listImportsOf } from '../../db/imports/list-imports.ts';
import { pageLimit } from '../../domain/page.ts';
import { uuid } from '../../domain/text.ts';
import { defineOperation } from '../../operation.ts';
import { listImportOnWire, listImportOutput, listImportStatuses } from './import-wire.ts';
import { getOwnList } from './wire.ts';

export const listListImports = defineOperation({
  name: 'list_import.list',
  route: 'GET /api/lists/{id}/imports',
  cli: 'list import-job',
  summary: 'List the imports into a list',
  description: 'The newest first.',
  scope: 'read',
  input: z.object({
    id: uuid.describe('List'),
    status: z.array(z.enum(listImportStatuses)).max(listImportStatuses.length).optional(),
    cursor: uuid.optional().describe('`next_cursor` of the page before.'),
    limit: pageLimit(100, 50),
  }),
  output: z.object({ imports: z.array(listImportOutput), next_cursor: z.uuid().nullable() }),
  errors: ['list.not_found', 'list.protected'],
  async run({ db, workspaceId }, { id: listId, status, cursor, limit }) {
    await getOwnList(db, { workspaceId, listId });
    const rows = await listImportsOf(db, {
      workspaceId,
      listId,
      statuses: status ?? null,
      after: cursor,
      limit: limit + 1,
    });
    const shown = rows.slice(0, limit);
    return {
      imports: shown.map(listImportOnWire),
      next_cursor: rows.length > limit ? shown.at(-1)!.id : null,
    };
  },
});
