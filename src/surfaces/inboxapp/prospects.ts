import { z } from 'zod';
import { text } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { findLead } from '../../operations/leads/find.ts';
import { listLeads } from '../../operations/leads/list.ts';
import { updateLead } from '../../operations/leads/update.ts';
import { listTags } from '../../operations/tags/list.ts';
import { bare, bodyId, idOf, idOutput, pathId } from './ids.ts';
import { personOf, personOutput } from './person.ts';
import { defineRoute, type OutputOf, type OwnApi } from './route.ts';

const name = text({ min: 1, max: 1000 }).optional();

const line = z.string().nullable();
const prospectOutput = personOutput.extend({
  handle: line.describe('The user name with its @.'),
  bio: line,
  location: line,
  websiteDomain: line,
  firstSeenAt: z.iso.datetime(),
  lastUpdatedAt: z.iso.datetime(),
  context: z.object({
    notes: line,
    valuation: z.number().nullable(),
    assigneeId: idOutput.nullable(),
    done: z.boolean(),
    tags: z.array(z.object({ id: idOutput, name: z.string(), color: z.string().nullable() })),
    statusId: idOutput.nullable(),
  }),
});
type Lead = OutputOf<typeof findLead>['lead'];

async function prospectOf(api: OwnApi, lead: Lead): Promise<z.input<typeof prospectOutput>> {
  const { tags } = lead.tags.length > 0 ? await api.call(listTags, {}) : { tags: [] };
  const own = tags
    .filter((tag) => lead.tags.includes(tag.id))
    .map((tag) => ({ id: bare(tag.id), name: tag.name, color: tag.color }));
  return {
    ...personOf(lead),
    handle: lead.xHandle && !/^\d+$/.test(lead.xHandle) ? `@${lead.xHandle}` : null,
    bio: textOf(lead.attributes.bio),
    location: textOf(lead.location.text) ?? textOf(lead.attributes.location),
    websiteDomain: lead.domain,
    firstSeenAt: lead.createdAt,
    lastUpdatedAt: lead.updatedAt,
    context: {
      tags: own,
      statusId: lead.statusId && bare(lead.statusId),
      notes: lead.notes,
      valuation: lead.valuation,
      assigneeId: lead.assigneeId && bare(lead.assigneeId),
      done: lead.done,
    },
  };
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** @throws lead.not_found */
async function readLead(api: OwnApi, id: string): Promise<Lead> {
  return (await api.call(listLeads, { id })).leads[0]!;
}

const lookup = defineRoute({
  route: 'GET /prospects/lookup',
  summary: 'Look up prospect',
  scope: 'read',
  input: z.strictObject({ platform: name, platformId: name, username: name, externalId: name }),
  output: prospectOutput.nullable(),
  async run(api, { platformId, username, externalId }) {
    const given = [platformId, username, externalId].filter((one) => one !== undefined);
    if (given.length !== 1)
      throw new AppError('request.invalid', 'Give one of platformId, username and externalId.');
    try {
      const id = externalId === undefined ? null : idOf(externalId);
      if (externalId !== undefined && id === null) return null;
      return await prospectOf(
        api,
        id === null
          ? (await api.call(findLead, { identity: given[0]! })).lead
          : await readLead(api, id),
      );
    } catch (error) {
      if (error instanceof AppError && error.code === 'lead.not_found') return null;
      throw error;
    }
  },
});

const prospectId = { prospectId: pathId };

const get = defineRoute({
  route: 'GET /prospects/{prospectId}',
  summary: 'Get prospect',
  scope: 'read',
  input: z.strictObject(prospectId),
  output: prospectOutput,
  run: async (api, { prospectId: id }) => prospectOf(api, await readLead(api, id)),
});

const setContext = defineRoute({
  route: 'PATCH /prospects/{prospectId}/context',
  summary: 'Update prospect context',
  scope: 'write',
  input: z.strictObject({
    ...prospectId,
    addTags: z.array(bodyId).max(100).optional(),
    removeTags: z.array(bodyId).max(100).optional(),
    statusId: bodyId.nullable().optional(),
    notes: text({ max: 10_000 }).nullable().optional(),
    valuation: z.number().min(0).max(1e15).nullable().optional(),
    assigneeId: bodyId.nullable().optional(),
    done: z.boolean().optional(),
    tags: z.array(z.unknown()).optional().describe('Only shown: addTags and removeTags change it.'),
  }),
  output: prospectOutput,
  run: async (api, { prospectId: id, tags: _shown, ...context }) =>
    prospectOf(api, (await api.call(updateLead, { id, ...context })).lead),
});

export const prospectRoutes = [lookup, get, setContext];
