import { type Selectable, sql } from 'kysely';
import type { NewEvent } from '../domain/people/event.ts';
import { storableJson } from '../domain/text.ts';
import { type Db, noteEvents } from './database.ts';
import { type Page, readPage } from './pages.ts';
import type { Schema } from './schema.gen.ts';

/**
 * Appends events, numbered per workspace without a gap. Call it last in the transaction: the
 * workspace's number stays locked until the commit, which makes the order of numbers the order of
 * commits.
 */
export async function appendEvents(
  db: Db,
  log: { workspaceId: string; at: Date; actor: string },
  events: readonly NewEvent[],
): Promise<void> {
  if (events.length === 0) return;
  const { rows } = await sql<{ mode: string }>`
    with numbered as (
      update workspaces set event_seq = event_seq + ${events.length} where id = ${log.workspaceId} returning event_seq - ${events.length} as base, mode
    ), written as (
    insert into events (workspace_id, seq, kind, at, actor, campaign_id, prospect_id, sender_id, data)
    select ${log.workspaceId}, n.base + e.i, e.kind, e.at, ${log.actor}, e.campaign_id, e.prospect_id, e.sender_id, e.data
    from numbered n, unnest(${events.map((e) => e.kind)}::text[], ${events.map((e) => e.at ?? log.at)}::timestamptz[], ${events.map((e) => e.campaignId ?? null)}::uuid[],
      ${events.map((e) => e.prospectId ?? null)}::uuid[], ${events.map((e) => e.senderId ?? null)}::uuid[],
      ${events.map((e) => storableJson(e.data ?? {}))}::jsonb[]) with ordinality as e (kind, at, campaign_id, prospect_id, sender_id, data, i)
    )
    select mode from numbered`.execute(db);
  if (rows[0]?.mode === 'live') noteEvents(db, { ...log, events });
}

export type EventRow = Selectable<Schema['events']>;
export type EventFilter = {
  kinds?: readonly string[] | undefined;
  campaignId?: string | undefined;
  prospectId?: string | undefined;
  senderId?: string | undefined;
};
type Span = { workspaceId: string; from: number; to: number; newest: boolean; limit: number };

/**
 * Events with numbers in a span, both ends included. Numbers have no gaps, so the span bounds
 * the rows that are read, whatever the filter leaves of them.
 */
export async function readEvents(
  db: Db,
  { workspaceId, from, to, newest, limit, ...filter }: Span & EventFilter,
): Promise<Page<EventRow>> {
  const { kinds, campaignId, prospectId, senderId } = filter;
  let query = db
    .selectFrom('events')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('seq', '>=', from)
    .where('seq', '<=', to);
  if (kinds) query = query.where('kind', 'in', [...kinds]);
  if (campaignId) query = query.where('campaign_id', '=', campaignId);
  if (prospectId) query = query.where('prospect_id', '=', prospectId);
  if (senderId) query = query.where('sender_id', '=', senderId);
  const ordered = query.orderBy('seq', newest ? 'desc' : 'asc').limit(limit + 1);
  return readPage(db, sql`${ordered}`, limit);
}

/** The number of a workspace's last event; 0 before the first. */
export async function lastEvent(db: Db, workspaceId: string): Promise<number> {
  const row = await db
    .selectFrom('workspaces')
    .select('event_seq')
    .where('id', '=', workspaceId)
    .executeTakeFirst();
  return row?.event_seq ?? 0;
}

/** How many of the last ten thousand events are of a kind and not older than `since`. */
export async function countRecent(
  db: Db,
  { workspaceId, kind, since }: { workspaceId: string; kind: string; since: Date },
): Promise<number> {
  const last = await lastEvent(db, workspaceId);
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from events where workspace_id = ${workspaceId} and seq > ${last - 10_000}
      and kind = ${kind} and at >= ${since}`.execute(db);
  return rows[0]!.n;
}
