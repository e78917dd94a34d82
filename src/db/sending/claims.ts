import { sql } from 'kysely';
import type { CapMark } from '../../domain/sending/contact-caps.ts';
import { lastId } from '../../ids.ts';
import { shard } from '../counters.ts';
import type { Db } from '../database.ts';
import { camelRows } from '../rows.ts';

export type Picked = {
  pick: number;
  id: string;
  status: string;
  /** What its delay is counted from; null in the pool. */
  anchor_at: Date | null;
  /** What the provider calls the person, once a sender found it out. */
  person_key: string | null;
  identity: string;
  email: string | null;
  linkedin_url: string | null;
  x_handle: string | null;
  first_name: string | null;
  last_name: string | null;
  name: string | null;
  company: string | null;
  position: string | null;
  headline: string | null;
  custom_fields: Record<string, unknown> | null;
};

const person = sql`p.id, p.status, p.anchor_at, p.person_key, p.identity, p.email, p.linkedin_url, p.x_handle, p.first_name, p.last_name, p.name, p.company, p.position, p.headline, p.custom_fields`;

export type DuePick = {
  campaignId: string;
  senderId: string;
  nodeId: string;
  zone: string;
  dueBefore: Date;
  count: number;
};

/** Locks people who are due before a node with a sender, earliest first, then by id as a forecast has them. `pick` is the question's index. Measured: 5 ms for 50 lanes at 5 million rows. */
export async function pickDue(
  db: Db,
  workspaceId: string,
  picks: readonly DuePick[],
): Promise<Picked[]> {
  if (picks.length === 0) return [];
  const { rows } = await sql<Picked>`
    select q.i::int - 1 as pick, p.*
    from unnest(${picks.map((q) => q.campaignId)}::uuid[], ${picks.map((q) => q.senderId)}::uuid[], ${picks.map((q) => q.nodeId)}::uuid[],
      ${picks.map((q) => q.dueBefore)}::timestamptz[], ${picks.map((q) => q.count)}::int[], ${picks.map((q) => q.zone)}::text[])
      with ordinality as q (campaign_id, sender_id, node_id, due_before, count, zone, i)
    cross join lateral (
      select ${person} from prospects p
      where p.workspace_id = ${workspaceId} and p.campaign_id = q.campaign_id and p.sender_id = q.sender_id and p.node_id = q.node_id
        and p.local_zone = q.zone and p.anchor_at is not null and p.hold is null and p.anchor_at <= q.due_before
      order by p.anchor_at, p.id limit q.count for update skip locked
    ) p order by q.i`.execute(db);
  return rows;
}

/** `upTo`: only people up to this one; null for all. */
export type PoolPick = { campaignId: string; zone: string; upTo: string | null; count: number };

/** Locks people of the pools, in the order they were added. `pick` is the question's index. */
export async function pickPool(
  db: Db,
  workspaceId: string,
  picks: readonly PoolPick[],
): Promise<Picked[]> {
  if (picks.length === 0) return [];
  const { rows } = await sql<Picked>`
    select q.i::int - 1 as pick, p.*
    from unnest(${picks.map((q) => q.campaignId)}::uuid[], ${picks.map((q) => q.count)}::int[], ${picks.map((q) => q.zone)}::text[],
      ${picks.map((q) => q.upTo ?? lastId)}::uuid[]) with ordinality as q (campaign_id, count, zone, up_to, i)
    cross join lateral (
      select ${person} from prospects p
      where p.workspace_id = ${workspaceId} and p.campaign_id = q.campaign_id and p.local_zone = q.zone
        and p.status = 'pending' and p.sender_id is null and p.hold is null and p.id <= q.up_to
      order by p.id limit q.count for update skip locked
    ) p order by q.i`.execute(db);
  return rows;
}

/** What a model wrote for a touch, by slot, and hashes of the node and of the person it wrote it for. */
export type Written = {
  node: string;
  person: string;
  model: string;
  texts: Record<string, string>;
};

