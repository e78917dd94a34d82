import { z } from 'zod';
import type { LabelRow } from '../../db/people/labels.ts';

const label = {
  id: z.uuid(),
  name: z.string(),
  color: z.string().nullable().describe('#rrggbb'),
  created_at: z.iso.datetime(),
};

export const tagOutput = z.object(label).meta({ id: 'Tag' });
export const statusOutput = z.object(label).meta({ id: 'LeadStatus' });

/** A tag or a lead status as the wire shows it. */
export function labelOnWire({ id, name, color, created_at }: LabelRow): z.input<typeof tagOutput> {
  return { id, name, color, created_at: created_at.toISOString() };
}
