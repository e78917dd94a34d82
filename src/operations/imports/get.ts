import { z } from 'zod';
import { uuid } from '../../domain/text.ts';
import { waitForImport } from '../../engine/imports/import-wait.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { importOnWire, importOutput } from './wire.ts';

export const getImport = defineOperation({
  name: 'import.get',
  route: 'GET /api/imports/{id}',
  cli: 'import',
  summary: 'Show the progress of an import',
  description:
    'With `wait` it answers when the import is finished, at the latest after that many seconds. ' +
    'At most twenty calls of a workspace wait at once.',
  scope: 'read',
  input: z.object({
    id: uuid.describe('Import'),
    wait: z.int().min(0).max(60).default(0).describe('Seconds.'),
  }),
  output: z.object({ import: importOutput }),
  errors: ['import.not_found'],
  async run({ db, workspaceId, signal }, { id: importId, wait }) {
    const row = await waitForImport(db, { workspaceId, importId }, { ms: wait * 1000, signal });
    if (!row) throw new AppError('import.not_found');
    return { import: importOnWire(row) };
  },
});
