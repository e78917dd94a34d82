import { z } from 'zod';
import { updateLabel } from '../../db/people/labels.ts';
import { labelInputs } from '../../domain/people/label.ts';
import { uuid } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { onDuplicate } from '../refusals.ts';
import { labelOnWire, statusOutput } from '../tags/wire.ts';

export const updateStatus = defineOperation({
  name: 'status.update',
  route: 'PATCH /api/statuses/{id}',
  cli: 'status update',
  summary: 'Rename or recolour a lead status',
  scope: 'write',
  input: z.object({
    id: uuid,
    name: labelInputs.name.optional(),
    color: labelInputs.color.optional(),
  }),
  output: z.object({ status: statusOutput }),
  errors: ['status.not_found', 'label.name_taken'],
  async run({ db, workspaceId }, { id, ...values }) {
    const row = await updateLabel(db, 'lead_statuses', { workspaceId, id }, values).catch(
      onDuplicate(() => new AppError('label.name_taken')),
    );
    if (!row) throw new AppError('status.not_found');
    return { status: labelOnWire(row) };
  },
});
