import { z } from 'zod';
import { deleteSessionRow } from '../../db/accounts/sessions.ts';
import { uuid } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';

export const deleteSession = defineOperation({
  name: 'session.delete',
  route: 'DELETE /api/sessions/{id}',
  cli: 'session delete',
  summary: 'Sign out: end one of your sessions',
  description: 'It ends at once, with its streams. Ending the one that asks takes its cookie away.',
  scope: 'self',
  input: z.object({ id: uuid }),
  output: z.object({ success: z.literal(true) }),
  errors: ['session.not_found'],
  async run({ db, session, setSession }, { id }) {
    if (!session || !(await deleteSessionRow(db, session.personId, id)))
      throw new AppError('session.not_found');
    if (id === session.id) setSession(null);
    return { success: true as const };
  },
});
