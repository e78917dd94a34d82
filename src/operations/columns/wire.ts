import { z } from 'zod';
import type { ColumnRow } from '../../db/campaigns/columns.ts';
import { columnTypes } from '../../domain/sequence/column.ts';
import { text } from '../../domain/text.ts';

export const columnOutput = z
  .object({
    id: z
      .string()
      .describe('custom_ and 24 letters and digits; texts name it %custom_fields.custom_…%'),
    name: z.string(),
    type: z.enum(columnTypes),
    description: z.string().nullable(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'CampaignColumn' });

export const columnInputs = {
  name: text({ min: 1, max: 255 }).refine((name) => name.trim() !== '', 'Must not be blank.'),
  description: text({ max: 1000 }).nullable(),
};

/** A column as the wire shows it. */
export function columnOnWire({
  id,
  name,
  type,
  description,
  created_at,
  updated_at,
}: ColumnRow): z.input<typeof columnOutput> {
  return {
    id,
    name,
    type: type as z.input<typeof columnOutput>['type'],
    description,
    created_at: created_at.toISOString(),
    updated_at: updated_at.toISOString(),
  };
}
