import { sql } from 'kysely';
import type { Db } from '../database.ts';

/** `password`: a PHC text; null until the person has chosen one. */
export type PersonRow = { id: string; email: string; name: string; password: string | null };

const columns = sql.raw('id, email, name, password');

export async function insertPerson(db: Db, person: PersonRow & { at: Date }): Promise<void> {
  await sql`insert into persons (id, email, name, password, created_at)
    values (${person.id}, ${person.email}, ${person.name}, ${person.password}, ${person.at})`.execute(
    db,
  );
}

/** The person with this normalised address; null when there is none. */
export async function findPersonByEmail(db: Db, email: string): Promise<PersonRow | null> {
  const { rows } = await sql<PersonRow>`
    select ${columns} from persons where email = ${email}`.execute(db);
  return rows[0] ?? null;
}

export async function findPerson(db: Db, id: string): Promise<PersonRow | null> {
  const { rows } = await sql<PersonRow>`select ${columns} from persons where id = ${id}`.execute(
    db,
  );
  return rows[0] ?? null;
}

/** Whether anybody on this server can sign in. */
export async function hasPersons(db: Db): Promise<boolean> {
  const { rows } = await sql<{ has: boolean }>`
    select exists (select from persons where password is not null) as has`.execute(db);
  return rows[0]!.has;
}

export async function savePassword(db: Db, id: string, password: string): Promise<void> {
  await sql`update persons set password = ${password} where id = ${id}`.execute(db);
}

/** Gives a person another name, also as a member of each of its workspaces. */
export async function renamePerson(db: Db, id: string, name: string): Promise<void> {
  await sql`update persons set name = ${name} where id = ${id}`.execute(db);
  await sql`update members set name = ${name} where person_id = ${id}`.execute(db);
}

/** The addresses of the first persons, in the order they came. */
export async function listAddresses(db: Db, limit: number): Promise<string[]> {
  const { rows } = await sql<{ email: string }>`
    select email from persons order by created_at, id limit ${limit}`.execute(db);
  return rows.map(({ email }) => email);
}
