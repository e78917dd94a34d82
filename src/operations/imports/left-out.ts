import { z } from 'zod';
import { findImport } from '../../db/imports/imports.ts';
import { listLeftOut } from '../../db/imports/left-out.ts';
import { uuid } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { rowPage } from './wire.ts';

const kinds = ['duplicate', 'repeated', 'opted_out'] as const;

export const listLeftOutRows = defineOperation({
  name: 'import.left_out',
  route: 'GET /api/imports/{id}/left-out',
  cli: 'import left-out',
  summary: 'List the valid rows that added nobody',
  description:
    'People who were in the campaign already (duplicate), stand in the file before (repeated), ' +
    'or must not be written to by what the row says (opted_out, with the column and its value).',
  scope: 'read',
  input: z.object({
    id: uuid.describe('Import'),
    kind: z.enum(kinds).optional(),
    ...rowPage,
  }),
  output: z.object({
    rows: z.array(
      z.object({
        row: z.int().describe('As a spreadsheet numbers it; the header is 1.'),
        kind: z.enum(kinds),
        identity: z.string(),
        detail: z.string().nullable(),
      }),
    ),
    next_cursor: z.int().nullable().describe('Null on the last page.'),
  }),
  errors: ['import.not_found'],
  list: { items: 'rows', cursor: 'cursor', next: 'next_cursor', limit: 1000 },
  async run({ db, workspaceId }, { id, kind = null, limit, cursor }) {
    const key = { workspaceId, importId: id };
    if (!(await findImport(db, key))) throw new AppError('import.not_found');
    const found = await listLeftOut(db, key, { after: cursor, kind, limit: limit + 1 });
    const rows = found.slice(0, limit);
    return { rows, next_cursor: found.length > limit ? rows.at(-1)!.row : null };
  },
});
