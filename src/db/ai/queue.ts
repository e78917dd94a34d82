import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { camelRows } from '../rows.ts';
import { type CampaignId, type WorkspaceScope, within } from '../scope.ts';
import { explainDraftHolds, holdForRetry } from '../sending/draft-holds.ts';

/** One text of one person. */
export type DraftPlace = { campaignId: string; prospectId: string; nodeId: string };

/** Calls for texts to be written, from the first try on; those that wait already keep their place. Returns how many were called for. */
export async function queueDrafts(
  db: Db,
  workspaceId: string,
  places: readonly DraftPlace[],
  now: Date,
): Promise<number> {
  if (places.length === 0) return 0;
  const { rows } = await sql`
    insert into ai_drafts (workspace_id, prospect_id, node_id, campaign_id, state, next_at, updated_at)
    select ${workspaceId}, prospect_id, node_id, campaign_id, 'queued', ${now}, ${now}
    from unnest(${places.map((p) => p.prospectId)}::uuid[], ${places.map((p) => p.nodeId)}::uuid[], ${places.map((p) => p.campaignId)}::uuid[])
      as given (prospect_id, node_id, campaign_id) order by prospect_id, node_id
    on conflict (workspace_id, prospect_id, node_id) do update
      set state = 'queued', attempts = 0, next_at = excluded.next_at, owner = null, error_code = null, error_detail = null, updated_at = excluded.updated_at
      where ai_drafts.state <> 'queued' returning 1`.execute(db);
  return rows.length;
}

export type Lacking = CampaignId & {
  nodeId: string;
  nodeHash: string;
  prospectIds: readonly string[] | null;
  now: Date;
};

/** People of a campaign without a text of a node that was written from it as it is now; of named ones those with any but a hand-edited. */
const lacking = ({ workspaceId, campaignId, nodeId, nodeHash, prospectIds }: Lacking) => sql`
  select p.id from prospects p left join messages m on m.workspace_id = p.workspace_id and m.prospect_id = p.id and m.node_id = ${nodeId}
  where p.workspace_id = ${workspaceId} and p.campaign_id = ${campaignId} and p.ended_at is null and m.manually_edited is not true
    and (p.id = any(${prospectIds}::uuid[]) or ${prospectIds}::uuid[] is null and (m.written ->> 'node') is distinct from ${nodeHash})`;

/** How many texts are lacking, and how many of the named people there are. */
export async function countLacking(
  db: Db,
  asked: Lacking,
): Promise<{ wanted: number; known: number }> {
  const { rows } = await sql<{ wanted: number; known: number }>`
    select (select count(*)::int from (${lacking(asked)}) l) as wanted, (select count(*)::int from prospects
      where workspace_id = ${asked.workspaceId} and campaign_id = ${asked.campaignId} and id = any(${asked.prospectIds}::uuid[])) as known`.execute(
    db,
  );
  return rows[0]!;
}

/** Calls for the texts that are lacking, and forgets those of named people. Returns how many were called for that did not wait already. */
export async function queueLacking(db: Db, asked: Lacking): Promise<number> {
  const { workspaceId, campaignId, nodeId, now } = asked;
  const { rows } = await sql<{ n: number }>`
    with lacking as (${lacking(asked)}), forgotten as (
      delete from messages m using lacking l where m.workspace_id = ${workspaceId} and m.prospect_id = l.id and m.node_id = ${nodeId}
        and m.state = 'draft' and not m.manually_edited and ${asked.prospectIds}::uuid[] is not null
    ), queued as (
      insert into ai_drafts (workspace_id, prospect_id, node_id, campaign_id, state, next_at, updated_at)
      select ${workspaceId}, id, ${nodeId}, ${campaignId}, 'queued', ${now}, ${now} from lacking order by id
      on conflict (workspace_id, prospect_id, node_id) do update
        set state = 'queued', attempts = 0, next_at = excluded.next_at, owner = null, error_code = null, error_detail = null, updated_at = excluded.updated_at
        where ai_drafts.state <> 'queued' returning 1
    ) select count(*)::int as n from queued`.execute(db);
  return rows[0]!.n;
}

