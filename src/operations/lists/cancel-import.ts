import { z } from 'zod';
import { endListImport } from '../../db/imports/list-imports.ts';
import { uuid } from '../../domain/text.ts';
import { defineOperation } from '../../operation.ts';
import { getOwnImport, listImportOnWire, listImportOutput } from './import-wire.ts';
import { getOwnList } from './wire.ts';

export const cancelListImport = defineOperation({
  name: 'list_import.cancel',
  route: 'POST /api/lists/{id}/imports/{importId}/cancel',
  cli: 'list import-job cancel',
  summary: 'Stop an import into a list',
  description:
    'It stops between two batches; people in the list by then stay. A finished import stays ' +
    'as it is.',
  scope: 'write',
  input: z.object({ id: uuid.describe('List'), importId: uuid }),
  output: z.object({ import: listImportOutput }),
  errors: ['list.not_found', 'list.protected', 'import.not_found'],
  async run({ db, workspaceId, now }, { id: listId, importId }) {
    await getOwnList(db, { workspaceId, listId });
    const row = await getOwnImport(db, { workspaceId, listId, importId });
    const ended = await endListImport(
      db,
      { workspaceId, importId },
      { status: 'cancelled', error: null, now },
    );
    return { import: listImportOnWire(ended ?? row) };
  },
});
