import { z } from 'zod';
import { runTransaction } from '../../db/database.ts';
import { deleteImport, insertImport, queueImport } from '../../db/imports/imports.ts';
import { uuid } from '../../domain/text.ts';
import { planImport, storeUpload } from '../../engine/imports/import-upload.ts';
import { queueImportJob } from '../../engine/imports/queue.ts';
import { openRoster } from '../../engine/people/roster.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { requireSendAfterLaunch } from '../require-send.ts';
import {
  delimiterInput,
  encodingInput,
  headerRowInput,
  importChoices,
  importOnWire,
  importOutput,
  mappingInput,
  severalInput,
} from './wire.ts';

export const startImport = defineOperation({
  name: 'campaign_lead.import_csv',
  route: 'POST /api/campaigns/{id}/leads/import',
  cli: 'campaign lead import-csv',
  summary: 'Import a CSV file of any size',
  description:
    'The body is the file (text/csv). It is stored as it arrives and answered with 202; GET ' +
    '/api/imports/{id} shows the progress. Commas, semicolons, tabs or pipes; UTF-8, UTF-16 or ' +
    'another code page, which is guessed when it is not said. The header is the first of ten ' +
    'rows with a word for what identifies people. `mapping` says which column holds which ' +
    'field, otherwise their names and values decide; all other columns become custom fields. ' +
    'Rows that cannot be imported are kept with the reason. People already in the campaign, by ' +
    'the normalised identity, count as duplicates, so the same file can be sent again; ' +
    '`existing` says whether their profiles are filled or overwritten with it. Rows whose ' +
    'columns say that the person opted out or bounced add nobody, and suppress the person: ' +
    '`opt_outs`.',
  scope: 'write',
  input: z.object({
    id: uuid.describe('Campaign'),
    mapping: mappingInput
      .optional()
      .describe('Field to column name, as JSON: {"email": "Work e-mail", "first_name": "Vorname"}'),
    encoding: encodingInput,
    delimiter: delimiterInput,
    header_row: headerRowInput,
    several_addresses: severalInput,
    ...importChoices,
  }),
  output: z.object({ import: importOutput }),
  status: 202,
  errors: [
    'campaign.not_found',
    'campaign.roster_frozen',
    'import.unreadable',
    'import.too_large',
    'import.too_many_waiting',
    'import.disk_full',
  ],
  body: 'stream',
  transaction: false,
  progressOperation: 'import.get',
  progressInput: (body) => ({ id: body.import.id }),
  async run(context, { id: campaignId, mapping, existing, opt_outs: optOuts, ...options }) {
    const { db, workspaceId, now } = context;
    const id = { workspaceId, importId: context.newId() };
    const roster = await runTransaction(db, (transaction) =>
      openRoster(transaction, { workspaceId, campaignId }),
    );
    requireSendAfterLaunch(context, roster);
    if (!context.stream) throw new AppError('import.unreadable', 'The request has no body.');
    await insertImport(db, { ...id, campaignId, choices: { existing, optOuts }, now });
    try {
      const stored = await storeUpload(context, id, context.stream);
      const { encoding, delimiter, header_row: headerRow, several_addresses: several } = options;
      const how = { channel: roster.type, mapping, encoding, delimiter, headerRow, several };
      const ready = { ...planImport(stored, how), now };
      const queued = await runTransaction(db, async (transaction) => {
        await queueImportJob(transaction, 'import', id);
        return queueImport(transaction, id, ready);
      });
      if (!queued) throw new AppError('campaign.not_found', 'The campaign was deleted meanwhile.');
      return { import: importOnWire(queued) };
    } catch (error) {
      await deleteImport(db, id);
      throw (error as NodeJS.ErrnoException).code === 'ECONNRESET'
        ? new AppError('request.malformed', 'The upload broke off.')
        : error;
    }
  },
});
