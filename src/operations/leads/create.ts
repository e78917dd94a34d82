import { z } from 'zod';
import { insertLeads, leadsByIdentity } from '../../db/leads.ts';
import { leadInput, leadTypes, readLead } from '../../domain/lead.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { leadOutput, showLeads } from './wire.ts';

export const createLead = defineOperation({
  name: 'lead.create',
  route: 'POST /api/leads',
  cli: 'lead create',
  summary: 'Add a lead',
  description:
    'One address and one LinkedIn profile belong to one lead of the workspace each: a 409 names the lead that has it as `lead_id`.',
  scope: 'write',
  input: z.object({ type: z.enum(leadTypes).default('person'), ...leadInput.shape }),
  output: z.object({ lead: leadOutput }),
  status: 201,
  errors: ['lead.exists'],
  async run({ db, workspaceId, newId, now }, { type, ...input }) {
    const { fields, invalid } = readLead(input);
    if (invalid) throw invalidIdentity(invalid);
    const [row] = await insertLeads(db, { workspaceId, source: 'api', now }, [{ ...fields, id: newId(), type }]);
    if (!row) {
      const { email, linkedin_url } = fields;
      const [other] = await leadsByIdentity(db, { workspaceId, emails: email ? [email] : [], urls: linkedin_url ? [linkedin_url] : [] });
      throw new AppError('lead.exists', undefined, { extra: { lead_id: other?.id ?? null } });
    }
    return { lead: (await showLeads(db, workspaceId, [row]))[0]! };
  },
});

/** The 400 for an identity that cannot be one. */
export function invalidIdentity(field: 'email' | 'linkedinUrl'): AppError {
  const message = field === 'email' ? 'This is not an email address.' : 'This is not the URL of a LinkedIn page.';
  return new AppError('request.invalid', `${field}: ${message}`, { errors: [{ pointer: `/${field}`, code: 'invalid_format', message }] });
}
