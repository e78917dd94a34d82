import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { camelRows } from '../rows.ts';

export type SessionRow = {
  id: string;
  personId: string;
  agent: string;
  address: string;
  createdAt: Date;
  usedAt: Date;
};

/** A session with the membership it acts by; that is null when there is none. */
export type SessionMembership = Pick<SessionRow, 'id' | 'personId' | 'usedAt'> & {
  workspaceId: string | null;
  memberId: string | null;
  role: string | null;
  sandbox: boolean | null;
};

const columns = sql.raw('id, person_id, agent, address, created_at, used_at');

/** Stores a session by its SHA-256; the text of its cookie is never stored. */
export async function insertSession(db: Db, session: SessionRow & { hash: Buffer }): Promise<void> {
  await sql`insert into sessions (id, person_id, hash, agent, address, created_at, used_at)
    values (${session.id}, ${session.personId}, ${session.hash}, ${session.agent}, ${session.address}, ${session.createdAt}, ${session.usedAt})`.execute(
    db,
  );
}

/**
 * The session with this SHA-256 that was used after `since`, with the person's membership of a
 * workspace: the one named, else the first live one, else the first sandbox.
 */
export async function findSessionByHash(
  db: Db,
  { hash, since, workspaceId }: { hash: Buffer; since: Date; workspaceId: string | null },
): Promise<SessionMembership | null> {
  const rows = await camelRows<SessionMembership>(
    db,
    sql`
    select s.id, s.person_id, s.used_at, m.workspace_id, m.id as member_id, m.role, w.mode = 'sandbox' as sandbox
    from sessions s
      left join members m on m.person_id = s.person_id and m.removed_at is null and (${workspaceId}::uuid is null or m.workspace_id = ${workspaceId})
      left join workspaces w on w.id = m.workspace_id
    where s.hash = ${hash} and s.used_at > ${since}
    order by w.mode, w.created_at, w.id limit 1`,
  );
  return rows[0] ?? null;
}

export async function touchSession(db: Db, id: string, at: Date): Promise<void> {
  await sql`update sessions set used_at = greatest(used_at, ${at}) where id = ${id}`.execute(db);
}

/** The sessions of a person that were used after `since`, the latest used first. */
export async function listSessionRows(
  db: Db,
  personId: string,
  since: Date,
): Promise<SessionRow[]> {
  return camelRows(
    db,
    sql`select ${columns} from sessions where person_id = ${personId} and used_at > ${since}
    order by used_at desc, id desc`,
  );
}

/** Ends one session of a person. Returns whether there was one. */
export async function deleteSessionRow(db: Db, personId: string, id: string): Promise<boolean> {
  const { rows } = await sql`
    delete from sessions where person_id = ${personId} and id = ${id} returning id`.execute(db);
  return rows.length > 0;
}

/** Ends all sessions of a person but one. Returns how many. */
export async function deleteOtherSessions(
  db: Db,
  personId: string,
  keep: string | null,
): Promise<number> {
  const { rows } = await sql`
    delete from sessions where person_id = ${personId} and (${keep}::uuid is null or id <> ${keep}) returning id`.execute(
    db,
  );
  return rows.length;
}

/** Forgets sessions that nobody used after `since`. */
export async function forgetSessions(db: Db, since: Date): Promise<void> {
  await sql`delete from sessions where used_at <= ${since}`.execute(db);
}
