import { type Selectable, sql } from 'kysely';
import type { SequenceNode } from '../../domain/sequence/sequence.ts';
import type { CampaignRow } from '../campaigns/campaigns.ts';
import type { Db } from '../database.ts';
import { type Page, readPage } from '../pages.ts';
import type { Schema } from '../schema.gen.ts';
import type { CampaignId } from '../scope.ts';

/**
 * A message of either direction. `withdrawn_at` and `withdraw_error`: when an invitation was taken
 * back, or why it could not be.
 */
export type MessageRow = Pick<
  Selectable<Schema['messages']>,
  | 'id'
  | 'campaign_id'
  | 'prospect_id'
  | 'sender_id'
  | 'state'
  | 'manually_edited'
  | 'subject'
  | 'body_text'
  | 'body_html'
  | 'error_detail'
  | 'withdrawn_at'
  | 'withdraw_error'
  | 'sent_at'
  | 'created_at'
> & {
  node_id: string | null;
  direction: 'outbound' | 'inbound';
  /**
   * The origin of the text: `hand`, `model`, or the node's own `template`; null for inbound ones.
   */
  written_by: 'hand' | 'model' | 'template' | null;
};

const outbound = sql`
  id, campaign_id, prospect_id, node_id, sender_id, 'outbound' as direction, state, manually_edited,
  case when manually_edited then 'hand' when written is not null then 'model' else 'template' end
    as written_by,
  subject, body_text, body_html, error_detail, withdrawn_at, withdraw_error, sent_at, created_at`;

export type MessageFilter = CampaignId & {
  states: readonly string[];
  prospectId?: string | undefined;
  after?: string | undefined;
  limit: number;
};

/** Messages of a campaign in the order of their ids, after the id `after`. */
export async function listMessages(
  db: Db,
  { workspaceId, campaignId, states, prospectId, after, limit }: MessageFilter,
): Promise<Page<MessageRow>> {
  const query = sql`
    select ${outbound} from messages
    where workspace_id = ${workspaceId} and campaign_id = ${campaignId}
      and state = any (${states}::text[])
      and (${prospectId ?? null}::uuid is null or prospect_id = ${prospectId ?? null})
      and (${after ?? null}::uuid is null or id > ${after ?? null})
    order by id limit ${limit + 1}`;
  return readPage(db, query, limit);
}

const maxReplies = 200;

/**
 * Messages that came in from a prospect of the campaign, the oldest first; at most 200, and those
 * of one page.
 */
export async function listReplies(
  db: Db,
  { workspaceId, campaignId, prospectId }: CampaignId & { prospectId: string },
): Promise<MessageRow[]> {
  const query = sql`
    select id, campaign_id, prospect_id, null as node_id, sender_id, 'inbound' as direction,
      'received' as state, false as manually_edited, null as written_by, subject,
      body_text, null as body_html, null as error_detail, null as withdrawn_at,
      null as withdraw_error, null as sent_at, received_at as created_at
    from inbound_messages
    where workspace_id = ${workspaceId} and prospect_id = ${prospectId}
      and campaign_id = ${campaignId} and event = 'message'
    order by received_at, id limit ${maxReplies}`;
  return (await readPage<MessageRow>(db, query, maxReplies)).rows;
}

export type NewDraft = {
  id: string;
  prospectId: string;
  nodeId: string;
  subject: string;
  text: string;
  html: string | null;
};

/**
 * Writes drafts. Replaces existing drafts unless they were edited by hand; leaves out deleted
 * prospects. Returns how many were written.
 */
