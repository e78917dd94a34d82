import { sql } from 'kysely';
import type { Likeness } from '../../domain/inbound/likely.ts';
import type { SenderId } from '../accounts/senders.ts';
import type { Db } from '../database.ts';

/** The prospect belongs to the sender and has not ended. */
const ofSender = ({ workspaceId, senderId }: SenderId) => sql`
  workspace_id = ${workspaceId} and sender_id = ${senderId} and ended_at is null
  and campaign_id in (select campaign_id from campaign_senders
    where workspace_id = ${workspaceId} and sender_id = ${senderId})`;

/** Holds the sender's prospects, with the reason. Returns how many. */
export async function holdForSender(
  db: Db,
  sender: SenderId,
  { detail, now }: { detail: string; now: Date },
): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    with held as (
      update prospects set hold = 'sender_disconnected', hold_detail = ${detail},
        updated_at = ${now}
      where ${ofSender(sender)} and hold is null returning 1)
    select count(*) as n from held`.execute(db);
  return rows[0]?.n ?? 0;
}

/**
 * Releases prospects that are held for a missing variable, because it may have been the sender's:
 * its own prospects and the pools of its campaigns. Returns the campaigns.
 */
export async function releaseMissingOf(
  db: Db,
  { workspaceId, senderId }: SenderId,
  now: Date,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with held as (
      select p.id from campaign_senders cs
      join prospects p on p.workspace_id = cs.workspace_id and p.campaign_id = cs.campaign_id
      where cs.workspace_id = ${workspaceId} and cs.sender_id = ${senderId}
        and p.hold = 'missing_variable' and coalesce(p.sender_id, ${senderId}) = ${senderId}
      order by p.id for update of p
    ), released as (
      update prospects p set hold = null, hold_detail = null, updated_at = ${now} from held
      where p.workspace_id = ${workspaceId} and p.id = held.id returning p.campaign_id
    )
    select distinct campaign_id as id from released order by 1`.execute(db);
  return rows.map((row) => row.id);
}

/** Releases the prospects that were held because the sender was disconnected. */
export async function releaseForSender(db: Db, sender: SenderId, now: Date): Promise<void> {
  await sql`update prospects set hold = null, hold_detail = null, updated_at = ${now}
    where ${ofSender(sender)} and hold = 'sender_disconnected'`.execute(db);
}

/** The most people that one mail holds. */
const maxHeld = 50;
/** A subject that more people got tells none of them. */
const maxAlike = 5;

/**
 * Holds the people in the sender's care that may have written a mail that matched nobody, until an
 * instant. Those that are held otherwise, or have a touch on its way, are left alone.
 */
export async function holdLikely(
  db: Db,
  hold: {
    workspaceId: string;
    senderId: string;
    likeness: Likeness;
    inboundId: string;
    detail: string;
    until: Date;
    now: Date;
  },
): Promise<void> {
  const { workspaceId, senderId, likeness, inboundId, detail, until, now } = hold;
  await sql`
    with candidates as (
      select p.id,
        coalesce(split_part(p.identity, '@', 2) = ${likeness.domain}
          or lower(coalesce(p.name, concat_ws(' ', p.first_name, p.last_name))) = ${likeness.name},
          false) as is_close,
        coalesce(exists (select 1 from messages m where m.workspace_id = p.workspace_id
          and m.prospect_id = p.id and m.state in ('sent', 'unknown')
          and lower(m.subject) = ${likeness.subject}), false) as is_alike
      from campaign_senders cs join prospects p on p.workspace_id = cs.workspace_id
        and p.campaign_id = cs.campaign_id and p.sender_id = cs.sender_id
      where cs.workspace_id = ${workspaceId} and cs.sender_id = ${senderId}
        and p.ended_at is null and p.contacted_at is not null
        and (p.hold is null or p.hold in ('retry', 'domain_limit', 'company_limit'))
    ), chosen as (
      select id from candidates
      where is_close
        or is_alike and (select count(*) from candidates where is_alike) <= ${maxAlike}
      order by id limit ${maxHeld}
    ), locked as (
      select p.id from prospects p join chosen c on c.id = p.id
      where p.workspace_id = ${workspaceId} order by p.id for update of p
    )
    update prospects p set hold = 'possible_reply', hold_until = ${until}, updated_at = ${now},
      hold_detail = ${`${detail} (mail ${inboundId})`}
    from locked where p.workspace_id = ${workspaceId} and p.id = locked.id and p.ended_at is null
      and (p.hold is null or p.hold in ('retry', 'domain_limit', 'company_limit'))`.execute(db);
}

/** Lets people that a mail held go on. Returns the senders to wake. */
export async function releaseLikely(
  db: Db,
  { workspaceId, id, now }: { workspaceId: string; id: string; now: Date },
): Promise<string[]> {
  const { rows } = await sql<{ sender_id: string }>`
    update prospects set hold = null, hold_detail = null, hold_until = null, updated_at = ${now}
    where (workspace_id, id) in (
      select workspace_id, id from prospects
      where workspace_id = ${workspaceId} and hold_until is not null and hold = 'possible_reply'
        and hold_detail like ${`%(mail ${id})`} order by id for update)
    returning sender_id`.execute(db);
  return [...new Set(rows.map((row) => row.sender_id))].sort();
}