export type LedgerRow = {
  id: string;
  prospectId: string;
  nodeId: string;
  senderId: string | null;
  state: string;
  subject: string | null;
  bodyText: string | null;
  bodyHtml: string | null;
  edited: boolean;
  written: Written | null;
  channelKey: string | null;
  providerKey: string | null;
  threadKey: string | null;
  attempts: number;
};

/** What the ledger has of these people: drafts to send as they are, and what went out before. */
export async function ledgerOf(
  db: Db,
  workspaceId: string,
  prospectIds: readonly string[],
): Promise<LedgerRow[]> {
  const rows = await camelRows<LedgerRow>(
    db,
    sql`
    select id, prospect_id, node_id, sender_id, state, subject, body_text, body_html,
      manually_edited as edited, written, channel_key, provider_key, thread_key, attempts
    from messages where workspace_id = ${workspaceId} and prospect_id = any(${prospectIds}) order by reserved_at nulls last`,
  );
  return rows;
}

export type Reservation = {
  messageId: string;
  campaignId: string;
  prospectId: string;
  nodeId: string;
  senderId: string;
  touch: string;
  subject: string;
  text: string;
  html: string | null;
  channelKey: string;
  at: Date;
  /** It carries a note, and counts as one. */
  noted: boolean;
  /** The day and what it counts for in the campaign's caps, where it has any. */
  capMark?: CapMark;
};

export type Reserving = {
  workspaceId: string;
  deadlineMs: number;
  reservations: readonly Reservation[];
};

/**
 * Law 1: the ledger rows, the holds on the people and the senders' usage in one statement, before the network sees anything.
 * Returns the ids that are reserved; a message that exists in another state than draft is not.
 */
