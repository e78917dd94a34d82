import { z } from 'zod';
import { countLeads, searchLeads } from '../../db/people/lead-search.ts';
import { pageLimit } from '../../domain/page.ts';
import { leadTypes } from '../../domain/people/lead.ts';
import { text, uuid } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { leadOutput, searchDepth, showLeads } from './wire.ts';

const partOfText = text({ max: 200 }).optional();
const searchedFields = [
  'name',
  'title',
  'role',
  'company',
  'domain',
  'email',
  'industry',
  'location',
] as const;

export const listLeads = defineOperation({
  name: 'lead.list',
  route: 'GET /api/leads',
  cli: 'lead',
  summary: 'Search the leads of the workspace, or get one',
  description:
    'Newest first. Filters match parts of the field, in upper or lower case; `role` is ' +
    'another word for `title`. With `id` the answer is that one lead. ' +
    searchDepth,
  scope: 'read',
  input: z.object({
    id: uuid.optional(),
    type: z.enum(leadTypes).optional(),
    q: text({ max: 200 }).optional().describe('Part of name, email, company or title.'),
    name: partOfText,
    title: partOfText,
    role: partOfText,
    company: partOfText,
    domain: partOfText,
    email: partOfText,
    industry: partOfText,
    location: partOfText,
    statusId: uuid.optional().describe('Lead status.'),
    tagId: uuid.optional(),
    limit: pageLimit(500, 50),
    cursor: uuid.optional().describe('`nextCursor` of the page before.'),
  }),
  output: z.object({
    leads: z.array(leadOutput),
    total: z.int(),
    hasMore: z.boolean(),
    nextCursor: z.uuid().nullable(),
  }),
  errors: ['lead.not_found'],
  list: { items: 'leads', cursor: 'cursor', next: 'nextCursor', limit: 500 },
  async run({ db, workspaceId }, { id, type, q, statusId, tagId, limit, cursor, ...parts }) {
    const contains = searchedFields.flatMap((field) =>
      parts[field] ? [{ field, operator: 'contains' as const, value: parts[field] }] : [],
    );
    const where = [
      ...contains,
      ...(type ? [{ field: 'type' as const, operator: 'eq' as const, value: type }] : []),
    ];
    const filter = {
      workspaceId,
      listId: null,
      where,
      q,
      statusId,
      tagId,
      ids: id ? [id] : undefined,
    };
    const { rows, next } = await searchLeads(db, { ...filter, after: cursor, limit });
    if (id && rows.length === 0) throw new AppError('lead.not_found');
    const leads = await showLeads(db, workspaceId, rows);
    return { leads, total: await countLeads(db, filter), hasMore: next !== null, nextCursor: next };
  },
});
