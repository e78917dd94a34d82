import { z } from 'zod';
import { deleteLead as deleteRow } from '../../db/people/leads.ts';
import { uuid } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';

export const deleteLead = defineOperation({
  name: 'lead.delete',
  route: 'DELETE /api/leads',
  cli: 'lead delete',
  summary: 'Delete a lead',
  description: 'It leaves every list. Campaigns keep the copies they have.',
  scope: 'write',
  input: z.object({ id: uuid }),
  output: z.object({ success: z.literal(true) }),
  errors: ['lead.not_found'],
  async run({ db, workspaceId }, { id }) {
    if (!(await deleteRow(db, workspaceId, id))) throw new AppError('lead.not_found');
    return { success: true as const };
  },
});
