import { z } from 'zod';
import type { Db } from '../../db/database.ts';
import { tagsOfLeads } from '../../db/people/labels.ts';
import type { LeadRow } from '../../db/people/leads.ts';
import { listsOfLeads } from '../../db/people/lists.ts';
import { maxPageDepth } from '../../domain/page.ts';
import { leadTypes } from '../../domain/people/lead.ts';

const text = z.string().nullable();
const freeForm = z.record(z.string(), z.unknown());

export const leadOutput = z
  .object({
    id: z.uuid(),
    type: z.enum(leadTypes),
    name: z.object({
      full: text,
      short: text,
      aliases: z.array(z.string()),
      first: text,
      last: text,
    }),
    title: text,
    company: z.object({ name: text, id: z.null(), domain: text }),
    location: freeForm,
    socials: z.array(freeForm),
    contacts: z.array(freeForm),
    email: text,
    linkedinUrl: text,
    xHandle: text,
    domain: text,
    industry: text,
    size: text,
    attributes: freeForm,
    sources: z.array(z.unknown()),
    lists: z.array(z.uuid()).describe('Lists the lead is in, besides the list of all leads.'),
    statusId: z.uuid().nullable().describe('Lead status.'),
    tags: z.array(z.uuid()),
    notes: text,
    valuation: z.number().nullable().describe('What the lead may be worth.'),
    assigneeId: z.uuid().nullable().describe('The member who looks after the lead.'),
    done: z.boolean().describe('Nothing is left to do about the lead.'),
    raw: freeForm,
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Lead' });

/** The items, and first among them the lead's identity, unless an item has it already. */
function withIdentity(
  items: unknown[],
  member: string,
  item: Record<string, unknown>,
): Record<string, unknown>[] {
  const known = items as Record<string, unknown>[];
  return item[member] === null || known.some((other) => other[member] === item[member])
    ? known
    : [item, ...known];
}

/** The leads as the wire shows them, with the lists they are in. */
export async function showLeads(
  db: Db,
  workspaceId: string,
  rows: readonly LeadRow[],
): Promise<z.input<typeof leadOutput>[]> {
  const ids = rows.map((row) => row.id);
  const lists = Map.groupBy(await listsOfLeads(db, workspaceId, ids), (entry) => entry.lead_id);
  const tags = Map.groupBy(await tagsOfLeads(db, workspaceId, ids), (entry) => entry.lead_id);
  return rows.map((row) => ({
    id: row.id,
    type: row.type as 'person' | 'company',
    name: {
      full: row.name,
      short: row.first_name,
      aliases: [],
      first: row.first_name,
      last: row.last_name,
    },
    title: row.title,
    company: { name: row.company, id: null, domain: row.domain },
    location: row.location,
    socials: withIdentity(row.socials, 'url', { type: 'linkedin', url: row.linkedin_url }),
    contacts: withIdentity(row.contacts, 'value', { type: 'email', value: row.email }),
    email: row.email,
    linkedinUrl: row.linkedin_url,
    xHandle: row.x_handle,
    domain: row.domain,
    industry: row.industry,
    size: row.size,
    attributes: row.attributes,
    sources: row.sources,
    lists: (lists.get(row.id) ?? []).map((entry) => entry.list_id),
    statusId: row.status_id,
    tags: (tags.get(row.id) ?? []).map((entry) => entry.tag_id),
    notes: row.notes,
    valuation: row.valuation,
    assigneeId: row.assignee_id,
    done: row.done,
    raw: row.raw,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }));
}

/** Says in descriptions how many leads one search reads. */
export const searchDepth =
  `With filters, one call reads the next ${maxPageDepth} leads, and \`total\` counts among the ` +
  'newest as many: a page may be short while `hasMore` is true.';
