import { z } from 'zod';
import { findImport, type ImportPlan } from '../../db/imports/imports.ts';
import { listRejects, type Reject } from '../../db/imports/left-out.ts';
import { scanCsv } from '../../domain/imports/csv.ts';
import { isMended, rejectColumns } from '../../domain/imports/mended.ts';
import { uuid } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { rowPage } from './wire.ts';

export const readRejectsFile = defineOperation({
  name: 'import.rejects_file',
  route: 'GET /api/imports/{id}/rejects/file',
  cli: 'import rejects-file',
  summary: 'The rejected rows as a table, to be mended and sent again',
  description:
    "The table's own columns, then import_row (the row in the file that was sent) and " +
    'import_reason. Ask for text/csv, or format=csv, to get the file. Sent again, the two ' +
    'columns and the quotes before signs that begin a formula are taken off.',
  scope: 'read',
  input: z.object({
    id: uuid.describe('Import'),
    ...rowPage,
  }),
  output: z.object({
    columns: z.array(z.string()),
    rows: z.array(z.array(z.string())),
    next_cursor: z.int().nullable().describe('Null on the last page.'),
  }),
  errors: ['import.not_found'],
  list: { items: 'rows', cursor: 'cursor', next: 'next_cursor', limit: 1000 },
  async run({ db, workspaceId }, { id, limit, cursor }) {
    const key = { workspaceId, importId: id };
    const row = await findImport(db, key);
    if (!row?.mapping) throw new AppError('import.not_found');
    const { mapping: plan } = row;
    const found = await listRejects(db, key, { after: cursor, limit: limit + 1 });
    const rejects = found.slice(0, limit);
    return {
      columns: [...ownColumns(plan), ...rejectColumns],
      rows: rejects.map((reject) => cellsOf(reject, plan)),
      next_cursor: found.length > limit ? rejects.at(-1)!.row : null,
    };
  },
});

/** A file of rejects that is rejected again has its columns once. */
const ownColumns = ({ columns }: ImportPlan): string[] =>
  isMended(columns)
    ? columns.filter((column) => !(rejectColumns as readonly string[]).includes(column))
    : columns;

/** The cells under the columns of the table; the cells left over stand in the last one. */
function cellsOf({ row, reason, raw }: Reject, plan: ImportPlan): string[] {
  const width = ownColumns(plan).length;
  const cells = scanCsv(`${raw}\n`, plan, { last: true }).records[0] ?? [raw];
  const kept = cells.slice(0, width);
  const surplus = isMended(plan.columns) ? [] : cells.slice(width).filter((cell) => cell !== '');
  if (surplus.length > 0) kept[width - 1] = [kept[width - 1], ...surplus].join(plan.delimiter);
  while (kept.length < width) kept.push('');
  return [...kept, String(row), reason];
}
