import { z } from 'zod';
import { insertLabel } from '../../db/people/labels.ts';
import { labelInputs } from '../../domain/people/label.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { labelOnWire, tagOutput } from './wire.ts';

export const createTag = defineOperation({
  name: 'tag.create',
  route: 'POST /api/tags',
  cli: 'tag create',
  summary: 'Make a tag',
  scope: 'write',
  input: z.object({ name: labelInputs.name, color: labelInputs.color.default(null) }),
  output: z.object({ tag: tagOutput }),
  status: 201,
  errors: ['label.name_taken'],
  async run({ db, workspaceId, newId, now }, { name, color }) {
    const row = await insertLabel(db, 'tags', {
      workspace_id: workspaceId,
      id: newId(),
      name,
      color,
      created_at: now,
    });
    if (!row) throw new AppError('label.name_taken');
    return { tag: labelOnWire(row) };
  },
});
