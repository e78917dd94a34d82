import { type Selectable, sql } from 'kysely';
import { nilId } from '../../ids.ts';
import type { Db } from '../database.ts';
import type { Schema } from '../schema.gen.ts';

export type ListRow = Selectable<Schema['lists']> & { people: number; companies: number };
export type ListId = { workspaceId: string; listId: string };

const counts = sql`coalesce(sum(n) filter (where type = 'person'), 0)::bigint as people, coalesce(sum(n) filter (where type = 'company'), 0)::bigint as companies`;

/** The list that holds every lead: it is not stored, and has the workspace's id. */
export async function listOfAllLeads(db: Db, workspaceId: string): Promise<ListRow> {
  const { rows } = await sql<ListRow>`
    select w.id as workspace_id, w.id, 'all' as name, null as description, 'mixed' as lead_type, true as protected,
      w.created_at, w.created_at as updated_at, c.people, c.companies
    from workspaces w cross join lateral (
      select ${counts} from lead_counts where workspace_id = w.id and list_id = ${nilId}) c where w.id = ${workspaceId}`.execute(
    db,
  );
  return rows[0]!;
}

/**
 * The workspace's own lists with how many leads they hold, the newest first; `ids` asks for some of
 * them.
 */
export async function listLists(
  db: Db,
  workspaceId: string,
  ids?: readonly string[],
): Promise<ListRow[]> {
  const { rows } = await sql<ListRow>`
    select s.*, c.people, c.companies from lists s cross join lateral (
      select ${counts} from lead_counts where workspace_id = s.workspace_id and list_id = s.id) c
    where s.workspace_id = ${workspaceId} and (${ids ?? null}::uuid[] is null or s.id = any(${ids ?? null}::uuid[]))
    order by s.created_at desc, s.id desc`.execute(db);
  return rows;
}

export async function insertList(
  db: Db,
  list: ListId & { name: string; description: string | null; leadType: string; now: Date },
): Promise<void> {
  await sql`insert into lists (workspace_id, id, name, description, lead_type, created_at, updated_at)
    values (${list.workspaceId}, ${list.listId}, ${list.name}, ${list.description}, ${list.leadType}, ${list.now}, ${list.now})`.execute(
    db,
  );
}

export type ListValues = {
  name?: string | undefined;
  description?: string | null | undefined;
  lead_type?: string | undefined;
};

/** Writes the given fields. Returns whether there is such a list. */
export async function updateList(
  db: Db,
  { workspaceId, listId }: ListId,
  values: ListValues & { updated_at: Date },
): Promise<boolean> {
  const update = db
    .updateTable('lists')
    .set(values)
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', listId);
  return (await update.executeTakeFirst()).numUpdatedRows > 0n;
}

/** Deletes the list; its leads stay. Returns whether there was one. */
export async function deleteList(db: Db, { workspaceId, listId }: ListId): Promise<boolean> {
  const { rows } =
    await sql`delete from lists where workspace_id = ${workspaceId} and id = ${listId} returning id`.execute(
      db,
    );
  return rows.length > 0;
}

type Joining = { leadIds: readonly string[]; now: Date };

/**
 * Puts leads of the workspace into the list. Returns how many were not in it; unknown ids count for
 * nothing.
 */
export async function addToList(db: Db, list: ListId, joining: Joining): Promise<number> {
  return (await joinList(db, list, joining)).length;
}

/** The same, and returns the ids of the leads that were not in it. */
export async function joinList(
  db: Db,
  { workspaceId, listId }: ListId,
  { leadIds, now }: Joining,
): Promise<string[]> {
  const { rows } = await sql<{ lead_id: string }>`
    insert into list_leads (workspace_id, list_id, lead_id, added_at)
    select workspace_id, ${listId}, id, ${now} from leads where workspace_id = ${workspaceId} and id = any(${leadIds}::uuid[])
    on conflict do nothing returning lead_id`.execute(db);
  return rows.map((row) => row.lead_id);
}

/** Takes leads out of the list. Returns how many were in it. */
export async function removeFromList(
  db: Db,
  { workspaceId, listId }: ListId,
  leadIds: readonly string[],
): Promise<number> {
  const { rows } = await sql`
    delete from list_leads where workspace_id = ${workspaceId} and list_id = ${listId} and lead_id = any(${leadIds}::uuid[]) returning lead_id`.execute(
    db,
  );
  return rows.length;
}

/** Which lists each of these leads is in. */
export async function listsOfLeads(
  db: Db,
  workspaceId: string,
  leadIds: readonly string[],
): Promise<{ lead_id: string; list_id: string }[]> {
  const { rows } = await sql<{ lead_id: string; list_id: string }>`
    select lead_id, list_id from list_leads where workspace_id = ${workspaceId} and lead_id = any(${leadIds}::uuid[]) order by list_id`.execute(
    db,
  );
  return rows;
}