/** Workspaces that wait for texts which may be written now. */
export async function draftingWorkspaces(
  db: Db,
  { scope, now }: { scope: WorkspaceScope; now: Date },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct workspace_id as id from ai_drafts
    where state = 'queued' and next_at <= ${now} and ${within(sql`workspace_id`, scope)} order by 1`.execute(
    db,
  );
  return rows.map((row) => row.id);
}

/** Holds what a workspace may still use of its budget until the transaction ends. Returns how often its model was asked since two instants. */
export async function lockUsage(
  db: Db,
  workspaceId: string,
  since: { minute: Date; day: Date },
): Promise<{ minute: number; day: number }> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`postrider ai ${workspaceId}`}, 0))`.execute(
    db,
  );
  return readUsage(db, workspaceId, since);
}

/** How often a workspace's model was asked since two instants. */
export async function readUsage(
  db: Db,
  workspaceId: string,
  since: { minute: Date; day: Date },
): Promise<{ minute: number; day: number }> {
  const { rows } = await sql<{ minute: number; day: number }>`
    select coalesce(sum(requests) filter (where minute_at >= ${since.minute}), 0)::int as minute, coalesce(sum(requests), 0)::int as day
    from ai_usage where workspace_id = ${workspaceId} and minute_at >= least(${since.day}::timestamptz, ${since.minute}::timestamptz)`.execute(
    db,
  );
  return rows[0]!;
}

/** Counts calls of the model, or gives some back that were not made. */
export async function addUsage(
  db: Db,
  workspaceId: string,
  minute: Date,
  requests: number,
): Promise<void> {
  if (requests === 0) return;
  await sql`
    insert into ai_usage (workspace_id, minute_at, requests) values (${workspaceId}, ${minute}, ${requests})
    on conflict (workspace_id, minute_at) do update set requests = ai_usage.requests + excluded.requests`.execute(
    db,
  );
}

export type TakenDraft = DraftPlace & { attempts: number; errorDetail: string | null };
type Taking = {
  workspaceId: string;
  owner: string;
  live: readonly string[];
  now: Date;
  limit: number;
};

/**
 * Takes texts that may be written now and that no other living worker has, the longest waiting first. Those that the owner has by this time are
 * ones it could not keep.
 */
export async function takeDrafts(
  db: Db,
  { workspaceId, owner, live, now, limit }: Taking,
): Promise<TakenDraft[]> {
  const rows = await camelRows<TakenDraft>(
    db,
    sql`
    update ai_drafts d set owner = ${owner}, attempts = d.attempts + 1, updated_at = ${now}
    from (select prospect_id, node_id from ai_drafts
      where workspace_id = ${workspaceId} and state = 'queued' and next_at <= ${now} and (owner is null or owner = ${owner} or owner <> all(${live}::uuid[]))
      order by next_at, prospect_id limit ${limit} for update skip locked) due
    where d.workspace_id = ${workspaceId} and d.prospect_id = due.prospect_id and d.node_id = due.node_id
    returning d.campaign_id, d.prospect_id, d.node_id, d.attempts, d.error_detail`,
  );
  return rows;
}

/** Puts off all texts of a workspace that are waited for now, and says why. */
export async function postponeDrafts(
  db: Db,
  workspaceId: string,
  { now, until, code, detail }: { now: Date; until: Date; code: string; detail: string },
): Promise<void> {
  const due = sql`workspace_id = ${workspaceId} and state = 'queued' and owner is null and next_at <= ${now}`;
  const waiting = sql`select prospect_id from ai_drafts where ${due}`;
  await explainDraftHolds(db, workspaceId, waiting, { detail, now });
  await sql`update ai_drafts set next_at = ${until}, error_code = ${code}, error_detail = ${detail}, updated_at = ${now} where ${due}`.execute(
    db,
  );
}

