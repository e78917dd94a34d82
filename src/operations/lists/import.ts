import { z } from 'zod';
import {
  insertLeads,
  type LeadIdentities,
  leadsByIdentity,
  type NewLead,
} from '../../db/people/leads.ts';
import { addToList } from '../../db/people/lists.ts';
import { leadInput, leadTypes, readLead } from '../../domain/people/lead.ts';
import { uuid } from '../../domain/text.ts';
import { type Context, defineOperation } from '../../operation.ts';
import { requireSendForLists } from '../require-send.ts';
import { getList } from './wire.ts';

const itemInput = z.strictObject({ type: z.enum(leadTypes).default('person'), ...leadInput.shape });

export const importLeads = defineOperation({
  name: 'list.import',
  route: 'POST /api/lists/import',
  cli: 'list import',
  summary: 'Add up to 500 leads, and put them into a list',
  description:
    'Leads are told apart by address, LinkedIn profile and name on X. Leads that the ' +
    'workspace has already are not changed, only put into the list. `preview` returns the ' +
    'counts and changes nothing. Leads with an identity that is not valid are left out and ' +
    'listed in `errors`.',
  scope: 'write',
  input: z.object({
    leads: z.array(itemInput).min(1).max(500),
    listId: uuid.optional().describe('Without it they are in the list of all leads only.'),
    preview: z.boolean().default(false),
  }),
  output: z.object({
    imported: z.int().describe('Leads that are new.'),
    existing: z.int().describe('Leads that the workspace had already.'),
    duplicates: z.int().describe('Items that are twice in the call.'),
    invalid: z.int(),
    addedToList: z.int(),
    errors: z.array(z.object({ index: z.int(), field: z.string() })),
    listId: z.uuid().nullable(),
    preview: z.boolean(),
  }),
  errors: ['list.not_found'],
  maxValues: 50_000,
  async run(context, { leads, listId = null, preview }) {
    const { db, workspaceId, now } = context;
    const list = listId === null ? null : await getList(db, { workspaceId, listId });
    const { fresh, existing, duplicates, errors } = await classify(context, leads);
    const answer = {
      imported: fresh.length,
      existing: existing.size,
      duplicates,
      invalid: errors.length,
      errors,
      listId,
      preview,
    };
    if (list && !preview) await requireSendForLists(context, [list.id], ['synced']);
    if (preview) return { ...answer, addedToList: 0 };
    const inserted = await insertLeads(db, { workspaceId, source: 'import', now }, fresh);
    const leadIds = [...inserted.map((row) => row.id), ...existing];
    const isOwn = list && !list.protected;
    return {
      ...answer,
      imported: inserted.length,
      addedToList: isOwn
        ? await addToList(db, { workspaceId, listId: list.id }, { leadIds, now })
        : 0,
    };
  },
});

type Classified = {
  fresh: NewLead[];
  existing: Set<string>;
  duplicates: number;
  errors: { index: number; field: string }[];
};

/** Splits the items into new leads, leads of the workspace, duplicates in the call, and errors. */
async function classify(
  { db, workspaceId, newId }: Context,
  items: readonly z.output<typeof itemInput>[],
): Promise<Classified> {
  const read = items.map(({ type, ...input }) => ({ type, ...readLead(input) }));
  const identities = (fields: Partial<LeadIdentities>) =>
    [fields.email, fields.linkedin_url, fields.x_handle].filter((text) => typeof text === 'string');
  const known = new Map<string, string>();
  const given = read.map(({ fields }) => fields);
  for (const row of await leadsByIdentity(db, workspaceId, given))
    for (const identity of identities(row)) known.set(identity, row.id);
  const seen = new Set<string>();
  const found: Classified = { fresh: [], existing: new Set(), duplicates: 0, errors: [] };
  for (const [index, { type, fields, invalid }] of read.entries()) {
    const own = identities(fields);
    const leadId = own.flatMap((identity) => known.get(identity) ?? [])[0];
    if (invalid) found.errors.push({ index, field: invalid });
    else if (own.some((identity) => seen.has(identity))) found.duplicates += 1;
    else if (leadId) found.existing.add(leadId);
    else found.fresh.push({ ...fields, id: newId(), type });
    for (const identity of own) seen.add(identity);
  }
  return found;
}
