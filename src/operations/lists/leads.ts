import { z } from 'zod';
import { countLeads, searchLeads } from '../../db/people/lead-search.ts';
import { pageLimit } from '../../domain/page.ts';
import { leadTypes } from '../../domain/people/lead.ts';
import { uuid } from '../../domain/text.ts';
import { defineOperation } from '../../operation.ts';
import { leadOutput, searchDepth, showLeads } from '../leads/wire.ts';
import { getList } from './wire.ts';

export const listListLeads = defineOperation({
  name: 'list_lead.list',
  route: 'GET /api/lists/{id}/leads',
  cli: 'list lead',
  summary: 'List the leads of a list',
  description: `Newest leads first. ${searchDepth}`,
  scope: 'read',
  input: z.object({
    id: uuid.describe('List'),
    type: z.enum(leadTypes).optional(),
    limit: pageLimit(500, 50),
    cursor: uuid.optional().describe('`nextCursor` of the page before.'),
  }),
  output: z.object({
    leads: z.array(leadOutput),
    total: z.int(),
    hasMore: z.boolean(),
    nextCursor: z.uuid().nullable(),
  }),
  errors: ['list.not_found'],
  async run({ db, workspaceId }, { id, type, limit, cursor }) {
    const list = await getList(db, { workspaceId, listId: id });
    const where = type ? [{ field: 'type' as const, operator: 'eq' as const, value: type }] : [];
    const filter = { workspaceId, listId: list.protected ? null : id, where };
    const { rows, next } = await searchLeads(db, { ...filter, after: cursor, limit });
    const leads = await showLeads(db, workspaceId, rows);
    return { leads, total: await countLeads(db, filter), hasMore: next !== null, nextCursor: next };
  },
});
