import { z } from 'zod';
import { insertLeads, leadsByIdentity } from '../../db/people/leads.ts';
import { type IdentityInput, leadInput, leadTypes, readLead } from '../../domain/people/lead.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { invalidRequest } from '../refusals.ts';
import { leadOutput, showLeads } from './wire.ts';

export const createLead = defineOperation({
  name: 'lead.create',
  route: 'POST /api/leads',
  cli: 'lead create',
  summary: 'Add a lead',
  description:
    'An address, a LinkedIn profile and a name on X belong to one lead of the workspace each: ' +
    'a 409 names the lead that has it as `lead_id`.',
  scope: 'write',
  input: z.object({ type: z.enum(leadTypes).default('person'), ...leadInput.shape }),
  output: z.object({ lead: leadOutput }),
  status: 201,
  longTexts: 'cut',
  errors: ['lead.exists'],
  async run({ db, workspaceId, newId, now }, { type, ...input }) {
    const { fields, invalid } = readLead(input);
    if (invalid) throw invalidIdentity(invalid);
    const [row] = await insertLeads(db, { workspaceId, source: 'api', now }, [
      { ...fields, id: newId(), type },
    ]);
    if (!row) {
      const [other] = await leadsByIdentity(db, workspaceId, [fields]);
      throw new AppError('lead.exists', undefined, { extra: { lead_id: other?.id ?? null } });
    }
    return { lead: (await showLeads(db, workspaceId, [row]))[0]! };
  },
});

/** The 400 for a text that is no identity of its kind. */
export function invalidIdentity(field: IdentityInput): AppError {
  const message = `This is not ${nouns[field]}.`;
  return invalidRequest([{ pointer: `/${field}`, code: 'invalid_format', message }]);
}

const nouns: Record<IdentityInput, string> = {
  email: 'an email address',
  linkedinUrl: 'the URL of a LinkedIn page',
  xHandle: 'a handle or a user id on X',
};
