import { z } from 'zod';
import type { ImportRow } from '../../db/imports/imports.ts';
import { type ExistingMode, existingModes } from '../../db/sending/import-updates.ts';
import { encodingNamed, encodings } from '../../domain/imports/encoding.ts';
import { remarksInWords } from '../../domain/imports/remarks.ts';
import { pageLimit } from '../../domain/page.ts';
import { profileFields } from '../../domain/people/prospect-input.ts';
import { text } from '../../domain/text.ts';

const instant = z.iso.datetime();
const field = z.enum(profileFields as [(typeof profileFields)[number], ...typeof profileFields]);

/** The column of each field; fields left out have none. */
export const mappingInput = z.partialRecord(field, text({ max: 65_536 }).nullable());

/** How a file is written and laid out, where that should not be found out. */
export const encodingInput = text({ max: 40 })
  .refine((name) => encodingNamed(name) !== null, `Must be one of ${encodings.join(', ')}.`)
  .transform((name) => encodingNamed(name)!)
  .optional()
  .describe('Of the file, such as windows-1250 or shift_jis. Without it, it is found out.');
export const delimiterInput = z
  .enum(['comma', 'semicolon', 'tab', 'pipe'])
  .transform((name) => ({ comma: ',', semicolon: ';', tab: '\t', pipe: '|' })[name])
  .optional()
  .describe('What stands between values. Without it, it is found out.');
export const headerRowInput = z
  .int()
  .min(0)
  .max(100)
  .optional()
  .describe('The row that names the columns, as a spreadsheet counts rows; 0 for none.');
export const severalInput = z
  .enum(['reject', 'first'])
  .default('reject')
  .describe('Several addresses in one cell: the row is rejected, or the first is taken.');

/** A page of an import's rows. */
export const rowPage = {
  limit: pageLimit(1000, 100),
  cursor: z
    .int()
    .min(0)
    .max(Number.MAX_SAFE_INTEGER)
    .default(0)
    .describe('`next_cursor` of the page before.'),
};

/** The treatment of people that an import must not simply add. */
export const importChoices = {
  existing: z
    .enum(existingModes)
    .default('keep')
    .describe(
      'People who are in the campaign already: keep leaves them as they are, fill writes into ' +
        'blank fields, overwrite replaces what the file has a value for. Their state stays.',
    ),
  opt_outs: z
    .enum(['suppress', 'skip'])
    .default('suppress')
    .describe(
      'People whose row says that they unsubscribed, objected or bounced are left out, and ' +
        'suppressed in the workspace with the reason "import"; skip only leaves them out.',
    ),
};

export const mappingOutput = z.record(field, z.string().nullable());

export const importOutput = z
  .object({
    id: z.uuid(),
    campaign_id: z.uuid(),
    status: z.enum(['receiving', 'queued', 'running', 'completed', 'failed', 'cancelled']),
    mapping: mappingOutput.describe(
      'Which column holds which field; all other columns become custom fields.',
    ),
    bytes: z.int().describe('Size of the file.'),
    bytes_done: z.int().describe('How much of it has been imported.'),
    existing: z.enum(existingModes),
    opt_outs: z.enum(['suppress', 'skip']),
    rows: z.int().describe('Rows read so far: imported + duplicates + invalid + opted_out.'),
    imported: z.int(),
    duplicates: z
      .int()
      .describe('People who were in the campaign already, or stand in the file twice: …/left-out.'),
    updated: z.int().describe('Of these, people whose profile the file changed.'),
    opted_out: z
      .int()
      .describe('Rows that say that the person must not be written to: …/left-out has them.'),
    invalid: z.int().describe('Rows that could not be imported; …/rejects says why.'),
    removed: z.int().nullable().describe('People that an undo took out again; null before.'),
    warnings: z
      .array(z.string())
      .describe('What was noticed: guesses, columns by which people are left out, mended values.'),
    error: z.string().nullable(),
    created_at: instant,
    updated_at: instant,
    finished_at: instant.nullable(),
  })
  .meta({ id: 'Import' });

type Counts = Pick<ImportRow, 'imported' | 'updated' | 'duplicates' | 'invalid' | 'opted_out'>;

/** Why a table added nobody and changed nobody; null when it did. */
export function nobodyCame(counts: Counts): string | null {
  const { imported, updated, duplicates, invalid, opted_out } = counts;
  if (imported + updated > 0) return null;
  if (duplicates + invalid + opted_out === 0) return 'Nobody was imported: the table has no rows.';
  const why = [
    ...(duplicates > 0 ? [`${duplicates} were there already`] : []),
    ...(invalid > 0 ? [`${invalid} rows are not valid`] : []),
    ...(opted_out > 0 ? [`${opted_out} opted out`] : []),
  ];
  return `Nobody was imported: ${why.join(', ')}.`;
}

/**
 * Whether an import is over without any use: refused, or nobody of its table came and nobody was
 * there already. The same file sent again is of use: its people are there.
 */
export function isFruitless({
  status,
  imported,
  updated,
  duplicates,
}: Pick<z.output<typeof importOutput>, 'status' | 'imported' | 'updated' | 'duplicates'>): boolean {
  return status === 'failed' || (status === 'completed' && imported + updated + duplicates === 0);
}

const withoutColumns = Object.fromEntries(profileFields.map((name) => [name, null]));

/** The import as the wire shows it. */
export function importOnWire(row: ImportRow): z.input<typeof importOutput> {
  return {
    id: row.id,
    campaign_id: row.campaign_id,
    status: row.status as z.input<typeof importOutput>['status'],
    mapping: { ...withoutColumns, ...row.mapping?.fields } as z.input<
      typeof importOutput
    >['mapping'],
    bytes: row.bytes,
    bytes_done: row.next_byte,
    rows: row.rows,
    imported: row.imported,
    duplicates: row.duplicates,
    invalid: row.invalid,
    existing: row.existing as ExistingMode,
    opt_outs: row.opt_outs as 'suppress' | 'skip',
    updated: row.updated,
    opted_out: row.opted_out,
    removed: row.removed,
    warnings: warningsOf(row),
    error: row.error,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    finished_at: row.finished_at?.toISOString() ?? null,
  };
}

function warningsOf(row: ImportRow): string[] {
  const { status, mapping } = row;
  const nobody = status === 'completed' ? nobodyCame(row) : null;
  const noticed = [...(mapping?.warnings ?? []), ...remarksInWords(mapping?.remarks ?? {})];
  return nobody === null ? noticed : [nobody, ...noticed];
}
