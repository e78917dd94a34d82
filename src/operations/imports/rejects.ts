import { z } from 'zod';
import { findImport } from '../../db/imports/imports.ts';
import { listRejects as listRows } from '../../db/imports/left-out.ts';
import { uuid } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { rowPage } from './wire.ts';

export const listRejects = defineOperation({
  name: 'import.rejects',
  route: 'GET /api/imports/{id}/rejects',
  cli: 'import rejects',
  summary: 'List the rows that could not be imported',
  description:
    'Each with the number of its row as a spreadsheet shows it (the first line of the file is ' +
    '1, blank lines count), the reason, and the row itself. …/rejects/file has them as a ' +
    'table, to be mended and sent again.',
  scope: 'read',
  input: z.object({
    id: uuid.describe('Import'),
    ...rowPage,
  }),
  output: z.object({
    rejects: z.array(z.object({ row: z.int(), reason: z.string(), raw: z.string() })),
    total: z.int(),
    next_cursor: z.int().nullable().describe('Null on the last page.'),
  }),
  errors: ['import.not_found'],
  list: { items: 'rejects', cursor: 'cursor', next: 'next_cursor', limit: 1000 },
  async run({ db, workspaceId }, { id, limit, cursor }) {
    const key = { workspaceId, importId: id };
    const row = await findImport(db, key);
    if (!row) throw new AppError('import.not_found');
    const rows = await listRows(db, key, { after: cursor, limit: limit + 1 });
    const rejects = rows.slice(0, limit);
    return {
      rejects,
      total: row.invalid,
      next_cursor: rows.length > limit ? rejects.at(-1)!.row : null,
    };
  },
});
