import { z } from 'zod';
import { endImport, findImport } from '../../db/imports/imports.ts';
import { uuid } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { importOnWire, importOutput } from './wire.ts';

export const cancelImport = defineOperation({
  name: 'import.cancel',
  route: 'POST /api/imports/{id}/cancel',
  cli: 'import cancel',
  summary: 'Stop an import',
  description:
    'It stops between two batches; people imported by then stay. A finished import stays as it is.',
  scope: 'write',
  input: z.object({ id: uuid.describe('Import') }),
  output: z.object({ import: importOutput }),
  errors: ['import.not_found'],
  async run({ db, workspaceId, now }, { id }) {
    const key = { workspaceId, importId: id };
    const row =
      (await endImport(db, key, { status: 'cancelled', error: null, now })) ??
      (await findImport(db, key));
    if (!row) throw new AppError('import.not_found');
    return { import: importOnWire(row) };
  },
});
