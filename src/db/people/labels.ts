import { type Selectable, sql } from 'kysely';
import type { Db } from '../database.ts';
import type { Schema } from '../schema.gen.ts';

/** Tags (many a lead) and lead statuses (one a lead) are kept alike. */
export type LabelTable = 'tags' | 'lead_statuses';
export type LabelRow = Selectable<Schema['tags']>;
export type LabelId = { workspaceId: string; id: string };

/** All of them, or those with these ids, in the order they were made. */
export async function listLabels(
  db: Db,
  table: LabelTable,
  workspaceId: string,
  ids?: readonly string[],
): Promise<LabelRow[]> {
  const { rows } = await sql<LabelRow>`
    select * from ${sql.table(table)} where workspace_id = ${workspaceId} and (${ids ?? null}::uuid[] is null or id = any (${ids ?? null}::uuid[]))
    order by created_at, id`.execute(db);
  return rows;
}

/** Returns the row, or null when the name is taken. */
export async function insertLabel(
  db: Db,
  table: LabelTable,
  row: LabelRow,
): Promise<LabelRow | null> {
  const insert = db.insertInto(table).values(row);
  return (
    (await insert
      .onConflict((conflict) => conflict.columns(['workspace_id', 'name']).doNothing())
      .returningAll()
      .executeTakeFirst()) ?? null
  );
}

/**
 * Writes the given fields. Returns null when there is none of this id. @throws 23505 when the name
 * is taken
 */
export async function updateLabel(
  db: Db,
  table: LabelTable,
  { workspaceId, id }: LabelId,
  values: { name?: string | undefined; color?: string | null | undefined },
): Promise<LabelRow | null> {
  const { name, color } = values;
  const { rows } = await sql<LabelRow>`
    update ${sql.table(table)} set name = coalesce(${name ?? null}, name), color = case when ${color !== undefined} then ${color ?? null} else color end
    where workspace_id = ${workspaceId} and id = ${id} returning *`.execute(db);
  return rows[0] ?? null;
}

/** Deletes it, and takes it off every lead. Returns whether there was one. */
export async function deleteLabel(
  db: Db,
  table: LabelTable,
  { workspaceId, id }: LabelId,
): Promise<boolean> {
  const { rows } =
    await sql`delete from ${sql.table(table)} where workspace_id = ${workspaceId} and id = ${id} returning id`.execute(
      db,
    );
  return rows.length > 0;
}

/**
 * Gives leads a status, or takes theirs away. Returns how many leads there are of these that did
 * not have it.
 */
export async function setStatus(
  db: Db,
  workspaceId: string,
  { leadIds, statusId, now }: { leadIds: readonly string[]; statusId: string | null; now: Date },
): Promise<number> {
  const { rows } = await sql`
    update leads set status_id = ${statusId}, updated_at = ${now}
    where workspace_id = ${workspaceId} and id = any (${leadIds}::uuid[]) and status_id is distinct from ${statusId} returning id`.execute(
    db,
  );
  return rows.length;
}

/** Tags leads. Returns how many tags were new. */
export async function addTags(
  db: Db,
  workspaceId: string,
  { leadIds, tagIds }: { leadIds: readonly string[]; tagIds: readonly string[] },
): Promise<number> {
  const { rows } = await sql`
    insert into lead_tags (workspace_id, lead_id, tag_id)
    select ${workspaceId}, l.id, t.id from leads l cross join tags t
    where l.workspace_id = ${workspaceId} and l.id = any (${leadIds}::uuid[]) and t.workspace_id = ${workspaceId} and t.id = any (${tagIds}::uuid[])
    order by 2, 3 on conflict do nothing returning tag_id`.execute(db);
  return rows.length;
}

/** Takes tags off a lead. */
export async function removeTags(
  db: Db,
  workspaceId: string,
  { leadId, tagIds }: { leadId: string; tagIds: readonly string[] },
): Promise<void> {
  await sql`delete from lead_tags where workspace_id = ${workspaceId} and lead_id = ${leadId} and tag_id = any (${tagIds}::uuid[])`.execute(
    db,
  );
}

/** The tags of these leads. */
export async function tagsOfLeads(
  db: Db,
  workspaceId: string,
  leadIds: readonly string[],
): Promise<{ lead_id: string; tag_id: string }[]> {
  const { rows } = await sql<{ lead_id: string; tag_id: string }>`
    select lead_id, tag_id from lead_tags where workspace_id = ${workspaceId} and lead_id = any (${leadIds}::uuid[]) order by tag_id`.execute(
    db,
  );
  return rows;
}
