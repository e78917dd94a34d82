import { z } from 'zod';
import { updateLead as writeLead } from '../../db/leads.ts';
import { leadInput, readLead } from '../../domain/lead.ts';
import { uuid } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { invalidIdentity } from './create.ts';
import { leadOutput, showLeads } from './wire.ts';

export const updateLead = defineOperation({
  name: 'lead.update',
  route: 'PATCH /api/leads',
  cli: 'lead update',
  summary: 'Change a lead',
  description: 'Only the given fields change, each as a whole; `type` cannot. Campaigns keep the copies they have.',
  scope: 'write',
  input: z.object({ id: uuid, ...leadInput.shape }),
  output: z.object({ lead: leadOutput }),
  errors: ['lead.not_found', 'lead.exists'],
  async run({ db, workspaceId, now }, { id, ...input }) {
    const { fields, invalid } = readLead(input);
    if (invalid) throw invalidIdentity(invalid);
    const row = await writeLead(db, { workspaceId, id, now }, fields).catch((error: unknown) => {
      throw (error as { code?: string }).code === '23505' ? new AppError('lead.exists') : error;
    });
    if (!row) throw new AppError('lead.not_found');
    return { lead: (await showLeads(db, workspaceId, [row]))[0]! };
  },
});
