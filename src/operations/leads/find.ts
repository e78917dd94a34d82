import { z } from 'zod';
import { listLeads } from '../../db/people/lead-search.ts';
import { leadsByIdentity } from '../../db/people/leads.ts';
import { identityFields } from '../../domain/identity.ts';
import { text } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { leadOutput, showLeads } from './wire.ts';

export const findLead = defineOperation({
  name: 'lead.find',
  route: 'GET /api/leads/find',
  cli: 'lead find',
  summary: 'Find the lead with an address, a LinkedIn profile or a name on X',
  scope: 'read',
  input: z.object({ identity: text({ min: 1, max: 1000 }).describe('In any spelling.') }),
  output: z.object({ lead: leadOutput }),
  errors: ['lead.not_found'],
  async run({ db, workspaceId }, { identity }) {
    const identities = Object.values(identityFields).map(({ field, normalise }) => ({
      [field]: normalise(identity) ?? undefined,
    }));
    const [found] = await leadsByIdentity(db, workspaceId, identities);
    if (!found) throw new AppError('lead.not_found');
    const rows = await listLeads(db, { workspaceId, listId: null, ids: [found.id], limit: 1 });
    return { lead: (await showLeads(db, workspaceId, rows))[0]! };
  },
});
