import { z } from 'zod';
import { findImport } from '../../db/imports/imports.ts';
import { uuid } from '../../domain/text.ts';
import { waitForImport } from '../../engine/imports/import-wait.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { importOnWire, importOutput, isFruitless } from './wire.ts';

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
  follow: {
    async look({ db, workspaceId }, { id: importId }) {
      const row = await findImport(db, { workspaceId, importId });
      return row ? `${row.status} ${row.rows}` : '';
    },
    isOver: (body) => ['completed', 'failed', 'cancelled'].includes(body.import.status),
    progress({ import: { status, bytes, bytes_done: done, imported } }) {
      const share = bytes === 0 ? 0 : Math.floor((100 * done) / bytes);
      return `${status}: ${share} % of the file, ${imported} people imported`;
    },
  },
  isFailure: (body) => isFruitless(body.import),
  async run({ db, workspaceId, signal }, { id: importId, wait }) {
    const row = await waitForImport(db, { workspaceId, importId }, { ms: wait * 1000, signal });
    if (!row) throw new AppError('import.not_found');
    return { import: importOnWire(row) };
  },
});
