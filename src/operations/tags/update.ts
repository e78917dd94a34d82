import { z } from 'zod';
import { updateLabel } from '../../db/people/labels.ts';
import { labelInputs } from '../../domain/people/label.ts';
import { uuid } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { onDuplicate } from '../refusals.ts';
import { labelOnWire, tagOutput } from './wire.ts';

export const updateTag = defineOperation({
  name: 'tag.update',
  route: 'PATCH /api/tags/{id}',
  cli: 'tag update',
  summary: 'Rename or recolour a tag',
  scope: 'write',
  input: z.object({
    id: uuid,
    name: labelInputs.name.optional(),
    color: labelInputs.color.optional(),
  }),
  output: z.object({ tag: tagOutput }),
  errors: ['tag.not_found', 'label.name_taken'],
  async run({ db, workspaceId }, { id, ...values }) {
    const row = await updateLabel(db, 'tags', { workspaceId, id }, values).catch(
      onDuplicate(() => new AppError('label.name_taken')),
    );
    if (!row) throw new AppError('tag.not_found');
    return { tag: labelOnWire(row) };
  },
});
