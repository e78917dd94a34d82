import { type RawBuilder, sql } from 'kysely';
import type { Db } from './database.ts';

/** Leaves out sandboxes, whose time is their own; asked once for a statement, whatever it reads. */
export function isLive(workspaceId: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql`${workspaceId} <> all (array(select w.id from workspaces w where w.mode = 'sandbox'))`;
}

/** The rows of one workspace, or without it those of all live ones. */
export function within(workspaceId: RawBuilder<unknown>, only: string | null): RawBuilder<boolean> {
  return only === null ? isLive(workspaceId) : sql`${workspaceId} = ${only}`;
}

export async function insertWorkspace(db: Db, workspace: { id: string; name: string; at: Date }): Promise<void> {
  await sql`insert into workspaces (id, name, created_at) values (${workspace.id}, ${workspace.name}, ${workspace.at})`.execute(db);
}

export async function insertMember(db: Db, member: { workspaceId: string; id: string; name: string; at: Date }): Promise<void> {
  await sql`
    insert into members (workspace_id, id, name, created_at)
    values (${member.workspaceId}, ${member.id}, ${member.name}, ${member.at})`.execute(db);
}

/** The member who was there first, of the workspace that was; null before the first boot. */
export async function findFirstMember(db: Db): Promise<{ workspaceId: string; memberId: string } | null> {
  const { rows } = await sql<{ workspaceId: string; memberId: string }>`
    select m.workspace_id as "workspaceId", m.id as "memberId"
    from workspaces w join members m on m.workspace_id = w.id
    order by w.created_at, w.id, m.created_at, m.id limit 1`.execute(db);
  return rows[0] ?? null;
}

/** Holds concurrent first boots apart until the transaction ends. */
export async function lockFirstBoot(db: Db): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('postrider first boot'))`.execute(db);
}
