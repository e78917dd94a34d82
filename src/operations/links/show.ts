import { z } from 'zod';
import { findLink } from '../../db/accounts/links.ts';
import { findPersonByEmail, hasPersons } from '../../db/accounts/persons.ts';
import { hashToken } from '../../engine/accounts/sessions.ts';
import { AppError } from '../../errors.ts';
import { defineOpenOperation } from '../../operation.ts';
import { linkOnWire, linkOutput, tokenInput } from './wire.ts';

export const showLink = defineOpenOperation({
  name: 'link.show',
  route: 'POST /api/links/show',
  cli: 'link show',
  summary: 'Show what a link is for, without using it',
  description: 'The token goes into the body, because paths are logged on the way.',
  input: z.object({ token: tokenInput }),
  output: z.object({
    link: linkOutput.omit({ id: true, created_at: true }).extend({
      has_account: z
        .boolean()
        .describe('An invitation is then accepted with the password of that account.'),
    }),
  }),
  errors: ['link.not_found', 'auth.other_site'],
  async run({ db, now }, { token }) {
    const link = await findLink(db, hashToken(token), now);
    if (!link || (link.kind === 'welcome' && (await hasPersons(db))))
      throw new AppError('link.not_found');
    const person = link.email === null ? null : await findPersonByEmail(db, link.email);
    const { id: _id, created_at: _at, ...shown } = linkOnWire(link);
    return { link: { ...shown, has_account: (person?.password ?? null) !== null } };
  },
});
