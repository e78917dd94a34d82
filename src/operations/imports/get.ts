import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { findImport, type ImportRow } from '../../db/people/imports.ts';
import { uuid } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { type Context, defineOperation } from '../../operation.ts';
import { importOnWire, importOutput } from './wire.ts';

const pollMs = 100;

export const getImport = defineOperation({
  name: 'import.get',
  route: 'GET /api/imports/{id}',
  cli: 'import',
  summary: 'Show the progress of an import',
  description:
    'With `wait` it answers when the import is finished, at the latest after that many seconds.',
  scope: 'read',
  input: z.object({
    id: uuid.describe('Import'),
    wait: z.int().min(0).max(60).default(0).describe('Seconds.'),
  }),
  output: z.object({ import: importOutput }),
  errors: ['import.not_found'],
  async run(context, { id, wait }) {
    const until = performance.now() + wait * 1000;
    let row = await read(context, id);
    while (row.finished_at === null && performance.now() < until) {
      await pause(pollMs);
      row = await read(context, id);
    }
    return { import: importOnWire(row) };
  },
});

async function read({ db, workspaceId }: Context, importId: string): Promise<ImportRow> {
  const row = await findImport(db, { workspaceId, importId });
  if (!row) throw new AppError('import.not_found');
  return row;
}
