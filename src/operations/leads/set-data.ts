import { z } from 'zod';
import type { Db } from '../../db/database.ts';
import { listLeads } from '../../db/people/lead-search.ts';
import { mergeAttributes } from '../../db/people/leads.ts';
import { attributesLimit } from '../../domain/people/lead.ts';
import { text, uuid } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { invalidRequest } from '../refusals.ts';
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
    const change = { values: data, max: attributesLimit, now };
    const row = await mergeAttributes(db, { workspaceId, id }, change);
    if (!row) throw await refusalOf(db, workspaceId, id);
    return { lead: (await showLeads(db, workspaceId, [row]))[0]! };
  },
});

/** Why nothing was written: there is no such lead, or its attributes would be too large. */
async function refusalOf(db: Db, workspaceId: string, id: string): Promise<AppError> {
  const found = await listLeads(db, { workspaceId, listId: null, ids: [id], limit: 1 });
  if (found.length === 0) return new AppError('lead.not_found');
  const message = `Attributes are at most ${attributesLimit} characters long as JSON.`;
  return invalidRequest([{ pointer: '/data', code: 'too_big', message }]);
}
