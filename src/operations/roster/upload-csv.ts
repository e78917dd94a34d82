import { z } from 'zod';
import { guessColumns } from '../../domain/imports/guess.ts';
import { optOutColumns, optOutOf } from '../../domain/imports/opt-out.ts';
import { text, uuid } from '../../domain/text.ts';
import { tableWarnings } from '../../engine/imports/import-upload.ts';
import type { ScannedTable } from '../../engine/imports/scan-table.ts';
import { readSpreadsheet } from '../../engine/imports/spreadsheet.ts';
import { openRoster } from '../../engine/people/roster.ts';
import { createRest } from '../../engine/rest.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { delimiterInput, encodingInput, headerRowInput, mappingOutput } from '../imports/wire.ts';

const previewRows = 5;

export const uploadCsv = defineOperation({
  name: 'campaign_lead.upload_csv',
  route: 'POST /api/campaigns/{id}/leads/upload-csv',
  cli: 'campaign lead upload-csv',
  summary: 'Read a CSV or Excel file and suggest a mapping of its columns',
  description:
    'The first of two steps: nothing is stored. Send `lead_list_id`, `csv_text` and the ' +
    'mapping, corrected where needed, to …/leads/confirm-csv. The file, .csv or .xlsx, has at ' +
    'most 10 MB, and as much text; larger ones go to …/leads/import. Columns are matched by ' +
    'their names and first values.',
  scope: 'write',
  input: z.object({
    id: uuid.describe('Campaign'),
    encoding: encodingInput,
    delimiter: delimiterInput,
    header_row: headerRowInput,
    sheet: text({ min: 1, max: 100 })
      .optional()
      .describe('Of an Excel file. Without it, the first visible sheet that has people.'),
  }),
  output: z.object({
    lead_list_id: z.uuid(),
    columns: z.array(z.string()),
    auto_mapping: mappingOutput,
    preview_rows: z
      .array(z.record(z.string(), z.string()))
      .describe(`The first ${previewRows} rows, by column.`),
    total_rows: z.int(),
    csv_text: z.string(),
  }),
  errors: ['campaign.not_found', 'campaign.roster_frozen', 'import.unreadable'],
  body: 'upload',
  // A large file takes seconds and nothing is written, so no lock is kept meanwhile.
  transaction: false,
  async run({ db, workspaceId, upload, newId, warn }, { id, header_row, ...how }) {
    await openRoster(db, { workspaceId, campaignId: id });
    if (!upload) throw new AppError('import.unreadable', 'The request has no file.');
    const { csv, table, warnings } = await readSpreadsheet(upload.bytes, {
      ...how,
      headerRow: header_row,
    });
    const { columns, sample, scan } = table;
    const { fields, doubts } = guessColumns(columns, sample);
    if (doubts.length > 0) {
      fields.email = null;
      warn(
        'file',
        `Several columns could hold email, say which: ${doubts.join(', ').slice(0, 500)}.`,
      );
    }
    const refusing = await countOptOuts(table);
    if (refusing > 0)
      warn('file', `Rows that say that the person must not be written to: ${refusing}.`);
    for (const warning of [...warnings, ...tableWarnings(table, fields.email)])
      warn('file', warning);
    const preview = sample
      .slice(0, previewRows)
      .map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index] ?? ''])));
    return {
      lead_list_id: newId(),
      columns,
      auto_mapping: fields,
      preview_rows: preview,
      total_rows: scan.records.length,
      csv_text: csv,
    };
  },
});

/** The rows that say that their person must not be written to. Other work runs meanwhile. */
async function countOptOuts({ columns, scan }: ScannedTable): Promise<number> {
  const optOuts = optOutColumns(columns);
  if (optOuts.length === 0) return 0;
  const rest = createRest();
  let found = 0;
  for (const record of scan.records) {
    if (record && optOutOf(record, optOuts) !== null) found += 1;
    await rest();
  }
  return found;
}
