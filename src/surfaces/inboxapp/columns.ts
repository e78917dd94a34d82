import { z } from 'zod';
import { columnTypes } from '../../domain/sequence/column.ts';
import { text } from '../../domain/text.ts';
import { createColumn } from '../../operations/columns/create.ts';
import { listColumns } from '../../operations/columns/list.ts';
import { updateColumn } from '../../operations/columns/update.ts';
import { columnInputs, type columnOutput as ownColumn } from '../../operations/columns/wire.ts';
import { pathId } from './ids.ts';
import { defineRoute } from './route.ts';

const campaignId = { campaignId: pathId };

const columnOutput = z.object({
  id: z.string(),
  name: z.string(),
  type: z.string(),
  description: z.string().nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});

function columnOf({
  id,
  name,
  type,
  description,
  created_at,
  updated_at,
}: z.output<typeof ownColumn>): z.input<typeof columnOutput> {
  return { id, name, type, description, createdAt: created_at, updatedAt: updated_at };
}

const create = defineRoute({
  route: 'POST /campaigns/v2/{campaignId}/columns',
  summary: 'Create column',
  scope: 'write',
  input: z.strictObject({
    ...campaignId,
    name: columnInputs.name,
    type: z.enum(columnTypes).optional(),
    description: columnInputs.description.optional(),
  }),
  output: columnOutput,
  async run(api, { campaignId: id, ...values }) {
    return columnOf((await api.call(createColumn, { id, ...values })).column);
  },
});

const list = defineRoute({
  route: 'GET /campaigns/v2/{campaignId}/columns',
  summary: 'List columns',
  scope: 'read',
  input: z.strictObject(campaignId),
  output: z.array(columnOutput),
  async run(api, { campaignId: id }) {
    return (await api.call(listColumns, { id })).columns.map(columnOf);
  },
});

const update = defineRoute({
  route: 'PATCH /campaigns/v2/{campaignId}/columns/{columnId}',
  summary: 'Update column',
  scope: 'write',
  input: z.strictObject({
    ...campaignId,
    columnId: text({ max: 100 }),
    name: columnInputs.name.optional(),
    description: columnInputs.description.optional(),
  }),
  output: columnOutput,
  async run(api, { campaignId: id, ...values }) {
    return columnOf((await api.call(updateColumn, { id, ...values })).column);
  },
});

export const columnRoutes = [create, list, update];
