import { z } from 'zod';
import { mergeAttributes } from '../../db/people/leads.ts';
import { text, uuid } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { leadOutput, showLeads } from './wire.ts';

/** Values by the names of attributes of a lead, or of custom fields of a prospect. */
export const dataInput = z.record(
  text({ min: 1, max: 255 }),
  z.union([text({ max: 10_000 }), z.number(), z.boolean()]).nullable(),
);

export const setLeadData = defineOperation({
  name: 'lead.set_data',
  route: 'PATCH /api/leads/{id}/data',
  cli: 'lead set-data',
  summary: "Set some of a lead's attributes",
  description:
    'Other attributes keep their values, null removes one. Campaigns keep the copies they have.',
  scope: 'write',
  input: z.object({ id: uuid.describe('Lead'), data: dataInput.describe('Attribute, value.') }),
  output: z.object({ lead: leadOutput }),
  errors: ['lead.not_found'],
  async run({ db, workspaceId, now }, { id, data }) {
    const row = await mergeAttributes(db, { workspaceId, id, now }, data);
    if (!row) throw new AppError('lead.not_found');
    return { lead: (await showLeads(db, workspaceId, [row]))[0]! };
  },
});
