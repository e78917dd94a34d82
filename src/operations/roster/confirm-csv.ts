import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import { packPeople } from '../../db/sending/roster-changes.ts';
import { addRemarks, type Remarks, remarksInWords } from '../../domain/imports/remarks.ts';
import { uuid } from '../../domain/text.ts';
import { type ImportProgress, noProgress, readRows } from '../../engine/imports/import-rows.ts';
import { resolveFields } from '../../engine/imports/import-upload.ts';
import { scanTable } from '../../engine/imports/scan-table.ts';
import { takeIn } from '../../engine/imports/take-in.ts';
import { openRoster } from '../../engine/people/roster.ts';
import { defineOperation } from '../../operation.ts';
import {
  headerRowInput,
  importChoices,
  mappingInput,
  nobodyCame,
  severalInput,
} from '../imports/wire.ts';
import { requireSendAfterLaunch } from '../require-send.ts';

const maxTextLength = 10 * 1024 * 1024;
const batchSize = 5_000;
const maxRejects = 100;

export const confirmCsv = defineOperation({
  name: 'campaign_lead.confirm_csv',
  route: 'POST /api/campaigns/{id}/leads/confirm-csv',
  cli: 'campaign lead confirm-csv',
  summary: 'Import the table of upload-csv with a mapping',
  description:
    "`mapping` must say which column holds the campaign's identity. Columns without a field " +
    'become custom fields: lower-cased, spaces as "_", other signs dropped. Running it again ' +
    'is safe: people already in the roster count as duplicates.',
  scope: 'write',
  input: z.object({
    id: uuid.describe('Campaign'),
    lead_list_id: uuid.describe(
      'From the answer of upload-csv; kept as the `source_ref` of the people.',
    ),
    mapping: mappingInput,
    csv_text: z.string().min(1).max(maxTextLength),
    header_row: headerRowInput,
    several_addresses: severalInput,
    ...importChoices,
  }),
  output: z.object({
    imported: z.int(),
    duplicates: z.int(),
    invalid: z.int(),
    updated: z.int().describe('Of the duplicates, people whose profile the table changed.'),
    opted_out: z.int().describe('Rows that say that the person must not be written to.'),
    rejects: z
      .array(z.object({ row: z.int(), reason: z.string(), raw: z.string() }))
      .describe(`The first ${maxRejects} invalid rows.`),
  }),
  errors: ['campaign.not_found', 'campaign.roster_frozen', 'import.unreadable'],
  // Escapes make the text up to twice as long in JSON.
  bodyLimit: 2 * maxTextLength + 65_536,
  async run(context, { id, lead_list_id, mapping, csv_text, ...given }) {
    const { db, workspaceId, now, newId } = context;
    const campaign = { workspaceId, campaignId: id };
    // Read before the campaign is locked.
    const names = Object.values(mapping).filter((column) => column !== null);
    const start = await scanTable(csv_text, { headerRow: given.header_row, names });
    const { records, starts, rows, row, end } = start.scan;
    const roster = await openRoster(db, campaign);
    requireSendAfterLaunch(context, roster);
    const { fields, also, warnings } = resolveFields(start, { channel: roster.type, mapping });
    const table = {
      columns: start.columns,
      fields,
      also,
      several: given.several_addresses,
      channel: roster.type,
    };
    const intake = { ...campaign, source: 'csv', sourceRef: lead_list_id, now };
    const choices = { existing: given.existing, optOuts: given.opt_outs };
    let remarks: Remarks = {};
    const counts = { imported: 0, updated: 0, duplicates: 0, invalid: 0, opted_out: 0 };
    const rejects: ImportProgress['rejects'] = [];
    for (let at = 0; at < records.length; at += batchSize) {
      const scan = {
        records: records.slice(at, at + batchSize),
        starts: starts.slice(at, at + batchSize),
        rows: rows.slice(at, at + batchSize),
        row,
        end: starts[at + batchSize] ?? end,
      };
      const tally = noProgress();
      const read = readRows(csv_text, scan, { table, newId, tally });
      const people = packPeople(read, { local: roster.local_hours });
      const { imported, updated } = await takeIn(db, roster, {
        intake,
        batch: { ...tally, people },
        choices,
        named: Boolean(table.fields.name),
      });
      counts.imported += imported;
      counts.updated += updated;
      counts.duplicates += people.count - imported;
      counts.invalid += tally.rejects.length;
      counts.opted_out += tally.optedOut.length;
      remarks = addRemarks(remarks, tally.remarks);
      rejects.push(...tally.rejects.slice(0, maxRejects - rejects.length));
      // Lets other work run. Without it a large table without a valid row would await nothing.
      await setImmediate();
    }
    const nobody = nobodyCame(counts);
    const noticed = [...warnings, ...remarksInWords(remarks)];
    for (const message of nobody === null ? noticed : [nobody, ...noticed])
      context.advise({ pointer: '/csv_text', code: 'import', message });
    return { ...counts, rejects };
  },
});
