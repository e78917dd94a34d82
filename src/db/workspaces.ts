import { sql } from 'kysely';
import type { Db } from './database.ts';
import { camelRows } from './rows.ts';

export type WorkspaceRow = { id: string; name: string; mode: 'live' | 'sandbox'; created_at: Date };

type NewWorkspace = {
  id: string;
  name: string;
  at: Date;
  mode?: WorkspaceRow['mode'];
  /** Where a sandbox's clock starts. */
  clockAt?: Date;
};

export async function insertWorkspace(
  db: Db,
  { id, name, at, mode = 'live', clockAt }: NewWorkspace,
): Promise<WorkspaceRow> {
  const { rows } = await sql<WorkspaceRow>`
    insert into workspaces (id, name, mode, clock_at, created_at) values (${id}, ${name}, ${mode}, ${clockAt ?? null}, ${at})
    returning id, name, mode, created_at`.execute(db);
  return rows[0]!;
}

export async function findWorkspace(db: Db, id: string): Promise<WorkspaceRow> {
  const { rows } =
    await sql<WorkspaceRow>`select id, name, mode, created_at from workspaces where id = ${id}`.execute(
      db,
    );
  return rows[0]!;
}

export async function findMemberName(
  db: Db,
  member: { workspaceId: string; memberId: string },
): Promise<string> {
  const { rows } = await sql<{ name: string }>`
    select name from members where workspace_id = ${member.workspaceId} and id = ${member.memberId}`.execute(
    db,
  );
  return rows[0]!.name;
}

/** Adds an admin; `personId`: the person that signs in as it. */
export async function insertMember(
  db: Db,
  member: { workspaceId: string; id: string; name: string; at: Date; personId?: string | null },
): Promise<void> {
  await sql`
    insert into members (workspace_id, id, name, person_id, created_at)
    values (${member.workspaceId}, ${member.id}, ${member.name}, ${member.personId ?? null}, ${member.at})`.execute(
    db,
  );
}

/** The first admin of the first workspace; null before the first boot. */
export async function findFirstMember(
  db: Db,
): Promise<{ workspaceId: string; memberId: string } | null> {
  const rows = await camelRows<{ workspaceId: string; memberId: string }>(
    db,
    sql`
    select m.workspace_id, m.id as member_id
    from workspaces w join members m on m.workspace_id = w.id and m.role = 'admin' and m.removed_at is null
    order by w.created_at, w.id, m.created_at, m.id limit 1`,
  );
  return rows[0] ?? null;
}

/** The live workspaces with their first members, at most a thousand, the oldest first. */
export async function listOwnWorkspaces(
  db: Db,
): Promise<{ id: string; name: string; memberId: string }[]> {
  return camelRows(
    db,
    sql`
    select w.id, w.name, m.id as member_id from workspaces w cross join lateral (
      select id from members where workspace_id = w.id order by created_at, id limit 1
    ) m where w.mode = 'live' order by w.created_at, w.id limit 1000`,
  );
}

/** Holds concurrent first boots apart until the transaction ends. */
export async function lockFirstBoot(db: Db): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('postrider first boot'))`.execute(db);
}
