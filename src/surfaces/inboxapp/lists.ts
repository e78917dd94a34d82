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
import { defaultPlatform, fieldOf, personOf, personOutput } from './person.ts';
import { defineRoute, type OutputOf, type OwnApi, pageInput, pageOf } from './route.ts';

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
type List = OutputOf<typeof listLists>['lists'][number];

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

/** The workspace's lists, newest first, without the list of all leads, which Inbox lacks. */
async function readLists(api: OwnApi): Promise<List[]> {
  return (await api.call(listLists, {})).lists.filter((list) => !list.protected);
}

/** @throws list.not_found for the list of all leads, which Inbox lacks */
function refuseListOfAll({ context }: OwnApi, id: string): void {
  if (id === context.workspaceId) throw new AppError('list.not_found');
}

/** @throws list.not_found */
async function readList(api: OwnApi, id: string): Promise<List> {
  const found = (await readLists(api)).find((list) => list.id === id);
  if (!found) throw new AppError('list.not_found');
  return found;
}

const list = defineRoute({
  route: 'GET /lists',
  summary: 'List lists',
  scope: 'read',
  input: z.strictObject(pageInput),
  output: pageOf(listOutput),
  async run(api, { cursor, limit }) {
    const lists = (await readLists(api))
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
  run: async (api, values) => listOf((await api.call(createList, values)).list),
});

const get = defineRoute({
  route: 'GET /lists/{listId}',
  summary: 'Get list',
  scope: 'read',
  input: z.strictObject(listId),
  output: listOutput,
  run: async (api, { listId: id }) => listOf(await readList(api, id)),
});

const update = defineRoute({
  route: 'PATCH /lists/{listId}',
  summary: 'Update list',
  scope: 'write',
  input: z.strictObject({ ...listId, name: name.optional(), description: description.optional() }),
  output: listOutput,
  async run(api, { listId: id, ...values }) {
    refuseListOfAll(api, id);
    return listOf((await api.call(updateList, { id, ...values })).list);
  },
});

const remove = defineRoute({
  route: 'DELETE /lists/{listId}',
  summary: 'Delete list',
  scope: 'write',
  input: z.strictObject(listId),
  output: success,
  async run(api, { listId: id }) {
    refuseListOfAll(api, id);
    await api.call(deleteList, { id });
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
  async run(api, { listId: id, ...page }) {
    refuseListOfAll(api, id);
    const { leads, nextCursor } = await api.call(listListLeads, { id, ...page });
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
  async run(api, { listId: id, platformIds: given }) {
    refuseListOfAll(api, id);
    const field = fieldOf(defaultPlatform);
    const { results } = await api.call(enrolInList, {
      id,
      people: given.map((platformId) => ({ [field]: platformId })),
    });
    const withOutcome = (outcome: string) =>
      given.filter((_, index) => results[index]!.outcome === outcome);
    return {
      added: withOutcome('added'),
      skipped: withOutcome('skipped'),
      failed: withOutcome('failed'),
    };
  },
});

/** The lead with this identity in the list. @throws list.not_found, lead.not_found */
async function findListed(
  api: OwnApi,
  id: string,
  identity: string,
): Promise<OutputOf<typeof findLead>['lead']> {
  refuseListOfAll(api, id);
  const { lead } = await api.call(findLead, { identity });
  if (!lead.lists.includes(id)) throw new AppError('lead.not_found');
  return lead;
}

const updateLead = defineRoute({
  route: 'PATCH /lists/{listId}/leads/{platformId}',
  summary: 'Update lead of a list',
  scope: 'write',
  input: z.strictObject({ ...listId, platformId: text({ min: 1, max: 1000 }), data: dataInput }),
  output: z.object({ prospect: personOutput, data: z.record(z.string(), z.unknown()) }),
  async run(api, { listId: id, platformId, data }) {
    const { id: leadId } = await findListed(api, id, platformId);
    const { lead } = await api.call(setLeadData, { id: leadId, data });
    return { prospect: personOf(lead), data: lead.attributes };
  },
});

const removeLead = defineRoute({
  route: 'DELETE /lists/{listId}/leads/{platformId}',
  summary: 'Remove lead from a list',
  scope: 'write',
  input: z.strictObject({ ...listId, platformId: text({ min: 1, max: 1000 }) }),
  output: success,
  async run(api, { listId: id, platformId }) {
    const { id: leadId } = await findListed(api, id, platformId);
    await api.call(removeListLeads, { id, leadIds: [leadId] });
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
