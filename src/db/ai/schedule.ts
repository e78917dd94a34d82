import { sql } from 'kysely';
import type { Db } from '../database.ts';
import type { PoolPerson } from '../people/pool.ts';
import { camelRows } from '../rows.ts';
import { type CampaignId, type WorkspaceScope, within } from '../scope.ts';
import { holdForDraft } from '../sending/holds.ts';
import type { Written } from '../sending/ledger.ts';
import { requeue } from './queue.ts';

/**
 * Records whether a model writes texts of a launched campaign (`drafts`). Texts of the pool and of
 * `changed` nodes are queued anew.
 */
export async function markDrafting(
  db: Db,
  { workspaceId, campaignId }: CampaignId,
  { drafts, changed = [] }: { drafts: boolean; changed?: readonly string[] },
): Promise<void> {
  if (changed.length > 0)
    await sql`
      delete from ai_drafts
      where workspace_id = ${workspaceId} and campaign_id = ${campaignId}
        and node_id = any(${changed}::uuid[]) and state <> 'queued'`.execute(db);
  if (!drafts)
    await sql`
      delete from drafting
      where workspace_id = ${workspaceId} and campaign_id = ${campaignId}`.execute(db);
  else
    await sql`
      insert into drafting (workspace_id, campaign_id) values (${workspaceId}, ${campaignId})
      on conflict (workspace_id, campaign_id) do update set taken_to = excluded.taken_to`.execute(
      db,
    );
}

/** Active campaigns with texts that a model writes. */
export async function draftingCampaigns(db: Db, scope: WorkspaceScope): Promise<CampaignId[]> {
  const rows = await camelRows<CampaignId>(
    db,
    sql`
    select d.workspace_id, d.campaign_id from drafting d
    join campaigns c on c.workspace_id = d.workspace_id and c.id = d.campaign_id
      and c.status = 'active'
    where ${within(sql`d.workspace_id`, scope)} order by 1, 2`,
  );
  return rows;
}

/**
 * The last prospect of the pool that a text was queued for, locked until the transaction ends; null
 * when another transaction queues more at the moment.
 */
export async function lockDrafting(
  db: Db,
  { workspaceId, campaignId }: CampaignId,
): Promise<string | null> {
  const rows = await camelRows<{ takenTo: string }>(
    db,
    sql`
    select taken_to from drafting
    where workspace_id = ${workspaceId} and campaign_id = ${campaignId} for update skip locked`,
  );
  return rows[0]?.takenTo ?? null;
}

