import { z } from 'zod';
import { listLabels } from '../../db/people/labels.ts';
import { defineOperation } from '../../operation.ts';
import { labelOnWire, tagOutput } from './wire.ts';

export const listTags = defineOperation({
  name: 'tag.list',
  route: 'GET /api/tags',
  cli: 'tag',
  summary: 'List the tags of the workspace',
  description: 'A lead can have many. In the order they were made.',
  scope: 'read',
  input: z.object({}),
  output: z.object({ tags: z.array(tagOutput) }),
  errors: [],
  async run({ db, workspaceId }) {
    return { tags: (await listLabels(db, 'tags', workspaceId)).map(labelOnWire) };
  },
});
