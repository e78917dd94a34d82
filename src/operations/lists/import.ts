import { z } from 'zod';
import {
  insertLeads,
  type LeadIdentities,
  leadsByIdentity,
  type NewLead,
} from '../../db/people/leads.ts';
import { addToList } from '../../db/people/lists.ts';
import { leadInput, leadTypes, readLead } from '../../domain/people/lead.ts';
import { leadSpelled } from '../../domain/people/lead-spelling.ts';
import { uuid } from '../../domain/text.ts';
import type { Problem } from '../../errors.ts';
import { type Context, defineOperation } from '../../operation.ts';
import { refuseProblems } from '../refusals.ts';
import { requireSendForLists } from '../require-send.ts';
import { rowsLimit } from '../rows.ts';
import { getList } from './wire.ts';

const itemInput = z.strictObject({ type: z.enum(leadTypes).default('person'), ...leadInput.shape });
const maxProblems = 100;
/** Takes any names of members; `readItems` tells those that are meant from those unknown. */
const looseInput = itemInput.loose();

export const importLeads = defineOperation({
  name: 'list.import',
  route: 'POST /api/lists/import',
  cli: 'list import',
  summary: 'Add up to 500 leads, and put them into a list',
  description:
    'Leads are told apart by address, LinkedIn profile and name on X. Leads that the ' +
    'workspace has already are not changed, only put into the list. `preview` returns the ' +
    'counts and changes nothing. Leads without a valid identity are left out and listed in ' +
    '`errors`; an identity that is not valid beside one that is is left out, with a warning.',
  scope: 'write',
  input: z.object({
    leads: z.array(looseInput).min(1).max(500),
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
  bodyLimit: rowsLimit,
  longTexts: 'cut',
  async run(context, { leads, listId = null, preview }) {
    const { db, workspaceId, now } = context;
    const list = listId === null ? null : await getList(db, { workspaceId, listId });
    const items = readItems(context, leads);
    const { fresh, existing, duplicates, errors } = await classify(context, items);
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

/**
 * The items by the names of a lead's members. @throws request.invalid for names that mean nothing
 */
function readItems(
  context: Context,
  given: readonly z.output<typeof looseInput>[],
): z.output<typeof itemInput>[] {
  const errors: Problem[] = [];
  const warned = new Set<string>();
  const items = given.flatMap((item, index) => {
    const { lead, renamed } = leadSpelled(item, itemInput.shape);
    for (const [from, to] of renamed) {
      if (!warned.has(from)) context.warn(`leads/*/${from}`, `"${from}" was taken as ${to}.`);
      warned.add(from);
    }
    const read = itemInput.safeParse(lead);
    if (read.success) return [read.data];
    for (const { path, code, message } of read.error.issues)
      errors.push({ pointer: `/leads/${[index, ...path].join('/')}`, code, message });
    return [];
  });
  refuseProblems(errors.slice(0, maxProblems));
  return items;
}

type Classified = {
  fresh: NewLead[];
  existing: Set<string>;
  duplicates: number;
  errors: { index: number; field: string }[];
};

/** Splits the items into new leads, leads of the workspace, duplicates in the call, and errors. */
async function classify(
  { db, workspaceId, newId, warn }: Context,
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
    if (invalid && own.length > 0)
      warn(`leads/${index}/${invalid}`, `${invalid} is not valid; it was left out.`);
    if (invalid && own.length === 0) found.errors.push({ index, field: invalid });
    else if (own.some((identity) => seen.has(identity))) found.duplicates += 1;
    else if (leadId) found.existing.add(leadId);
    else found.fresh.push({ ...fields, id: newId(), type });
    for (const identity of own) seen.add(identity);
  }
  return found;
}