/** How many prospects of the pool have their text or wait for it, counted up to `atMost`. */
export async function countCalled(
  db: Db,
  { workspaceId, campaignId, upTo, atMost }: CampaignId & { upTo: string; atMost: number },
): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from (
      select 1 from prospects
      where workspace_id = ${workspaceId} and campaign_id = ${campaignId} and status = 'pending'
        and id <= ${upTo} and sender_id is null and (hold is null or hold = 'draft_pending')
      limit ${atMost}) as counted`.execute(db);
  return rows[0]!.n;
}

export type PoolCall = CampaignId & {
  nodeId: string;
  /** A text counts only when it was written from this version of the node. */
  nodeHash: string;
  after: string;
  count: number;
  now: Date;
};

/**
 * Queues the texts of the next `count` prospects of the pool, and holds each until its text is
 * written. A prospect with a text is not held. Returns how many were looked at, and how many of
 * them are ready at once.
 */
export async function callFromPool(
  db: Db,
  { workspaceId, campaignId, nodeId, nodeHash, after, count, now }: PoolCall,
): Promise<{ looked: number; ready: number }> {
  const { rows } = await sql<{ looked: number; ready: number }>`
    with next as (
      select id, hold, sender_id from prospects
      where workspace_id = ${workspaceId} and campaign_id = ${campaignId} and status = 'pending'
        and id > ${after}
      order by id limit ${count} for update
    ), lacking as (
      select id from next
      where hold is null and sender_id is null and not exists (select 1 from messages m
        where m.workspace_id = ${workspaceId} and m.prospect_id = next.id and m.node_id = ${nodeId}
          and (m.manually_edited or m.written ->> 'node' = ${nodeHash}))
    ), held as (
      ${holdForDraft(workspaceId, sql`lacking`, now)}
    ), queued as (
      insert into ai_drafts (workspace_id, prospect_id, node_id, campaign_id, state, next_at,
        updated_at)
      select ${workspaceId}, id, ${nodeId}, ${campaignId}, 'queued', ${now}, ${now} from lacking
      order by id
      ${requeue}
    ), noted as (
      update drafting set taken_to = coalesce(
        (select id from next order by id desc limit 1), taken_to)
      where workspace_id = ${workspaceId} and campaign_id = ${campaignId}
    )
    select (select count(*)::int from next) as looked,
      (select count(*)::int from next
        where hold is null and id not in (select id from lacking)) as ready`.execute(db);
  return rows[0]!;
}

export type DueCall = CampaignId & {
  nodeId: string;
  senderIds: readonly string[];
  anchoredUntil: Date;
  limit: number;
  now: Date;
};

/**
 * Queues the texts of prospects with a touch that comes up, unless that was done before. Returns
 * how many.
 */
export async function callForDue(
  db: Db,
  { workspaceId, campaignId, nodeId, senderIds, anchoredUntil, limit, now }: DueCall,
): Promise<number> {
  const { rows } = await sql`
    insert into ai_drafts (workspace_id, prospect_id, node_id, campaign_id, state, next_at,
      updated_at)
    select ${workspaceId}, p.id, ${nodeId}, ${campaignId}, 'queued', ${now}, ${now} from (
      select p.id from prospects p
      where p.workspace_id = ${workspaceId} and p.campaign_id = ${campaignId}
        and p.sender_id = any(${senderIds}::uuid[]) and p.node_id = ${nodeId}
        and p.anchor_at is not null and p.hold is null and p.anchor_at <= ${anchoredUntil}
        and not exists (select 1 from ai_drafts d
          where d.workspace_id = ${workspaceId} and d.prospect_id = p.id and d.node_id = ${nodeId})
      order by p.anchor_at limit ${limit} for key share of p skip locked) p
    order by p.id
    on conflict do nothing returning 1`.execute(db);
  return rows.length;
}

/** A prospect with all that its text is written from. */
export type DraftedPerson = PoolPerson & { sender_id: string | null; ended_at: Date | null };

/** These prospects of a workspace, by their ids. */
export async function readDrafted(
  db: Db,
  workspaceId: string,
  ids: readonly string[],
): Promise<Map<string, DraftedPerson>> {
  const { rows } = await sql<DraftedPerson>`
    select id, email, linkedin_url, x_handle, first_name, last_name, name, company, position,
      headline, custom_fields, sender_id, ended_at
    from prospects
    where workspace_id = ${workspaceId} and id = any(${ids}::uuid[])`.execute(db);
  return new Map(rows.map((row) => [row.id, row]));
}

export type Reply = { prospectId: string; subject: string | null; text: string | null; at: Date };

/**
 * Messages that came in from these prospects, the oldest first, at most 1000; texts are cut at 4000
 * characters.
 */
export async function repliesOf(
  db: Db,
  workspaceId: string,
  ids: readonly string[],
): Promise<Reply[]> {
  const rows = await camelRows<Reply>(
    db,
    sql`
    select prospect_id, subject, left(body_text, 4000) as text, received_at as at
    from inbound_messages
    where workspace_id = ${workspaceId} and prospect_id = any(${ids}::uuid[]) and event = 'message'
    order by received_at, id limit 1000`,
  );
  return rows;
}

export type NewText = {
  id: string;
  campaignId: string;
  prospectId: string;
  nodeId: string;
  subject: string;
  text: string;
  written: Written;
  at: Date;
};

/**
 * Saves a text that a model wrote as the draft of its touch. A hand-edited draft or a message that
 * is no draft any more stays as it is; nothing is saved for a deleted prospect. The caller has
 * locked the prospect.
 */
export async function saveText(db: Db, workspaceId: string, text: NewText): Promise<void> {
  const written = JSON.stringify(text.written);
  await sql`
    insert into messages (workspace_id, id, campaign_id, prospect_id, node_id, state, subject,
      body_text, written, created_at, updated_at)
    select ${workspaceId}, ${text.id}, ${text.campaignId}, id, ${text.nodeId}, 'draft',
      ${text.subject}, ${text.text}, ${written}, ${text.at}, ${text.at}
    from prospects where workspace_id = ${workspaceId} and id = ${text.prospectId}
    on conflict (workspace_id, prospect_id, node_id) do update
      set subject = excluded.subject, body_text = excluded.body_text, body_html = null,
        written = excluded.written, updated_at = excluded.updated_at
      where messages.state = 'draft' and not messages.manually_edited`.execute(db);
}

/** Whether a campaign of the workspace has texts that a model writes. */
export async function hasDrafting(db: Db, workspaceId: string): Promise<boolean> {
  const { rows } =
    await sql`select 1 from drafting where workspace_id = ${workspaceId} limit 1`.execute(db);
  return rows.length > 0;
}