export async function upsertDrafts(
  db: Db,
  { workspaceId, campaignId, at }: CampaignId & { at: Date },
  drafts: readonly NewDraft[],
): Promise<number> {
  if (drafts.length === 0) return 0;
  const { rows } = await sql`
    insert into messages (workspace_id, id, campaign_id, prospect_id, node_id, state, subject,
      body_text, body_html, created_at, updated_at)
    select ${workspaceId}, id, ${campaignId}, prospect_id, node_id, 'draft', subject, body_text,
      body_html, ${at}, ${at}
    from unnest(${drafts.map((d) => d.id)}::uuid[], ${drafts.map((d) => d.prospectId)}::uuid[],
        ${drafts.map((d) => d.nodeId)}::uuid[], ${drafts.map((d) => d.subject)}::text[],
        ${drafts.map((d) => d.text)}::text[], ${drafts.map((d) => d.html)}::text[])
      as given (id, prospect_id, node_id, subject, body_text, body_html)
    cross join lateral (
      select 1 from prospects p
      where p.workspace_id = ${workspaceId} and p.id = given.prospect_id for key share) as person
    on conflict (workspace_id, prospect_id, node_id) do update
      set subject = excluded.subject, body_text = excluded.body_text,
        body_html = excluded.body_html, updated_at = excluded.updated_at
      where messages.state = 'draft' and not messages.manually_edited
    returning id`.execute(db);
  return rows.length;
}

/** Deletes drafts of touches that have become unresolvable, unless they were edited by hand. */
export async function deleteUnresolved(
  db: Db,
  { workspaceId, campaignId }: CampaignId,
  places: readonly { prospectId: string; nodeId: string }[],
): Promise<void> {
  if (places.length === 0) return;
  await sql`
    delete from messages m
    using unnest(${places.map((p) => p.prospectId)}::uuid[],
      ${places.map((p) => p.nodeId)}::uuid[]) as gone (prospect_id, node_id)
    where m.workspace_id = ${workspaceId} and m.campaign_id = ${campaignId}
      and m.prospect_id = gone.prospect_id and m.node_id = gone.node_id
      and m.state = 'draft' and not m.manually_edited`.execute(db);
}

/** Deletes the drafts of nodes that the sequence no longer has. */
export async function deleteStrayDrafts(
  db: Db,
  { workspace_id, id }: CampaignRow,
  nodes: readonly SequenceNode[],
): Promise<void> {
  await sql`
    delete from messages
    where workspace_id = ${workspace_id} and campaign_id = ${id} and state = 'draft'
      and node_id <> all (${nodes.map((node) => node.id)}::uuid[])`.execute(db);
}

/**
 * The parts of a draft that a user edits; undefined parts stay. A new text without an HTML part
 * removes the HTML part.
 */
export type DraftEdit = {
  subject?: string | undefined;
  bodyText?: string | undefined;
  bodyHtml?: string | null | undefined;
};

/**
 * Writes a draft that was edited by hand. Returns null when there is no such message, or it is not
 * a draft any more.
 */
export async function editDraft(
  db: Db,
  {
    workspaceId,
    campaignId,
    messageId,
    at,
    edit,
  }: CampaignId & { messageId: string; at: Date; edit: DraftEdit },
): Promise<MessageRow | null> {
  const html = edit.bodyHtml ?? null;
  const replacesHtml = edit.bodyText !== undefined || edit.bodyHtml !== undefined;
  const { rows } = await sql<MessageRow>`
    update messages set manually_edited = true, updated_at = ${at},
      subject = coalesce(${edit.subject ?? null}, subject),
      body_text = coalesce(${edit.bodyText ?? null}, body_text),
      body_html = case when ${replacesHtml} then ${html} else body_html end
    where workspace_id = ${workspaceId} and campaign_id = ${campaignId} and id = ${messageId}
      and state = 'draft'
    returning ${outbound}`.execute(db);
  return rows[0] ?? null;
}

/** A message of the campaign; null when there is no such message. */
export async function findMessage(
  db: Db,
  { workspaceId, campaignId, messageId }: CampaignId & { messageId: string },
): Promise<MessageRow | null> {
  const { rows } = await sql<MessageRow>`
    select ${outbound} from messages
    where workspace_id = ${workspaceId} and campaign_id = ${campaignId}
      and id = ${messageId}`.execute(db);
  return rows[0] ?? null;
}

/** How many messages the campaign has, counted up to `atMost`. */
export async function countMessages(
  db: Db,
  { workspaceId, campaignId, atMost }: CampaignId & { atMost: number },
): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from (
      select 1 from messages
      where workspace_id = ${workspaceId} and campaign_id = ${campaignId}
      limit ${atMost}) as counted`.execute(db);
  return rows[0]?.n ?? 0;
}
