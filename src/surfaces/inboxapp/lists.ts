import { z } from 'zod';
import { text } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { findLead } from '../../operations/leads/find.ts';
import { dataInput, setLeadData } from '../../operations/leads/set-data.ts';
import { createList } from '../../operations/lists/create.ts';
import { deleteList } from '../../operations/lists/delete.ts';
import { enrolInList } from '../../operations/lists/enrol.ts';
import { listListLeads } from '../../operations/lists/leads.ts';
import { listLists } from '../../operations/lists/list.ts';
import { removeListLeads } from '../../operations/lists/remove-leads.ts';
import { updateList } from '../../operations/lists/update.ts';
import { bare, idOutput, pathId } from './ids.ts';
import { fieldOf, personOf, personOutput, usualPlatform } from './person.ts';
import { type Answered, type Door, defineRoute, pageInput, pageOf } from './route.ts';

const listId = { listId: pathId };
const success = z.object({ success: z.literal(true) });
const name = text({ min: 1, max: 255 });
const description = text({ max: 2000 }).nullable();
const platformIds = z
  .array(text({ min: 1, max: 1000 }))
  .min(1)
  .max(2000);

const listOutput = z.object({
  id: idOutput,
  name: z.string(),
  description: z.string().nullable(),
  leadsCount: z.int(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
type List = Answered<typeof listLists>['lists'][number];

function listOf({
  id,
  name,
  description,
  leadCount,
  createdAt,
  updatedAt,
}: List): z.input<typeof listOutput> {
  return { id: bare(id), name, description, leadsCount: leadCount, createdAt, updatedAt };
}

/** The workspace's own lists, the newest first; the one of all leads is none of Inbox's. */
async function readLists(door: Door): Promise<List[]> {
  return (await door.ask(listLists, {})).lists.filter((list) => !list.protected);
}

/** The list of all leads has an id too, and is not there. @throws list.not_found */
function refuseWhole({ context }: Door, id: string): void {
  if (id === context.workspaceId) throw new AppError('list.not_found');
}

/** @throws list.not_found */
async function readList(door: Door, id: string): Promise<List> {
  const found = (await readLists(door)).find((list) => list.id === id);
  if (!found) throw new AppError('list.not_found');
  return found;
}

const list = defineRoute({
  route: 'GET /lists',
  summary: 'List lists',
  scope: 'read',
  input: z.strictObject(pageInput),
  output: pageOf(listOutput),
  async run(door, { cursor, limit }) {
    const lists = (await readLists(door))
      .toSorted((a, b) => (a.id < b.id ? 1 : -1))
      .filter(({ id }) => !cursor || id < cursor);
    const data = lists.slice(0, limit);
    return { data: data.map(listOf), nextCursor: lists.length > limit ? data.at(-1)!.id : null };
  },
});

const create = defineRoute({
  route: 'POST /lists',
  summary: 'Create list',
  scope: 'write',
  input: z.strictObject({ name, description: description.optional() }),
  output: listOutput,
  run: async (door, values) => listOf((await door.ask(createList, values)).list),
});

const get = defineRoute({
  route: 'GET /lists/{listId}',
  summary: 'Get list',
  scope: 'read',
  input: z.strictObject(listId),
  output: listOutput,
  run: async (door, { listId: id }) => listOf(await readList(door, id)),
});

const update = defineRoute({
  route: 'PATCH /lists/{listId}',
  summary: 'Update list',
  scope: 'write',
  input: z.strictObject({ ...listId, name: name.optional(), description: description.optional() }),
  output: listOutput,
  async run(door, { listId: id, ...values }) {
    refuseWhole(door, id);
    return listOf((await door.ask(updateList, { id, ...values })).list);
  },
});

const remove = defineRoute({
  route: 'DELETE /lists/{listId}',
  summary: 'Delete list',
  scope: 'write',
  input: z.strictObject(listId),
  output: success,
  async run(door, { listId: id }) {
    refuseWhole(door, id);
    await door.ask(deleteList, { id });
    return { success: true as const };
  },
});

const listedOutput = personOutput.extend({ data: z.record(z.string(), z.unknown()) });

const listLeads = defineRoute({
  route: 'GET /lists/{listId}/leads',
  summary: 'List leads of a list',
  scope: 'read',
  input: z.strictObject({ ...listId, ...pageInput }),
  output: pageOf(listedOutput),
  async run(door, { listId: id, ...page }) {
    refuseWhole(door, id);
    const { leads, nextCursor } = await door.ask(listListLeads, { id, ...page });
    return {
      data: leads.map((lead) => ({ ...personOf(lead), data: lead.attributes })),
      nextCursor,
    };
  },
});

const addLeads = defineRoute({
  route: 'POST /lists/{listId}/leads',
  summary: 'Add leads to a list',
  scope: 'write',
  input: z.strictObject({ ...listId, platformIds }),
  output: z.object({
    added: z.array(z.string()),
    skipped: z.array(z.string()),
    failed: z.array(z.string()),
  }),
  async run(door, { listId: id, platformIds: given }) {
    refuseWhole(door, id);
    const field = fieldOf(usualPlatform);
    const { results } = await door.ask(enrolInList, {
      id,
      people: given.map((platformId) => ({ [field]: platformId })),
    });
    const those = (outcome: string) =>
      given.filter((_, index) => results[index]!.outcome === outcome);
    return { added: those('added'), skipped: those('skipped'), failed: those('failed') };
  },
});

/** The lead of this name in the list. @throws list.not_found, lead.not_found */
async function findListed(
  door: Door,
  id: string,
  identity: string,
): Promise<Answered<typeof findLead>['lead']> {
  refuseWhole(door, id);
  const { lead } = await door.ask(findLead, { identity });
  if (!lead.lists.includes(id)) throw new AppError('lead.not_found');
  return lead;
}

const updateLead = defineRoute({
  route: 'PATCH /lists/{listId}/leads/{platformId}',
  summary: 'Update lead of a list',
  scope: 'write',
  input: z.strictObject({ ...listId, platformId: text({ min: 1, max: 1000 }), data: dataInput }),
  output: z.object({ prospect: personOutput, data: z.record(z.string(), z.unknown()) }),
  async run(door, { listId: id, platformId, data }) {
    const { id: leadId } = await findListed(door, id, platformId);
    const { lead } = await door.ask(setLeadData, { id: leadId, data });
    return { prospect: personOf(lead), data: lead.attributes };
  },
});

const removeLead = defineRoute({
  route: 'DELETE /lists/{listId}/leads/{platformId}',
  summary: 'Remove lead from a list',
  scope: 'write',
  input: z.strictObject({ ...listId, platformId: text({ min: 1, max: 1000 }) }),
  output: success,
  async run(door, { listId: id, platformId }) {
    const { id: leadId } = await findListed(door, id, platformId);
    await door.ask(removeListLeads, { id, leadIds: [leadId] });
    return { success: true as const };
  },
});

export const listRoutes = [
  list,
  create,
  get,
  update,
  remove,
  listLeads,
  addLeads,
  updateLead,
  removeLead,
];
