import { deleteResets, findLink, type LinkWithNames, takeLink } from '../../db/accounts/links.ts';
import { isMember, joinMember } from '../../db/accounts/members.ts';
import {
  findPersonByEmail,
  hasPersons,
  insertPerson,
  type PersonRow,
  savePassword,
} from '../../db/accounts/persons.ts';
import { deleteOtherSessions } from '../../db/accounts/sessions.ts';
import { type Db, runTransaction } from '../../db/database.ts';
import { appendEvents } from '../../db/events.ts';
import { findFirstMember, lockFirstBoot } from '../../db/workspaces.ts';
import { AppError } from '../../errors.ts';
import { newId } from '../../ids.ts';
import { checkPassword, type Passwords, refuseField, requireLength } from './passwords.ts';
import { hashToken, type Origin, openSession } from './sessions.ts';

/** `email`: of the first account. `name`: of any new one. */
export type Acceptance = {
  token: string;
  email?: string | undefined;
  name?: string | undefined;
  password: string;
  from: Origin;
  now: Date;
};
type Accepting = Acceptance & { db: Db; passwords: Passwords; link: LinkWithNames };
/** The workspace in which the session begins; null for the person's first. */
type Accepted = { token: string; workspaceId: string | null };

/**
 * Uses a link up: makes the first account, a member or a new password, and begins a session, all in
 * one transaction. Returns the token of the session's cookie.
 * @throws link.not_found, request.invalid, auth.refused, member.exists, request.rate_limited
 */
export async function acceptLink(
  services: { db: Db; passwords: Passwords },
  given: Acceptance,
): Promise<Accepted> {
  const link = await findLink(services.db, hashToken(given.token), given.now);
  if (!link) throw new AppError('link.not_found');
  const accept = { welcome: acceptWelcome, invite: acceptInvitation, reset: acceptReset };
  return accept[link.kind]({ ...services, ...given, link });
}

async function acceptWelcome(given: Accepting): Promise<Accepted> {
  const { db, email, now } = given;
  if (await hasPersons(db)) throw new AppError('link.not_found');
  if (email === undefined) throw refuseField('email', 'Required.');
  const person = await newPerson(given, email);
  return use(given, async (tx) => {
    await lockFirstBoot(tx);
    if (await hasPersons(tx)) throw new AppError('link.not_found');
    await insertPerson(tx, { ...person, at: now });
    const first = (await findFirstMember(tx))!;
    return join(tx, given, { ...first, person, role: 'admin' });
  });
}

/** A person who has an account proves it, so that no admin takes accounts over by inviting them. */
async function acceptInvitation(given: Accepting): Promise<Accepted> {
  const { db, link, now } = given;
  const [workspaceId, email] = [link.workspaceId!, link.email!];
  const known = await findPersonByEmail(db, email);
  if (known) await checkPassword(given.passwords, { ...given, email, stored: known.password });
  const person = known ?? (await newPerson(given, email));
  return use(given, async (tx) => {
    if (await isMember(tx, workspaceId, email)) throw new AppError('member.exists');
    if (!known) await insertPerson(tx, { ...person, at: now });
    return join(tx, given, { workspaceId, memberId: newId(), person, role: link.role! });
  });
}

async function acceptReset(given: Accepting): Promise<Accepted> {
  const { db, link } = given;
  const person = await findPersonByEmail(db, link.email!);
  if (!person) throw new AppError('link.not_found');
  const password = await hashNew(given);
  return use(given, async (tx) => {
    await savePassword(tx, person.id, password);
    await deleteOtherSessions(tx, person.id, null);
    await deleteResets(tx, person.email);
    return { personId: person.id };
  });
}

type Joined = { personId: string; workspaceId?: string; memberId?: string };

async function use(
  { db, token, from, now, link }: Accepting,
  work: (tx: Db) => Promise<Joined>,
): Promise<Accepted> {
  return runTransaction(db, async (tx) => {
    if (!(await takeLink(tx, hashToken(token)))) throw new AppError('link.not_found');
    const { personId, workspaceId, memberId } = await work(tx);
    const opened = await openSession(tx, { personId, from, at: now });
    if (workspaceId)
      await appendEvents(tx, { workspaceId, at: now, actor: `member:${memberId}` }, [
        { kind: 'member.joined', data: { member_id: memberId, role: link.role ?? 'admin' } },
      ]);
    return { token: opened, workspaceId: link.workspaceId };
  });
}

async function join(
  tx: Db,
  { now: at }: Accepting,
  member: { workspaceId: string; memberId: string; person: PersonRow; role: string },
): Promise<Joined> {
  const { workspaceId, person } = member;
  const { id: personId, name } = person;
  return {
    personId,
    workspaceId,
    memberId: await joinMember(tx, { ...member, personId, name, at }),
  };
}

async function newPerson(given: Accepting, email: string): Promise<PersonRow> {
  if (!given.name?.trim()) throw refuseField('name', 'Required.');
  return { id: newId(), email, name: given.name.trim(), password: await hashNew(given) };
}

async function hashNew({ password, passwords }: Pick<Accepting, 'password' | 'passwords'>) {
  requireLength('password', password);
  return passwords.hash(password);
}