export async function reserve(
  db: Db,
  { workspaceId, deadlineMs, reservations: r }: Reserving,
): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    with given as (
      select * from unnest(${r.map((m) => m.messageId)}::uuid[], ${r.map((m) => m.campaignId)}::uuid[], ${r.map((m) => m.prospectId)}::uuid[],
        ${r.map((m) => m.nodeId)}::uuid[], ${r.map((m) => m.senderId)}::uuid[], ${r.map((m) => m.touch)}::text[], ${r.map((m) => m.subject)}::text[],
        ${r.map((m) => m.text)}::text[], ${r.map((m) => m.html)}::text[], ${r.map((m) => m.channelKey)}::text[], ${r.map((m) => m.at)}::timestamptz[],
        ${r.map((m) => (m.capMark ? JSON.stringify(m.capMark) : null))}::jsonb[], ${r.map((m) => m.noted)}::boolean[])
        as g (id, campaign_id, prospect_id, node_id, sender_id, touch, subject, body_text, body_html, channel_key, at, reach, noted)
    ), ledger as (
      insert into messages (workspace_id, id, campaign_id, prospect_id, node_id, sender_id, touch, state, subject, body_text, body_html, channel_key,
        reach, attempts, reserved_at, deadline_at, created_at, updated_at)
      select ${workspaceId}, id, campaign_id, prospect_id, node_id, sender_id, touch, 'reserved', subject, body_text, body_html, channel_key,
        reach, 1, at, clock_timestamp() + ${deadlineMs} * interval '1 millisecond', at, at from given
      on conflict (workspace_id, prospect_id, node_id) do update set state = 'reserved', sender_id = excluded.sender_id, touch = excluded.touch, subject = excluded.subject,
        body_text = excluded.body_text, body_html = excluded.body_html, channel_key = excluded.channel_key, attempts = messages.attempts + 1,
        reach = excluded.reach, reserved_at = excluded.reserved_at, deadline_at = excluded.deadline_at, asked_at = null, updated_at = excluded.updated_at
      where messages.state = 'draft'
      returning id, prospect_id, reserved_at
    ), held as (
      update prospects p set hold = 'reserved', hold_detail = null, hold_until = null, updated_at = l.reserved_at from ledger l
      where p.workspace_id = ${workspaceId} and p.id = l.prospect_id
    ), used as (
      insert into sender_usage (workspace_id, sender_id, campaign_id, touch, bucket_at, n, notes)
      select ${workspaceId}, g.sender_id, g.campaign_id, g.touch, date_bin('15 minutes', g.at, timestamptz '2000-01-01') as bucket_at, count(*),
        count(*) filter (where g.noted)
      from given g join ledger l on l.prospect_id = g.prospect_id group by 2, 3, 4, 5 order by 2, 5, 3, 4
      on conflict (workspace_id, sender_id, bucket_at, campaign_id, touch) do update set n = sender_usage.n + excluded.n, notes = sender_usage.notes + excluded.notes
    )
    select id from ledger`.execute(db);
  return new Set(rows.map((row) => row.id));
}

export type Hold = { prospectId: string; hold: string; detail: string | null; until: Date | null };

/** Of `prospects p`: what they are held as who were to be held once their touch was recorded. An absence has said why, a pause by hand has not. */
const wasAsked = sql`case when p.hold_detail is null then 'paused' else 'out_of_office' end`;

/** Keeps people from being due, with the reason a person can act on. Whoever was to be held meanwhile is held so; who has ended is left alone. */
export async function holdProspects(
  db: Db,
  workspaceId: string,
  holds: readonly Hold[],
  now: Date,
): Promise<void> {
  if (holds.length === 0) return;
  await sql`
    update prospects p set hold = case when p.pausing is null then h.hold else ${wasAsked} end, hold_detail = case when p.pausing is null then h.detail else p.hold_detail end,
      hold_until = case when p.pausing is null then h.until else nullif(p.pausing, 'infinity') end, pausing = null, updated_at = ${now}
    from unnest(${holds.map((h) => h.prospectId)}::uuid[], ${holds.map((h) => h.hold)}::text[], ${holds.map((h) => h.detail)}::text[],
      ${holds.map((h) => h.until)}::timestamptz[]) as h (id, hold, detail, until)
    where p.workspace_id = ${workspaceId} and p.id = h.id and p.ended_at is null`.execute(db);
}

export type Move = {
  prospectId: string;
  /** The touch it must stand before, or be in the pool, or have ended; null moves it from anywhere. */
  standsAt: string | null;
  /** The status it moves to, unless it has ended meanwhile; null keeps its own. */
  status: string | null;
  senderId: string | null;
  nodeId: string | null;
  anchorAt: Date | null;
  endReason: string | null;
  contacted: boolean;
  at: Date;
  hold: string | null;
  holdDetail: string | null;
  holdUntil: Date | null;
};

const ended = sql`('replied', 'bounced', 'completed', 'timed_out', 'cancelled', 'unsubscribed', 'failed', 'skipped')`;

/**
 * Moves people on and counts it, in one statement. One who has ended meanwhile (a reply won) keeps the end, and only
 * `contacted` is noted; one who stands elsewhere by now is left there (a late or repeated result). `overrides` lets an end replace `completed` and `timed_out` (a late reply or bounce).
 * Returns who moved, with the status before.
 */
export async function moveProspects(
  db: Db,
  move: { workspaceId: string; moves: readonly Move[]; overrides?: boolean },
): Promise<{ id: string; campaignId: string; was: string; status: string }[]> {
  const { workspaceId } = move;
  if (move.moves.length === 0) return [];
  // Locked in the order given, by the key whatever the planner believes the table holds.
  const m = move.moves.toSorted((a, b) => (a.prospectId < b.prospectId ? -1 : 1));
  const rows = await camelRows<{ id: string; campaignId: string; was: string; status: string }>(
    db,
    sql`
    with given as (
      select * from unnest(${m.map((x) => x.prospectId)}::uuid[], ${m.map((x) => x.status)}::text[], ${m.map((x) => x.senderId)}::uuid[],
        ${m.map((x) => x.nodeId)}::uuid[], ${m.map((x) => x.anchorAt)}::timestamptz[], ${m.map((x) => x.endReason)}::text[],
        ${m.map((x) => x.contacted)}::boolean[], ${m.map((x) => x.hold)}::text[], ${m.map((x) => x.holdDetail)}::text[],
        ${m.map((x) => x.holdUntil)}::timestamptz[], ${m.map((x) => x.standsAt)}::uuid[], ${m.map((x) => x.at)}::timestamptz[])
        as g (id, status, sender_id, node_id, anchor_at, end_reason, contacted, hold, hold_detail, hold_until, stands_at, at)
    ), o as (
      select g.*, p.campaign_id, p.status as was, p.node_id as stood, p.sender_id as had, p.contacted_at as contacted_before,
        p.status in ${ended} and ${move.overrides ? sql`p.status not in ('completed', 'timed_out')` : sql`true`} as closed, coalesce(g.status in ${ended}, false) as ends
      from given g cross join lateral (select * from prospects where workspace_id = ${workspaceId} and id = g.id for update) p
      where g.stands_at is null or p.node_id is null or p.node_id = g.stands_at
    ), n as (
      update prospects p set
        status = case when o.closed then o.was else coalesce(o.status, o.was) end,
        sender_id = case when o.closed then coalesce(o.had, o.sender_id) else coalesce(o.sender_id, o.had) end,
        node_id = case when not (o.closed or o.ends) then o.node_id end,
        anchor_at = case when not (o.closed or o.ends) then o.anchor_at end,
        hold = case when o.closed or o.ends then null when p.pausing is not null then ${wasAsked} else o.hold end,
        hold_detail = case when o.closed or o.ends then null when p.pausing is not null then p.hold_detail else o.hold_detail end,
        hold_until = case when o.closed or o.ends then null when p.pausing is not null then nullif(p.pausing, 'infinity') else o.hold_until end,
        pausing = null,
        contacted_at = case when o.contacted then coalesce(p.contacted_at, o.at) else p.contacted_at end,
        replied_at = case when o.status = 'replied' then coalesce(p.replied_at, o.at) else p.replied_at end,
        bounced_at = case when o.status = 'bounced' then coalesce(p.bounced_at, o.at) else p.bounced_at end,
        ended_at = case when o.closed then p.ended_at when o.ends then o.at end,
        end_reason = case when o.closed then p.end_reason when o.ends then o.end_reason end,
        updated_at = o.at
      from o where p.workspace_id = ${workspaceId} and p.id = o.id
      returning p.id, p.campaign_id, p.status, p.node_id, p.sender_id, p.contacted_at, o.was, o.stood, o.had, o.contacted_before
    ), delta as (
      select campaign_id, was as name, stood as node_id, had as sender_id, -1 as d from n
      union all select campaign_id, status, node_id, sender_id, 1 from n
      union all select campaign_id, 'contacted', null, sender_id, 1 from n where contacted_before is null and contacted_at is not null
    ), counted as (
      insert into counters (workspace_id, campaign_id, name, node_id, sender_id, shard, n)
      select ${workspaceId}, campaign_id, name, coalesce(node_id, ${nil}), coalesce(sender_id, ${nil}), ${shard()}, sum(d)
      from delta group by 2, 3, 4, 5 having sum(d) <> 0 order by 2, 3, 4, 5
      on conflict (workspace_id, campaign_id, name, node_id, sender_id, shard) do update set n = counters.n + excluded.n
    )
    select id, campaign_id, was, status from n`,
  );
  return rows;
}

/** Notes that people were written to who do not move for it, and counts those for whom it is the first time. */
export async function noteContacted(
  db: Db,
  {
    workspaceId,
    prospectIds,
    now,
  }: { workspaceId: string; prospectIds: readonly string[]; now: Date },
): Promise<void> {
  if (prospectIds.length === 0) return;
  await sql`
    with noted as (
      update prospects set contacted_at = ${now}, updated_at = ${now}
      where workspace_id = ${workspaceId} and id = any(${prospectIds}::uuid[]) and contacted_at is null returning campaign_id, sender_id
    )
    insert into counters (workspace_id, campaign_id, name, node_id, sender_id, shard, n)
    select ${workspaceId}, campaign_id, 'contacted', ${nil}, coalesce(sender_id, ${nil}), ${shard()}, count(*) from noted group by 2, 5 order by 2, 5
    on conflict (workspace_id, campaign_id, name, node_id, sender_id, shard) do update set n = counters.n + excluded.n`.execute(
    db,
  );
}

const nil = sql`'00000000-0000-0000-0000-000000000000'::uuid`;
