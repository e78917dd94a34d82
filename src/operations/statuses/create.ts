import { z } from 'zod';
import { insertLabel } from '../../db/people/labels.ts';
import { labelInputs } from '../../domain/people/label.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { labelOnWire, statusOutput } from '../tags/wire.ts';

export const createStatus = defineOperation({
  name: 'status.create',
  route: 'POST /api/statuses',
  cli: 'status create',
  summary: 'Make a lead status',
  scope: 'write',
  input: z.object({ name: labelInputs.name, color: labelInputs.color.default(null) }),
  output: z.object({ status: statusOutput }),
  status: 201,
  errors: ['label.name_taken'],
  async run({ db, workspaceId, newId, now }, { name, color }) {
    const row = await insertLabel(db, 'lead_statuses', {
      workspace_id: workspaceId,
      id: newId(),
      name,
      color,
      created_at: now,
    });
    if (!row) throw new AppError('label.name_taken');
    return { status: labelOnWire(row) };
  },
});
