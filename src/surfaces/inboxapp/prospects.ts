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

const prospectOutput = personOutput.extend({
  context: z.object({
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
    context: { tags: own, statusId: lead.statusId && bare(lead.statusId) },
  };
}

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
  }),
  output: prospectOutput,
  run: async (api, { prospectId: id, ...context }) =>
    prospectOf(api, (await api.call(updateLead, { id, ...context })).lead),
});

export const prospectRoutes = [lookup, get, setContext];
