import { z } from 'zod';
import { labelColors, labelInputs } from '../../domain/people/label.ts';
import type { Operation } from '../../operation.ts';
import { createStatus } from '../../operations/statuses/create.ts';
import { deleteStatus } from '../../operations/statuses/delete.ts';
import { listStatuses } from '../../operations/statuses/list.ts';
import { updateStatus } from '../../operations/statuses/update.ts';
import { createTag } from '../../operations/tags/create.ts';
import { deleteTag } from '../../operations/tags/delete.ts';
import { listTags } from '../../operations/tags/list.ts';
import { updateTag } from '../../operations/tags/update.ts';
import type { tagOutput } from '../../operations/tags/wire.ts';
import { bare, idOutput, pathId } from './ids.ts';
import { defineRoute } from './route.ts';

const success = z.object({ success: z.literal(true) });
const color = z.string().nullable();
const tag = z.object({ id: idOutput, name: z.string(), color });
const status = tag.extend({ createdAt: z.iso.datetime() });
const colors = z.array(z.object({ name: z.string(), color: z.string() }));

function labelOf({
  id,
  name,
  color: shade,
  created_at,
}: z.output<typeof tagOutput>): z.input<typeof status> {
  return { id: bare(id), name, color: shade, createdAt: created_at };
}

const make = z.strictObject({ name: labelInputs.name, color: labelInputs.color.optional() });
const id = { id: pathId };
const change = z.strictObject({
  ...id,
  name: labelInputs.name.optional(),
  color: labelInputs.color.optional(),
});

function listColors(route: '/tags/colors' | '/statuses/colors'): Operation {
  return defineRoute({
    route: `GET ${route}`,
    summary: route === '/tags/colors' ? 'List tag colors' : 'List status colors',
    scope: 'read',
    input: z.strictObject({}),
    output: colors,
    run: async () => Object.entries(labelColors).map(([name, shade]) => ({ name, color: shade })),
  });
}

const tags = [
  defineRoute({
    route: 'GET /tags',
    summary: 'List tags',
    scope: 'read',
    input: z.strictObject({}),
    output: z.array(tag),
    run: async (api) => (await api.call(listTags, {})).tags.map(labelOf),
  }),
  defineRoute({
    route: 'POST /tags',
    summary: 'Create tag',
    scope: 'write',
    input: make,
    output: tag,
    run: async (api, values) => labelOf((await api.call(createTag, values)).tag),
  }),
  defineRoute({
    route: 'PATCH /tags/{id}',
    summary: 'Update tag',
    scope: 'write',
    input: change,
    output: tag,
    run: async (api, values) => labelOf((await api.call(updateTag, values)).tag),
  }),
  defineRoute({
    route: 'DELETE /tags/{id}',
    summary: 'Delete tag',
    scope: 'write',
    input: z.strictObject(id),
    output: success,
    run: (api, one) => api.call(deleteTag, one),
  }),
  listColors('/tags/colors'),
];

const statuses = [
  defineRoute({
    route: 'GET /statuses',
    summary: 'List statuses',
    scope: 'read',
    input: z.strictObject({}),
    output: z.array(status),
    run: async (api) => (await api.call(listStatuses, {})).statuses.map(labelOf),
  }),
  defineRoute({
    route: 'POST /statuses',
    summary: 'Create status',
    scope: 'write',
    input: make,
    output: status,
    run: async (api, values) => labelOf((await api.call(createStatus, values)).status),
  }),
  defineRoute({
    route: 'PATCH /statuses/{id}',
    summary: 'Update status',
    scope: 'write',
    input: change,
    output: status,
    run: async (api, values) => labelOf((await api.call(updateStatus, values)).status),
  }),
  defineRoute({
    route: 'DELETE /statuses/{id}',
    summary: 'Delete status',
    scope: 'write',
    input: z.strictObject(id),
    output: success,
    run: (api, one) => api.call(deleteStatus, one),
  }),
  listColors('/statuses/colors'),
];

export const labelRoutes: readonly Operation[] = [...tags, ...statuses];
