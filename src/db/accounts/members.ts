import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { camelRows } from '../rows.ts';

export type MemberRow = {
  id: string;
  name: string;
  role: string;
  personId: string | null;
  email: string | null;
  createdAt: Date;
};

type MemberId = { workspaceId: string; memberId: string };

const columns = sql.raw('m.id, m.name, m.role, m.person_id, p.email, m.created_at');

/** The members of a workspace without the removed ones, in the order they came. */
export async function listMemberRows(db: Db, workspaceId: string): Promise<MemberRow[]> {
  return camelRows(
    db,
    sql`
    select ${columns} from members m left join persons p on p.id = m.person_id
    where m.workspace_id = ${workspaceId} and m.removed_at is null
    order by m.created_at, m.id`,
  );
}

/** A member that was not removed; null when the workspace has none of this id. */
export async function findMember(
  db: Db,
  { workspaceId, memberId }: MemberId,
): Promise<MemberRow | null> {
  const rows = await camelRows<MemberRow>(
    db,
    sql`
    select ${columns} from members m left join persons p on p.id = m.person_id
    where m.workspace_id = ${workspaceId} and m.id = ${memberId} and m.removed_at is null`,
  );
  return rows[0] ?? null;
}

/** Whether a workspace has a member of this normalised address. */
export async function isMember(db: Db, workspaceId: string, email: string): Promise<boolean> {
  const { rows } = await sql<{ is: boolean }>`
    select exists (
      select from members m join persons p on p.id = m.person_id
      where m.workspace_id = ${workspaceId} and m.removed_at is null and p.email = ${email}
    ) as is`.execute(db);
  return rows[0]!.is;
}

/**
 * The ids of the admins of a workspace that can sign in. They are locked until the transaction
 * ends, so that two of them do not take the right from each other.
 */
export async function lockAdmins(db: Db, workspaceId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from members
    where workspace_id = ${workspaceId} and role = 'admin' and person_id is not null and removed_at is null
    order by id for update`.execute(db);
  return rows.map(({ id }) => id);
}

export async function saveRole(
  db: Db,
  { workspaceId, memberId, role }: MemberId & { role: string },
): Promise<void> {
  await sql`update members set role = ${role} where workspace_id = ${workspaceId} and id = ${memberId}`.execute(
    db,
  );
}

/**
 * Makes a person a member: the member of old, when it was one before or `memberId` names one
 * without a person; else a new one with that id. Returns the id.
 */
export async function joinMember(
  db: Db,
  member: MemberId & { personId: string; name: string; role: string; at: Date },
): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    with former as (
      update members set name = ${member.name}, role = ${member.role}, removed_at = null, person_id = ${member.personId}
      where workspace_id = ${member.workspaceId} and (person_id = ${member.personId} or (id = ${member.memberId} and person_id is null))
      returning id
    ), new as (
      insert into members (workspace_id, id, name, role, person_id, created_at)
      select ${member.workspaceId}, ${member.memberId}, ${member.name}, ${member.role}, ${member.personId}, ${member.at}
      where not exists (select from former)
      returning id
    )
    select id from former union all select id from new`.execute(db);
  return rows[0]!.id;
}

/**
 * Ends a membership: its keys are revoked, its links withdrawn, its leads nobody's; the row stays,
 * because campaigns, senders and events name it. Returns the names of the keys.
 */
export async function removeMemberRow(
  db: Db,
  { workspaceId, memberId, at }: MemberId & { at: Date },
): Promise<string[]> {
  await sql`update members set removed_at = ${at} where workspace_id = ${workspaceId} and id = ${memberId}`.execute(
    db,
  );
  await sql`delete from links where workspace_id = ${workspaceId} and member_id = ${memberId}`.execute(
    db,
  );
  await sql`update leads set assignee_id = null where workspace_id = ${workspaceId} and assignee_id = ${memberId}`.execute(
    db,
  );
  const { rows } = await sql<{ name: string }>`
    update api_keys set revoked_at = ${at}
    where workspace_id = ${workspaceId} and member_id = ${memberId} and revoked_at is null
    returning name`.execute(db);
  return rows.map(({ name }) => name);
}

export type MembershipRow = {
  id: string;
  name: string;
  mode: 'live' | 'sandbox';
  createdAt: Date;
  role: string;
};

/** The workspaces that a person is a member of, live ones first, each with the role. */
export async function listMemberships(db: Db, personId: string): Promise<MembershipRow[]> {
  return camelRows(
    db,
    sql`
    select w.id, w.name, w.mode, w.created_at, m.role from members m join workspaces w on w.id = m.workspace_id
    where m.person_id = ${personId} and m.removed_at is null
    order by w.mode, w.created_at, w.id`,
  );
}

/**
 * Whether every workspace of a person is the named one, or has the named person as an admin.
 */
export async function isAdminWherever(
  db: Db,
  personId: string,
  by: { workspaceId: string } | { personId: string },
): Promise<boolean> {
  const may =
    'workspaceId' in by
      ? sql`m.workspace_id = ${by.workspaceId}`
      : sql`exists (
          select from members a where a.workspace_id = m.workspace_id and a.person_id = ${by.personId} and a.role = 'admin' and a.removed_at is null
        )`;
  const { rows } = await sql<{ is: boolean }>`
    select not exists (
      select from members m where m.person_id = ${personId} and m.removed_at is null and not ${may}
    ) as is`.execute(db);
  return rows[0]!.is;
}
