import { z } from 'zod';
import { deleteLabel } from '../../db/people/labels.ts';
import { uuid } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';

export const deleteStatus = defineOperation({
  name: 'status.delete',
  route: 'DELETE /api/statuses/{id}',
  cli: 'status delete',
  summary: 'Delete a lead status',
  description:
    'Every lead that has it loses it. An automation that names it no longer acts, and says so ' +
    'in the events.',
  scope: 'write',
  input: z.object({ id: uuid }),
  output: z.object({ success: z.literal(true) }),
  errors: ['status.not_found'],
  async run({ db, workspaceId }, { id }) {
    if (!(await deleteLabel(db, 'lead_statuses', { workspaceId, id })))
      throw new AppError('status.not_found');
    return { success: true as const };
  },
});
