import { z } from 'zod';
import { identityFields } from '../../domain/identity.ts';
import { alsoOf, guessColumns } from '../../domain/imports/guess.ts';
import { text, uuid } from '../../domain/text.ts';
import { tableWarnings } from '../../engine/imports/import-upload.ts';
import { previewTable } from '../../engine/imports/preview.ts';
import { readSpreadsheet } from '../../engine/imports/spreadsheet.ts';
import { openRoster } from '../../engine/people/roster.ts';
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
    outcome: z
      .object({
        to_import: z.int(),
        invalid: z.int(),
        repeated: z.int().describe('People who stand in the table before.'),
        already_there: z.int().describe('People who are in the campaign already.'),
        opted_out: z.int().describe('Rows that say that the person must not be written to.'),
        suppressed: z
          .int()
          .describe('Of the people, those who are suppressed: they come in and are skipped.'),
        opt_out_columns: z.array(z.string()).describe('The columns that say so.'),
        reasons: z
          .array(z.object({ row: z.int(), reason: z.string() }))
          .describe('Of the first invalid rows.'),
      })
      .nullable()
      .describe('What an import with this mapping would do; null when no column has identities.'),
    csv_text: z.string(),
  }),
  errors: ['campaign.not_found', 'campaign.roster_frozen', 'import.unreadable'],
  body: 'upload',
  // A large file takes seconds and nothing is written, so no lock is kept meanwhile.
  transaction: false,
  async run({ db, workspaceId, upload, newId, advise }, { id, header_row, ...how }) {
    const campaign = { workspaceId, campaignId: id };
    const { type: channel } = await openRoster(db, campaign);
    if (!upload) throw new AppError('import.unreadable', 'The request has no file.');
    const { csv, table, warnings } = await readSpreadsheet(upload.bytes, {
      ...how,
      headerRow: header_row,
    });
    const { columns, sample, scan } = table;
    const guess = guessColumns(columns, sample);
    const { fields, doubts } = guess;
    const say = (message: string) => advise({ pointer: '/file', code: 'import', message });
    if (doubts.length > 0) {
      fields.email = null;
      say(`Several columns could hold email, say which: ${doubts.join(', ').slice(0, 500)}.`);
    }
    for (const warning of [...warnings, ...tableWarnings(table, fields.email)]) say(warning);
    const preview = sample
      .slice(0, previewRows)
      .map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index] ?? ''])));
    const { also } = alsoOf(guess, fields);
    const reading = { columns, fields, also, several: 'reject' as const, channel };
    const isMapped = fields[identityFields[channel]!.field] !== null;
    return {
      lead_list_id: newId(),
      columns,
      auto_mapping: fields,
      outcome: isMapped ? await previewTable(db, campaign, { table: reading, scan }) : null,
      preview_rows: preview,
      total_rows: scan.records.length,
      csv_text: csv,
    };
  },
});
