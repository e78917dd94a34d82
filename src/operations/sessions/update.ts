import { z } from 'zod';
import { deleteResets } from '../../db/accounts/links.ts';
import { findPerson, renamePerson, savePassword } from '../../db/accounts/persons.ts';
import { deleteOtherSessions } from '../../db/accounts/sessions.ts';
import { transact } from '../../db/database.ts';
import { password } from '../../domain/password.ts';
import { headerText } from '../../domain/text.ts';
import { checkPassword, refuseField, requireLength } from '../../engine/accounts/passwords.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { sessionOnWire, sessionOutput } from './wire.ts';

export const updateSession = defineOperation({
  name: 'session.update',
  route: 'PATCH /api/session',
  cli: 'session update',
  summary: 'Change your name or your password',
  description:
    'The name changes in all your workspaces. A new password needs the present one, and ends all ' +
    'your other sessions and links to a new password.',
  scope: 'self',
  input: z.object({
    name: headerText({ min: 1, max: 200 }).optional(),
    password: password().optional().describe('The new one: 12 characters or more.'),
    present_password: password().optional(),
  }),
  output: z.object({ session: sessionOutput }),
  errors: ['session.not_found', 'auth.refused'],
  transaction: false,
  async run({ db, session, passwords, now, from, ...caller }, input) {
    if (!session) throw new AppError('session.not_found');
    const { id, email, password: stored } = (await findPerson(db, session.personId))!;
    let hashed: string | null = null;
    if (input.password !== undefined) {
      const present = input.present_password;
      if (present === undefined) throw refuseField('present_password', 'Required.');
      requireLength('password', input.password);
      await checkPassword(passwords, { email, stored, password: present, from, now });
      hashed = await passwords.hash(input.password);
    }
    await transact(db, async (tx) => {
      if (input.name !== undefined) await renamePerson(tx, id, input.name.trim());
      if (hashed === null) return;
      await savePassword(tx, id, hashed);
      await deleteOtherSessions(tx, id, session.id);
      await deleteResets(tx, email);
    });
    return { session: await sessionOnWire(db, { ...caller, session }) };
  },
});
