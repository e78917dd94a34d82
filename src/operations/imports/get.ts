import { z } from 'zod';
import { findImport } from '../../db/imports.ts';
import { uuid } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { importOnWire, importOutput } from './wire.ts';

export const getImport = defineOperation({
  name: 'import.get',
  route: 'GET /api/imports/{id}',
  cli: 'import',
  summary: 'See how far an import has come',
  scope: 'read',
  input: z.object({ id: uuid.describe('Import') }),
  output: z.object({ import: importOutput }),
  errors: ['import.not_found'],
  async run({ db, workspaceId }, { id }) {
    const row = await findImport(db, { workspaceId, importId: id });
    if (!row) throw new AppError('import.not_found');
    return { import: importOnWire(row) };
  },
});
