import { z } from 'zod';
import { leadFields, listLeads, operators } from '../../db/people/lead-search.ts';
import type { LeadRow } from '../../db/people/leads.ts';
import { type NewProspect, packPeople } from '../../db/sending/roster-changes.ts';
import { readRosterPerson } from '../../domain/people/prospect-input.ts';
import { text, uuid } from '../../domain/text.ts';
import { addPeople, openRoster } from '../../engine/people/roster.ts';
import { AppError } from '../../errors.ts';
import { type Context, defineOperation } from '../../operation.ts';
import { getList } from '../lists/wire.ts';
import { requireSendAfterLaunch } from '../require-send.ts';

const pageSize = 2_000;
const maxFiltered = 5_000;
const maxErrors = 100;

const value = text({ max: 500 });
const filterInput = z.strictObject({
  leadIds: z.array(uuid).max(maxFiltered).optional(),
  where: z
    .array(
      z.strictObject({
        field: z.enum(leadFields),
        operator: z.enum(operators).default('eq'),
        value: z.union([value, z.array(value).max(500)]).optional(),
      }),
    )
    .max(20)
    .optional()
    .describe('All must hold; upper and lower case count as the same.'),
  orderBy: z
    .array(
      z.strictObject({
        field: z.enum(leadFields),
        direction: z.enum(['asc', 'desc']).default('asc'),
      }),
    )
    .max(5)
    .optional(),
  limit: z.int().min(1).max(maxFiltered).optional(),
});

export const importFromList = defineOperation({
  name: 'campaign_lead.import',
  route: 'POST /api/campaigns/{id}/leads/import-from-list',
  cli: 'campaign lead import',
  summary: 'Copy the leads of a list into a campaign',
  description:
    'The campaign gets its own copies, in the order the leads were added, or by `orderBy` ' +
    `(then at most ${maxFiltered}). \`position\` is the lead's title; its attributes, industry, ` +
    'size and domain become custom fields. Leads without a valid identity of the channel are ' +
    'counted as invalid. All or nothing, so `partial` is never true; a 422 with the counts ' +
    'means that the list was read but no lead was new.',
  scope: 'write',
  input: z.object({ id: uuid.describe('Campaign'), listId: uuid, filter: filterInput.optional() }),
  output: z.object({
    imported: z.int(),
    duplicates: z.int(),
    invalid: z.int(),
    errors: z
      .array(z.object({ lead_id: z.uuid(), reason: z.string() }))
      .describe(`The first ${maxErrors} that are invalid.`),
    total: z.int().describe('Leads read.'),
  }),
  errors: ['campaign.not_found', 'campaign.roster_frozen', 'list.not_found', 'import.nothing'],
  async run(context, { id, listId, filter = {} }) {
    const { db, workspaceId, now } = context;
    const campaign = { workspaceId, campaignId: id };
    const roster = await openRoster(db, campaign);
    requireSendAfterLaunch(context, roster);
    const list = await getList(db, { workspaceId, listId });
    const result = {
      imported: 0,
      duplicates: 0,
      invalid: 0,
      errors: [] as { lead_id: string; reason: string }[],
      total: 0,
    };
    for await (const leads of readLeads(context, {
      listId: list.protected ? null : listId,
      ...filter,
    })) {
      const people = leads.flatMap((lead) => {
        const { person, reason } = readCopy(roster.type, lead);
        if (!person && result.errors.length < maxErrors)
          result.errors.push({ lead_id: lead.id, reason });
        return person ? [{ ...person, id: context.newId(), lead_id: lead.id }] : [];
      });
      const imported = await addPeople(db, roster, {
        intake: { ...campaign, source: 'list', sourceRef: listId, now },
        people: packPeople(people, { local: roster.local_hours }),
      });
      result.total += leads.length;
      result.imported += imported;
      result.duplicates += people.length - imported;
      result.invalid += leads.length - people.length;
    }
    if (result.imported > 0) return result;
    const { errors, ...counts } = result;
    throw new AppError('import.nothing', undefined, { extra: { ...counts, lead_errors: errors } });
  },
});

type LeadSelection = { listId: string | null } & Omit<z.output<typeof filterInput>, 'leadIds'> & {
    leadIds?: string[] | undefined;
  };

/** The chosen leads in pages, or in one page when they are ordered. */
async function* readLeads(
  { db, workspaceId }: Context,
  { listId, leadIds, where, orderBy, limit }: LeadSelection,
): AsyncGenerator<LeadRow[]> {
  const filter = { workspaceId, listId, ids: leadIds, where };
  if (orderBy) {
    yield await listLeads(db, {
      ...filter,
      orderBy,
      ascending: true,
      limit: limit ?? maxFiltered,
    });
    return;
  }
  let left = limit ?? Number.POSITIVE_INFINITY;
  let after: string | undefined;
  while (left > 0) {
    const leads = await listLeads(db, {
      ...filter,
      ascending: true,
      after,
      limit: Math.min(left, pageSize),
    });
    yield leads;
    if (leads.length < pageSize) return;
    left -= leads.length;
    after = leads.at(-1)!.id;
  }
}

/** The lead as a prospect of this channel; null, with the reason, when it cannot be one. */
export function readCopy(
  channel: string,
  lead: LeadRow,
): { person: Omit<NewProspect, 'id'> | null; reason: string } {
  const {
    email,
    linkedin_url,
    x_handle,
    first_name,
    last_name,
    name,
    company,
    industry,
    size,
    domain,
  } = lead;
  const extras = Object.entries({ industry, size, domain }).filter(([, text]) => text !== null);
  const custom = { ...Object.fromEntries(extras), ...lead.attributes };
  const custom_fields = Object.keys(custom).length > 0 ? custom : null;
  let reason = '';
  const given = {
    email,
    linkedin_url,
    x_handle,
    first_name,
    last_name,
    name,
    company,
    position: lead.title,
    custom_fields,
  };
  const person = readRosterPerson(channel, given, (field, code, message) => {
    if (code !== 'dropped') reason ||= `${field}: ${message}`;
  });
  return { person, reason };
}
