import { z } from 'zod';
import { deleteLabel } from '../../db/people/labels.ts';
import { uuid } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';

export const deleteTag = defineOperation({
  name: 'tag.delete',
  route: 'DELETE /api/tags/{id}',
  cli: 'tag delete',
  summary: 'Delete a tag',
  description:
    'Every lead that has it loses it. An automation that names it no longer acts, and says so ' +
    'in the events.',
  scope: 'write',
  input: z.object({ id: uuid }),
  output: z.object({ success: z.literal(true) }),
  errors: ['tag.not_found'],
  async run({ db, workspaceId }, { id }) {
    if (!(await deleteLabel(db, 'tags', { workspaceId, id }))) throw new AppError('tag.not_found');
    return { success: true as const };
  },
});
