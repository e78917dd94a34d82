import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { sessionOnWire, sessionOutput } from './wire.ts';

export const getSession = defineOperation({
  name: 'session.get',
  route: 'GET /api/session',
  cli: 'session show',
  summary: 'Show who has signed in, and as what',
  description: 'A key has no session: GET /api/account shows to whom it belongs.',
  scope: 'self',
  input: z.object({}),
  output: z.object({ session: sessionOutput }),
  errors: ['session.not_found'],
  async run({ db, session, ...caller }) {
    if (!session) throw new AppError('session.not_found');
    return { session: await sessionOnWire(db, { ...caller, session }) };
  },
});
