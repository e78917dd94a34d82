import { type Insertable, type Selectable, sql } from 'kysely';
import type { Db } from '../database.ts';
import type { Schema } from '../schema.gen.ts';

export type SenderRow = Selectable<Schema['senders']>;
export type SenderId = { workspaceId: string; senderId: string };

/** Columns to write; `connection` is JSON text. */
export type SenderValues = Partial<Insertable<Schema['senders']>>;

/** The workspace's senders, the newest first. */
export async function listSenders(
  db: Db,
  { workspaceId, type }: { workspaceId: string; type?: string | undefined },
): Promise<SenderRow[]> {
  const { rows } = await sql<SenderRow>`
    select * from senders where workspace_id = ${workspaceId} and removed_at is null
      and (${type ?? null}::text is null or type = ${type ?? null}) order by created_at desc, id desc`.execute(
    db,
  );
  return rows;
}

export async function findSender(
  db: Db,
  { workspaceId, senderId }: SenderId,
): Promise<SenderRow | null> {
  const { rows } = await sql<SenderRow>`
    select * from senders where workspace_id = ${workspaceId} and id = ${senderId} and removed_at is null`.execute(
    db,
  );
  return rows[0] ?? null;
}

/** The sender of a type with this id, our own or its provider's. */
export async function findSenderOf(
  db: Db,
  { workspaceId, type, id }: { workspaceId: string; type: string; id: string },
): Promise<SenderRow | null> {
  const { rows } = await sql<SenderRow>`
    select * from senders where workspace_id = ${workspaceId} and type = ${type} and (id::text = lower(${id}) or provider_account_id = ${id}) and removed_at is null`.execute(
    db,
  );
  return rows[0] ?? null;
}

/** Whether the workspace has a sender with this address. */
export async function hasSenderAddress(
  db: Db,
  workspaceId: string,
  address: string,
): Promise<boolean> {
  const { rows } = await sql`
    select 1 from senders where workspace_id = ${workspaceId} and email_address = ${address} and removed_at is null`.execute(
    db,
  );
  return rows.length > 0;
}

/** Adds a sender with its lane and its inbox. Returns null when its address is taken. */
export async function insertSender(
  db: Db,
  values: Insertable<Schema['senders']>,
): Promise<SenderRow | null> {
  const row = await db
    .insertInto('senders')
    .values(values)
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst();
  if (!row) return null;
  const key = { workspace_id: row.workspace_id, sender_id: row.id };
  await db.insertInto('lanes').values(key).execute();
  await db
    .insertInto('inboxes')
    .values({ ...key, next_poll_at: row.created_at })
    .execute();
  return row;
}

/** Writes columns of a sender; null when it is gone. */
export async function updateSender(
  db: Db,
  { workspaceId, senderId }: SenderId,
  values: SenderValues,
): Promise<SenderRow | null> {
  const update = db
    .updateTable('senders')
    .set(values)
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', senderId);
  return (await update.where('removed_at', 'is', null).returningAll().executeTakeFirst()) ?? null;
}

/** Writes the same columns of several senders, of those alone that have one of the statuses. */
export async function updateSenders(
  db: Db,
  {
    workspaceId,
    senderIds,
    statuses,
  }: { workspaceId: string; senderIds: readonly string[]; statuses: string[] | null },
  values: SenderValues,
): Promise<void> {
  const update = db
    .updateTable('senders')
    .set(values)
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', sql<string>`any(${senderIds}::uuid[])`);
  await (statuses ? update.where('status', 'in', statuses) : update).execute();
}

export type SenderCampaign = { id: string; name: string; status: string };

/** The campaigns a sender takes part in, the newest first. */
export async function campaignsOfSender(
  db: Db,
  { workspaceId, senderId }: SenderId,
): Promise<SenderCampaign[]> {
  const { rows } = await sql<SenderCampaign>`
    select c.id, c.name, c.status from campaign_senders cs join campaigns c on c.workspace_id = cs.workspace_id and c.id = cs.campaign_id
    where cs.workspace_id = ${workspaceId} and cs.sender_id = ${senderId} and cs.removed_at is null order by c.created_at desc, c.id desc`.execute(
    db,
  );
  return rows;
}

/** Whether a launched campaign has this sender, or one of this type. */
export async function isSending(
  db: Db,
  sender: { workspaceId: string } & (
    | { senderId: string }
    | { senderIds: readonly string[] }
    | { type: string }
  ),
): Promise<boolean> {
  const ids = 'senderId' in sender ? [sender.senderId] : 'senderIds' in sender && sender.senderIds;
  const which = ids
    ? sql`s.id = any(${ids}::uuid[])`
    : sql`s.type = ${'type' in sender ? sender.type : null}`;
  const { rows } = await sql`
    select 1 from senders s
    join campaign_senders cs on cs.workspace_id = s.workspace_id and cs.sender_id = s.id
    join campaigns c on c.workspace_id = cs.workspace_id and c.id = cs.campaign_id and c.status <> 'draft'
    where s.workspace_id = ${sender.workspaceId} and ${which} limit 1`.execute(db);
  return rows.length > 0;
}
