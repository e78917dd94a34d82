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

/** When the sender acts next, and the constraint that binds. */
export async function findLane(
  db: Db,
  { workspaceId, senderId }: SenderId,
): Promise<{ next_at: Date | null; because: string } | null> {
  const { rows } = await sql<{ next_at: Date | null; because: string }>`
    select next_at, because from lanes where workspace_id = ${workspaceId} and sender_id = ${senderId}`.execute(
    db,
  );
  return rows[0] ?? null;
}

const theirs = ({
  workspaceId,
  senderId,
}: SenderId) => sql`workspace_id = ${workspaceId} and sender_id = ${senderId} and ended_at is null
  and campaign_id in (select campaign_id from campaign_senders where workspace_id = ${workspaceId} and sender_id = ${senderId})`;

/** Holds the people whom the sender still has to write to, saying why. Returns how many. */
export async function holdForSender(
  db: Db,
  sender: SenderId,
  { detail, now }: { detail: string; now: Date },
): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    with held as (update prospects set hold = 'sender_disconnected', hold_detail = ${detail}, updated_at = ${now}
      where ${theirs(sender)} and hold is null returning 1)
    select count(*) as n from held`.execute(db);
  return rows[0]?.n ?? 0;
}

/** Lets go of those whose text lacked a value, perhaps the sender's: its own people and the pools of its campaigns. Returns the campaigns. */
export async function releaseMissingOf(
  db: Db,
  { workspaceId, senderId }: SenderId,
  now: Date,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with held as (
      select p.id from campaign_senders cs join prospects p on p.workspace_id = cs.workspace_id and p.campaign_id = cs.campaign_id
      where cs.workspace_id = ${workspaceId} and cs.sender_id = ${senderId} and p.hold = 'missing_variable'
        and coalesce(p.sender_id, ${senderId}) = ${senderId}
      order by p.id for update of p
    ), released as (
      update prospects p set hold = null, hold_detail = null, updated_at = ${now} from held
      where p.workspace_id = ${workspaceId} and p.id = held.id returning p.campaign_id
    )
    select distinct campaign_id as id from released order by 1`.execute(db);
  return rows.map((row) => row.id);
}

/** Lets go of the people who were held because the sender was disconnected. */
export async function releaseForSender(db: Db, sender: SenderId, now: Date): Promise<void> {
  await sql`update prospects set hold = null, hold_detail = null, updated_at = ${now}
    where ${theirs(sender)} and hold = 'sender_disconnected'`.execute(db);
}
