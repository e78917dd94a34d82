import { z } from 'zod';
import { uuid } from '../../domain/text.ts';
import { defineOperation } from '../../operation.ts';
import { getOwnImport, listImportOnWire, listImportOutput } from './import-wire.ts';
import { getOwnList } from './wire.ts';

export const getListImport = defineOperation({
  name: 'list_import.get',
  route: 'GET /api/lists/{id}/imports/{importId}',
  cli: 'list import-job get',
  summary: 'Show the progress of an import into a list',
  scope: 'read',
  input: z.object({ id: uuid.describe('List'), importId: uuid }),
  output: z.object({ import: listImportOutput }),
  errors: ['list.not_found', 'list.protected', 'import.not_found'],
  isFailure: ({ import: { status, added, skipped } }) =>
    status === 'failed' || (status === 'completed' && added + skipped === 0),
  async run({ db, workspaceId }, { id: listId, importId }) {
    await getOwnList(db, { workspaceId, listId });
    return { import: listImportOnWire(await getOwnImport(db, { workspaceId, listId, importId })) };
  },
});
