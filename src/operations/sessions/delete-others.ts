import { z } from 'zod';
import { deleteOtherSessions } from '../../db/accounts/sessions.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';

export const deleteOthers = defineOperation({
  name: 'session.delete_others',
  route: 'DELETE /api/sessions',
  cli: 'session delete-others',
  summary: 'End all your sessions but this one',
  scope: 'self',
  input: z.object({}),
  output: z.object({ ended: z.int() }),
  errors: ['session.not_found'],
  async run({ db, session }) {
    if (!session) throw new AppError('session.not_found');
    return { ended: await deleteOtherSessions(db, session.personId, session.id) };
  },
});
