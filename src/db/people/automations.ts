import { type Selectable, sql } from 'kysely';
import type { Db } from '../database.ts';
import type { Schema } from '../schema.gen.ts';
import type { CampaignId } from '../scope.ts';

export type AutomationRow = Selectable<Schema['automations']>;
export type AutomationId = CampaignId & { automationId: string };

/** The automations of these campaigns, each campaign's in its order. */
export async function listAutomations(
  db: Db,
  { workspaceId, campaignIds }: { workspaceId: string; campaignIds: readonly string[] },
): Promise<AutomationRow[]> {
  const { rows } = await sql<AutomationRow>`
    select * from automations where workspace_id = ${workspaceId} and campaign_id = any (${campaignIds}::uuid[]) order by campaign_id, position, id`.execute(
    db,
  );
  return rows;
}

/**
 * The number of the workspace's last event: automations switched on now act on later events.
 * Creates the cursor when there is none.
 */
export async function listenFromNow(db: Db, workspaceId: string): Promise<number> {
  const { rows } = await sql<{ seq: number }>`
    with now as (select event_seq from workspaces where id = ${workspaceId}), kept as (
      insert into event_cursors (workspace_id, seq) select ${workspaceId}, event_seq from now
      on conflict (workspace_id) do update set seq = event_cursors.seq
    ) select event_seq as seq from now`.execute(db);
  return rows[0]!.seq;
}

export async function insertAutomations(db: Db, rows: readonly AutomationRow[]): Promise<void> {
  if (rows.length > 0)
    await db
      .insertInto('automations')
      .values([...rows])
      .execute();
}

/** Writes the given fields. Returns null when the campaign has no such automation. */
export async function updateAutomation(
  db: Db,
  { workspaceId, campaignId, automationId }: AutomationId,
  values: Partial<
    Pick<
      AutomationRow,
      'event' | 'action' | 'target_id' | 'text' | 'enabled' | 'from_seq' | 'position'
    >
  > & {
    updated_at: Date;
  },
): Promise<AutomationRow | null> {
  const update = db
    .updateTable('automations')
    .set(values)
    .where('workspace_id', '=', workspaceId)
    .where('campaign_id', '=', campaignId);
  return (await update.where('id', '=', automationId).returningAll().executeTakeFirst()) ?? null;
}

/** Deletes automations of a campaign: this one, or all but these. Returns how many. */
export async function deleteAutomations(
  db: Db,
  { workspaceId, campaignId }: CampaignId,
  which: { only: string } | { allBut: readonly string[] },
): Promise<number> {
  const chosen =
    'only' in which ? sql`id = ${which.only}` : sql`id <> all (${which.allBut}::uuid[])`;
  const { rows } = await sql`
    delete from automations where workspace_id = ${workspaceId} and campaign_id = ${campaignId} and ${chosen} returning id`.execute(
    db,
  );
  return rows.length;
}
