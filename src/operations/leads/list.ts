import { z } from 'zod';
import { countLeads, searchLeads } from '../../db/people/leads.ts';
import { leadTypes } from '../../domain/people/lead.ts';
import { text, uuid } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { leadOutput, look, showLeads } from './wire.ts';

const part = text({ max: 200 }).optional();
const searched = [
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
    'Newest first. Filters match parts of the field, whatever the case; `role` is another word for `title`. With `id` the answer is that one lead. ' +
    look,
  scope: 'read',
  input: z.object({
    id: uuid.optional(),
    type: z.enum(leadTypes).optional(),
    q: text({ max: 200 }).optional().describe('Part of name, email, company or title.'),
    name: part,
    title: part,
    role: part,
    company: part,
    domain: part,
    email: part,
    industry: part,
    location: part,
    statusId: uuid.optional().describe('Lead status.'),
    tagId: uuid.optional(),
    limit: z.int().min(1).max(500).default(50),
    cursor: uuid.optional().describe('`nextCursor` of the page before.'),
  }),
  output: z.object({
    leads: z.array(leadOutput),
    total: z.int(),
    hasMore: z.boolean(),
    nextCursor: z.uuid().nullable(),
  }),
  errors: ['lead.not_found'],
  async run({ db, workspaceId }, { id, type, q, statusId, tagId, limit, cursor, ...parts }) {
    const contains = searched.flatMap((field) =>
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
