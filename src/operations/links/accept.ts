import { z } from 'zod';
import { password } from '../../domain/password.ts';
import { emailAddress, headerText } from '../../domain/text.ts';
import { acceptLink } from '../../engine/accounts/accept-link.ts';
import { findSessionCaller } from '../../engine/accounts/sessions.ts';
import { type Caller, defineOpenOperation } from '../../operation.ts';
import { sessionOnWire, sessionOutput } from '../sessions/wire.ts';
import { tokenInput } from './wire.ts';

export const acceptLinkOnce = defineOpenOperation({
  name: 'link.accept',
  route: 'POST /api/links/accept',
  cli: 'link accept',
  summary: 'Use a link: make your account, join a workspace, or choose a new password',
  description:
    'It works once and signs you in. The first account says `email` and `name`; a new member ' +
    'says `name`; one that has an account already gives its password. A new password ends all ' +
    'other sessions.',
  input: z.object({
    token: tokenInput,
    email: emailAddress().optional().describe('Of the first account.'),
    name: headerText({ min: 1, max: 200 }).optional().describe('Of a new account.'),
    password: password().describe(
      'A new one has 12 characters or more; to join with an account, its own.',
    ),
  }),
  output: z.object({ session: sessionOutput }),
  status: 201,
  errors: ['link.not_found', 'auth.refused', 'member.exists', 'auth.other_site'],
  transaction: false,
  async run({ db, passwords, now, from, setSession }, input) {
    const { token, workspaceId } = await acceptLink({ db, passwords }, { ...input, from, now });
    const caller = await findSessionCaller(db, { token, workspaceId, at: now });
    setSession(token);
    return { session: await sessionOnWire(db, caller as Required<Caller>) };
  },
});
