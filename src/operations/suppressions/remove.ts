import { z } from 'zod';
import { deleteSuppression, erasedValue } from '../../db/people/suppressions.ts';
import { normaliseSuppression, suppressionKinds } from '../../domain/people/suppression.ts';
import { text } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';

export const removeSuppression = defineOperation({
  name: 'suppression.remove',
  route: 'DELETE /api/suppressions',
  cli: 'suppression remove',
  summary: 'Remove a suppression, so that it can be written to again',
  description: 'People who were skipped or unsubscribed meanwhile stay as they are.',
  scope: 'admin',
  input: z.object({
    kind: z.enum(suppressionKinds).default('email'),
    value: text({ min: 1, max: 2000 }),
  }),
  output: z.object({ success: z.literal(true) }),
  errors: ['suppression.not_found'],
  async run({ db, workspaceId }, { kind, value }) {
    const known = normaliseSuppression(kind, value);
    if (known === null) throw new AppError('suppression.not_found');
    const key = { kind, value: known };
    const hashed = { kind: 'erased' as const, value: erasedValue(workspaceId, key) };
    const found = [
      await deleteSuppression(db, workspaceId, key),
      await deleteSuppression(db, workspaceId, hashed),
    ];
    if (!found.includes(true)) throw new AppError('suppression.not_found');
    return { success: true as const };
  },
});
