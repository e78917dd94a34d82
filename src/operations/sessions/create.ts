import { z } from 'zod';
import { findPersonByEmail } from '../../db/accounts/persons.ts';
import { password } from '../../domain/password.ts';
import { emailAddress } from '../../domain/text.ts';
import { checkPassword } from '../../engine/accounts/passwords.ts';
import { findSessionCaller, openSession } from '../../engine/accounts/sessions.ts';
import { type Caller, defineOpenOperation } from '../../operation.ts';
import { sessionOnWire, sessionOutput } from './wire.ts';

export const createSession = defineOpenOperation({
  name: 'session.create',
  route: 'POST /api/sessions',
  cli: 'session create',
  summary: 'Sign in with address and password',
  description:
    'The answer sets the cookie of the session, for browsers; programs use API keys. Five wrong ' +
    'tries a minute, for one address and from one place. The answer is the same for an address ' +
    'without an account.',
  input: z.object({ email: emailAddress(), password: password() }),
  output: z.object({ session: sessionOutput }),
  status: 201,
  errors: ['auth.refused', 'auth.no_workspace', 'auth.other_site'],
  transaction: false,
  async run({ db, now, from, passwords, setSession }, { email, password: given }) {
    const person = await findPersonByEmail(db, email);
    const stored = person?.password ?? null;
    await checkPassword(passwords, { email, stored, password: given, from, now });
    const token = await openSession(db, { personId: person!.id, from, at: now });
    const caller = await findSessionCaller(db, { token, workspaceId: null, at: now });
    setSession(token);
    return { session: await sessionOnWire(db, caller as Required<Caller>) };
  },
});