/** What became of a try. `counts` is false when it was none of the text's own fault. */
export type DraftOutcome = {
  prospectId: string;
  nodeId: string;
  state: 'queued' | 'written' | 'failed';
  counts: boolean;
  nextAt: Date;
  errorCode: string | null;
  errorDetail: string | null;
  inputTokens: number;
  outputTokens: number;
};

/** Writes what became of a try, unless another worker has the text by now. Returns whether it was this one's. */
export async function settleDraft(
  db: Db,
  { workspaceId, owner, now }: { workspaceId: string; owner: string; now: Date },
  s: DraftOutcome,
): Promise<boolean> {
  const { rows } = await sql`
    update ai_drafts set state = ${s.state}, owner = null, attempts = attempts - ${s.counts ? 0 : 1}, next_at = ${s.nextAt}, error_code = ${s.errorCode},
      error_detail = ${s.errorDetail}, input_tokens = input_tokens + ${s.inputTokens}, output_tokens = output_tokens + ${s.outputTokens}, updated_at = ${now}
    where workspace_id = ${workspaceId} and prospect_id = ${s.prospectId} and node_id = ${s.nodeId} and owner = ${owner} returning 1`.execute(
    db,
  );
  return rows.length > 0;
}

/** Forgets texts that nobody wants any more. */
export async function dropDraft(
  db: Db,
  { workspaceId, prospectId, nodeId }: { workspaceId: string; prospectId: string; nodeId: string },
): Promise<void> {
  await sql`delete from ai_drafts where workspace_id = ${workspaceId} and prospect_id = ${prospectId} and node_id = ${nodeId}`.execute(
    db,
  );
}

export type DraftCount = {
  nodeId: string;
  state: string;
  writing: number;
  n: number;
  inputTokens: number;
  outputTokens: number;
  nextAt: Date | null;
};

/** The texts of a campaign by node and state. */
export async function countDrafts(
  db: Db,
  { workspaceId, campaignId }: CampaignId,
): Promise<DraftCount[]> {
  const rows = await camelRows<DraftCount>(
    db,
    sql`
    select node_id, state, count(owner)::int as writing, count(*)::int as n, sum(input_tokens)::int as input_tokens,
      sum(output_tokens)::int as output_tokens, min(next_at) as next_at
    from ai_drafts where workspace_id = ${workspaceId} and campaign_id = ${campaignId} group by 1, 2 order by 1, 2`,
  );
  return rows;
}

export type FailedDraft = {
  prospectId: string;
  nodeId: string;
  errorCode: string | null;
  errorDetail: string | null;
  at: Date;
};

/** Texts of a campaign that could not be written, by person, after one of them. */
export async function listFailed(
  db: Db,
  { workspaceId, campaignId, after, limit }: CampaignId & { after: string | null; limit: number },
): Promise<FailedDraft[]> {
  const rows = await camelRows<FailedDraft>(
    db,
    sql`
    select prospect_id, node_id, error_code, error_detail, updated_at as at from ai_drafts
    where workspace_id = ${workspaceId} and campaign_id = ${campaignId} and state = 'failed' and (${after}::uuid is null or prospect_id > ${after})
    order by prospect_id, node_id limit ${limit}`,
  );
  return rows;
}

/** Has the failed texts of a campaign tried again, of these people or of all. Returns how many. */
export async function retryFailed(
  db: Db,
  {
    workspaceId,
    campaignId,
    prospectIds,
    now,
  }: CampaignId & { prospectIds: readonly string[] | null; now: Date },
): Promise<number> {
  const failed = sql`workspace_id = ${workspaceId} and campaign_id = ${campaignId} and state = 'failed'
    and (${prospectIds}::uuid[] is null or prospect_id = any(${prospectIds}::uuid[]))`;
  await holdForRetry(db, workspaceId, sql`select prospect_id from ai_drafts where ${failed}`, now);
  const { rows } = await sql`
    update ai_drafts set state = 'queued', attempts = 0, next_at = ${now}, owner = null, updated_at = ${now} where ${failed} returning 1`.execute(
    db,
  );
  return rows.length;
}
