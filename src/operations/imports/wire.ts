import { z } from 'zod';
import type { ImportRow } from '../../db/people/imports.ts';
import { profileFields } from '../../domain/people/prospect-input.ts';
import { text } from '../../domain/text.ts';

const instant = z.iso.datetime();
const field = z.enum(profileFields as [(typeof profileFields)[number], ...typeof profileFields]);

/** The column of each field; fields left out have none. */
export const mappingInput = z.partialRecord(field, text({ max: 65_536 }).nullable());

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
    rows: z.int().describe('Rows read so far: imported + duplicates + invalid.'),
    imported: z.int(),
    duplicates: z
      .int()
      .describe('People who were in the campaign already, or stand in the file twice.'),
    invalid: z.int().describe('Rows that could not be imported; …/rejects says why.'),
    error: z.string().nullable(),
    created_at: instant,
    updated_at: instant,
    finished_at: instant.nullable(),
  })
  .meta({ id: 'Import' });

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
    error: row.error,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    finished_at: row.finished_at?.toISOString() ?? null,
  };
}
