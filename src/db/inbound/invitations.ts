import { type RawBuilder, sql } from 'kysely';
import {
  awaitingTouches,
  connectionTimeout,
  waitingHolds,
} from '../../domain/sequence/invitation.ts';
import type { Db } from '../database.ts';
import { type Columns, camelRows } from '../rows.ts';
import { type CampaignId, type WorkspaceScope, within } from '../scope.ts';

/** Of `prospects p`: its present touch went out, or was not needed. */
const had = sql<boolean>`exists (
  select 1 from messages m
  where m.workspace_id = p.workspace_id and m.prospect_id = p.id and m.node_id = p.node_id
    and m.state in ('sent', 'unknown', 'skipped'))`;

/** A prospect that waits to become a connection. */
export type Awaiting = Columns<
  'prospects',
  'campaign_id' | 'hold' | 'hold_detail' | 'hold_until'
> & {
  prospectId: string;
  senderId: string;
  nodeId: string;
  anchorAt: Date;
  /** Its present touch went out or was not needed: it waits for the next one. */
  had: boolean;
};

/** The campaigns in which prospects of a sender may wait to become a connection. */
export async function campaignsAwaiting(
  db: Db,
  { workspaceId, senderId }: { workspaceId: string; senderId: string },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select c.id from campaign_senders cs
    join campaigns c on c.workspace_id = cs.workspace_id and c.id = cs.campaign_id
    where cs.workspace_id = ${workspaceId} and cs.sender_id = ${senderId}
      and c.status not in ('draft', 'completed')`.execute(db);
  return rows.map((row) => row.id);
}

/**
 * Locks the sender's prospects that wait to become a connection, in any campaign, among those with
 * one of these identities or ids of the provider.
 */
export async function lockAwaiting(
  db: Db,
  { workspaceId, senderId }: { workspaceId: string; senderId: string },
  names: readonly string[],
): Promise<Awaiting[]> {
  const rows = await camelRows<Awaiting>(
    db,
    sql`
    select p.id as prospect_id, p.campaign_id, p.sender_id, p.node_id, p.anchor_at, p.hold,
      p.hold_detail, p.hold_until, ${had} as had
    from prospects p
    where p.workspace_id = ${workspaceId} and p.id in (${idsOf(workspaceId, senderId, names)})
      and p.sender_id = ${senderId} and p.ended_at is null
      and (p.status = 'connection_sent' or p.hold = any(${waitingHolds}))
    order by p.id for update of p`,
  );
  return rows;
}

/**
 * Selects the ids of prospects with one of these names: as an identity in the sender's campaigns,
 * or as the provider's id.
 */
export function idsOf(
  workspaceId: string,
  senderId: string,
  names: readonly string[],
): RawBuilder<unknown> {
  return sql`
    select q.id from campaign_senders cs
    join prospects q on q.campaign_id = cs.campaign_id and q.identity = any(${names}::text[])
      and q.workspace_id = cs.workspace_id
    where cs.workspace_id = ${workspaceId} and cs.sender_id = ${senderId}
    union select q.id from prospects q
    where q.workspace_id = ${workspaceId} and q.person_key = any(${names}::text[])`;
}

/** A prospect that did not become a connection in time. */
export type Expired = Columns<'prospects', 'workspace_id' | 'campaign_id' | 'hold_detail'> & {
  prospectId: string;
  senderId: string;
  channel: string;
  dryRun: boolean;
  /** The status of the sender, which would hear of an acceptance. */
  senderStatus: string;
  hold: string;
  /** The campaign's limit. */
  days: number;
  /** The open invitation; null when there is none, or it was taken back. */
  invitationId: string | null;
};

type TakeOptions = { scope: WorkspaceScope; now: Date; limit: number };

/** Locks prospects that did not become a connection in time. */
export async function takeExpired(db: Db, { scope, now, limit }: TakeOptions): Promise<Expired[]> {
  const rows = await camelRows<Expired>(
    db,
    sql`
    select p.workspace_id, p.id as prospect_id, p.campaign_id, p.sender_id, p.hold, p.hold_detail,
      (select s.type from senders s
        where s.workspace_id = p.workspace_id and s.id = p.sender_id) as channel,
      (select s.status from senders s
        where s.workspace_id = p.workspace_id and s.id = p.sender_id) as sender_status,
      c.dry_run, coalesce(c.connection_timeout_days, ${connectionTimeout.usual}) as days,
      (select m.id from messages m
        where m.workspace_id = p.workspace_id and m.prospect_id = p.id and m.sender_id = p.sender_id
          and m.touch = any(${awaitingTouches}) and m.state in ('sent', 'unknown')
          and m.withdrawn_at is null
        order by m.reserved_at desc limit 1) as invitation_id
    from prospects p join campaigns c on c.workspace_id = p.workspace_id and c.id = p.campaign_id
    where p.hold_until <= ${now} and p.hold = any(${waitingHolds})
      and ${within(sql`p.workspace_id`, scope)}
    order by p.hold_until limit ${limit} for update of p skip locked`,
  );
  return rows;
}

/** How many days an invitation of a campaign may wait for its answer. */
export async function readTimeout(
  db: Db,
  { workspaceId, campaignId }: CampaignId,
): Promise<number> {
  const { rows } = await sql<{ days: number }>`
    select coalesce(connection_timeout_days, ${connectionTimeout.usual}) as days from campaigns
    where workspace_id = ${workspaceId} and id = ${campaignId}`.execute(db);
  return rows[0]!.days;
}

/**
 * Advisory locks, one for each sender, until the transaction ends. They serialise inbound
 * processing with the recording of sends, because a reply can arrive before its send is recorded.
 * Taken in the order of the ids, so that transactions cannot deadlock.
 */
export async function lockSenderInbound(db: Db, senderIds: readonly string[]): Promise<void> {
  if (senderIds.length === 0) return;
  const ids = [...new Set(senderIds)].sort();
  await sql`select pg_advisory_xact_lock(hashtextextended('postrider hearing ' || id, 0))
    from unnest(${ids}::text[]) as s (id)`.execute(db);
}

/**
 * Reopens messages that came from the prospects of these touches since they were reserved (a minute
 * of tolerance), and were matched to another prospect or to none. Such a message may have arrived
 * before its touch was recorded.
 */
export async function rematchInbound(
  db: Db,
  workspaceId: string,
  touches: readonly { messageId: string }[],
): Promise<void> {
  if (touches.length === 0) return;
  await sql`
    update inbound_messages i set applied_at = null, kind = null, kind_reason = null
    from messages m join prospects p on p.workspace_id = m.workspace_id and p.id = m.prospect_id
    where m.workspace_id = ${workspaceId}
      and m.id = any(${touches.map((touch) => touch.messageId)}::uuid[])
      and i.workspace_id = m.workspace_id and i.sender_id = m.sender_id
      and i.prospect_id is distinct from m.prospect_id and i.applied_at is not null
      and i.received_at >= m.reserved_at - interval '1 minute'
      and (i.thread_key = m.thread_key or i.from_address in (p.identity, p.person_key)
        or i.facts -> 'identities' ?| array_remove(array[p.identity, p.person_key], null))`.execute(
    db,
  );
}
