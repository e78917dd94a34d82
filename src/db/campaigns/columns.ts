import { type Selectable, sql } from 'kysely';
import type { Db } from '../database.ts';
import type { Schema } from '../schema.gen.ts';
import type { CampaignId } from '../scope.ts';

export type ColumnRow = Selectable<Schema['campaign_columns']>;

/** The columns of a campaign, in the order they were made. */
export async function listColumns(
  db: Db,
  { workspaceId, campaignId }: CampaignId,
): Promise<ColumnRow[]> {
  const { rows } = await sql<ColumnRow>`
    select * from campaign_columns where workspace_id = ${workspaceId} and campaign_id = ${campaignId} order by created_at, id`.execute(
    db,
  );
  return rows;
}

export async function insertColumn(db: Db, row: ColumnRow): Promise<ColumnRow> {
  return db.insertInto('campaign_columns').values(row).returningAll().executeTakeFirstOrThrow();
}

/** Writes the given fields. Returns null when the campaign has no such column. */
export async function updateColumn(
  db: Db,
  { workspaceId, campaignId, columnId }: CampaignId & { columnId: string },
  values: { name?: string | undefined; description?: string | null | undefined; updated_at: Date },
): Promise<ColumnRow | null> {
  const update = db
    .updateTable('campaign_columns')
    .set(values)
    .where('workspace_id', '=', workspaceId)
    .where('campaign_id', '=', campaignId);
  return (await update.where('id', '=', columnId).returningAll().executeTakeFirst()) ?? null;
}

/** Deletes a column; the values people have stay. Returns whether there was one. */
export async function deleteColumn(
  db: Db,
  { workspaceId, campaignId, columnId }: CampaignId & { columnId: string },
): Promise<boolean> {
  const { rows } = await sql`
    delete from campaign_columns where workspace_id = ${workspaceId} and campaign_id = ${campaignId} and id = ${columnId} returning id`.execute(
    db,
  );
  return rows.length > 0;
}
