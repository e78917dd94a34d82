import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { type Columns, camelRows } from '../rows.ts';
import { type CampaignId, type WorkspaceScope, within } from '../scope.ts';
import { explainDraftHolds, holdForRetry } from '../sending/holds.ts';

/** Identifies the text of one touch of one prospect. */
export type DraftPlace = { campaignId: string; prospectId: string; nodeId: string };

/**
 * Ends an insert of queued drafts: a draft in another state starts over, one that is queued stays
 * as it is.
 */
export const requeue = sql`
  on conflict (workspace_id, prospect_id, node_id) do update
    set state = 'queued', attempts = 0, next_at = excluded.next_at, owner = null,
      error_code = null, error_detail = null, updated_at = excluded.updated_at
    where ai_drafts.state <> 'queued'`;

/**
 * Queues texts for a model to write, from the first try on; texts that wait already keep their
 * place. Returns how many were queued.
 */
export async function queueDrafts(
  db: Db,
  workspaceId: string,
  places: readonly DraftPlace[],
  now: Date,
): Promise<number> {
  if (places.length === 0) return 0;
  const { rows } = await sql`
    insert into ai_drafts (workspace_id, prospect_id, node_id, campaign_id, state, next_at,
      updated_at)
    select ${workspaceId}, prospect_id, node_id, campaign_id, 'queued', ${now}, ${now}
    from unnest(${places.map((p) => p.prospectId)}::uuid[], ${places.map((p) => p.nodeId)}::uuid[],
        ${places.map((p) => p.campaignId)}::uuid[])
      as given (prospect_id, node_id, campaign_id)
    order by prospect_id, node_id
    ${requeue} returning 1`.execute(db);
  return rows.length;
}

export type Lacking = CampaignId & {
  nodeId: string;
  /** A text counts only when it was written from this version of the node. */
  nodeHash: string;
  /** Prospects that get new texts even if they have one; null: those that lack a text. */
  prospectIds: readonly string[] | null;
  now: Date;
};

/**
 * Selects the prospects that need a text: the given ones, or all without a text from the present
 * version of the node. Ended prospects and hand-edited texts are left out.
 */
const lacking = ({ workspaceId, campaignId, nodeId, nodeHash, prospectIds }: Lacking) => sql`
  select p.id from prospects p
  left join messages m on m.workspace_id = p.workspace_id and m.prospect_id = p.id
    and m.node_id = ${nodeId}
  where p.workspace_id = ${workspaceId} and p.campaign_id = ${campaignId} and p.ended_at is null
    and m.manually_edited is not true
    and (p.id = any(${prospectIds}::uuid[])
      or ${prospectIds}::uuid[] is null and (m.written ->> 'node') is distinct from ${nodeHash})`;

/** How many texts are needed (`wanted`), and how many of the given prospects exist (`known`). */
export async function countLacking(
  db: Db,
  needs: Lacking,
): Promise<{ wanted: number; known: number }> {
  const { rows } = await sql<{ wanted: number; known: number }>`
    select (select count(*)::int from (${lacking(needs)}) l) as wanted,
      (select count(*)::int from prospects
        where workspace_id = ${needs.workspaceId} and campaign_id = ${needs.campaignId}
          and id = any(${needs.prospectIds}::uuid[])) as known`.execute(db);
  return rows[0]!;
}

/**
 * Queues the texts that are needed, and deletes the drafts of the given prospects. Returns how many
 * were queued that did not wait already.
 */
export async function queueLacking(db: Db, needs: Lacking): Promise<number> {
  const { workspaceId, campaignId, nodeId, now, prospectIds } = needs;
  const { rows } = await sql<{ n: number }>`
    with lacking as (${lacking(needs)}), forgotten as (
      delete from messages m using lacking l
      where m.workspace_id = ${workspaceId} and m.prospect_id = l.id and m.node_id = ${nodeId}
        and m.state = 'draft' and not m.manually_edited and ${prospectIds}::uuid[] is not null
    ), queued as (
      insert into ai_drafts (workspace_id, prospect_id, node_id, campaign_id, state, next_at,
        updated_at)
      select ${workspaceId}, id, ${nodeId}, ${campaignId}, 'queued', ${now}, ${now} from lacking
      order by id
      ${requeue} returning 1
    ) select count(*)::int as n from queued`.execute(db);
  return rows[0]!.n;
}

/** Workspaces with queued texts that may be written now. */
export async function draftingWorkspaces(
  db: Db,
  { scope, now }: { scope: WorkspaceScope; now: Date },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct workspace_id as id from ai_drafts
    where state = 'queued' and next_at <= ${now} and ${within(sql`workspace_id`, scope)}
    order by 1`.execute(db);
  return rows.map((row) => row.id);
}

export type TakenDraft = DraftPlace & { attempts: number; errorDetail: string | null };

type TakeOptions = {
  workspaceId: string;
  owner: string;
  /** Ids of the living workers. */
  live: readonly string[];
  now: Date;
  limit: number;
};

/**
 * Takes queued texts that may be written now and belong to no other living worker, the longest
 * waiting first. A text that `owner` still has is one that it could not save, so it is taken again.
 */
export async function takeDrafts(
  db: Db,
  { workspaceId, owner, live, now, limit }: TakeOptions,
): Promise<TakenDraft[]> {
  const rows = await camelRows<TakenDraft>(
    db,
    sql`
    update ai_drafts d set owner = ${owner}, attempts = d.attempts + 1, updated_at = ${now}
    from (select prospect_id, node_id from ai_drafts
      where workspace_id = ${workspaceId} and state = 'queued' and next_at <= ${now}
        and (owner is null or owner = ${owner} or owner <> all(${live}::uuid[]))
      order by next_at, prospect_id limit ${limit} for update skip locked) due
    where d.workspace_id = ${workspaceId} and d.prospect_id = due.prospect_id
      and d.node_id = due.node_id
    returning d.campaign_id, d.prospect_id, d.node_id, d.attempts, d.error_detail`,
  );
  return rows;
}

/** Puts off all due texts of a workspace that no worker has, with the reason. */
export async function postponeDrafts(
  db: Db,
  workspaceId: string,
  { now, until, code, detail }: { now: Date; until: Date; code: string; detail: string },
): Promise<void> {
  const due = sql`
    workspace_id = ${workspaceId} and state = 'queued' and owner is null and next_at <= ${now}`;
  const waiting = sql`select prospect_id from ai_drafts where ${due}`;
  await explainDraftHolds(db, workspaceId, waiting, { detail, now });
  await sql`
    update ai_drafts set next_at = ${until}, error_code = ${code}, error_detail = ${detail},
      updated_at = ${now}
    where ${due}`.execute(db);
}

/**
 * The result of a try. `counts` is false when the fault was not the text's own: the try is not
 * counted.
 */
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

/**
 * Writes the result of a try, unless another worker has the text by now. Returns whether it was
 * written.
 */
export async function settleDraft(
  db: Db,
  { workspaceId, owner, now }: { workspaceId: string; owner: string; now: Date },
  outcome: DraftOutcome,
): Promise<boolean> {
  const { rows } = await sql`
    update ai_drafts set state = ${outcome.state}, owner = null,
      attempts = attempts - ${outcome.counts ? 0 : 1}, next_at = ${outcome.nextAt},
      error_code = ${outcome.errorCode}, error_detail = ${outcome.errorDetail},
      input_tokens = input_tokens + ${outcome.inputTokens},
      output_tokens = output_tokens + ${outcome.outputTokens}, updated_at = ${now}
    where workspace_id = ${workspaceId} and prospect_id = ${outcome.prospectId}
      and node_id = ${outcome.nodeId} and owner = ${owner}
    returning 1`.execute(db);
  return rows.length > 0;
}

/** Removes a text from the queue, because it is not needed any more. */
export async function dropDraft(
  db: Db,
  { workspaceId, prospectId, nodeId }: { workspaceId: string; prospectId: string; nodeId: string },
): Promise<void> {
  await sql`
    delete from ai_drafts
    where workspace_id = ${workspaceId} and prospect_id = ${prospectId}
      and node_id = ${nodeId}`.execute(db);
}

export type DraftCount = {
  nodeId: string;
  state: string;
  /** How many a worker has at the moment. */
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
    select node_id, state, count(owner)::int as writing, count(*)::int as n,
      sum(input_tokens)::int as input_tokens, sum(output_tokens)::int as output_tokens,
      min(next_at) as next_at
    from ai_drafts where workspace_id = ${workspaceId} and campaign_id = ${campaignId}
    group by 1, 2 order by 1, 2`,
  );
  return rows;
}

export type FailedDraft = Columns<
  'ai_drafts',
  'prospect_id' | 'node_id' | 'error_code' | 'error_detail'
> & { at: Date };

/** Failed texts of a campaign in the order of the prospects, after one prospect. */
export async function listFailed(
  db: Db,
  { workspaceId, campaignId, after, limit }: CampaignId & { after: string | null; limit: number },
): Promise<FailedDraft[]> {
  const rows = await camelRows<FailedDraft>(
    db,
    sql`
    select prospect_id, node_id, error_code, error_detail, updated_at as at from ai_drafts
    where workspace_id = ${workspaceId} and campaign_id = ${campaignId} and state = 'failed'
      and (${after}::uuid is null or prospect_id > ${after})
    order by prospect_id, node_id limit ${limit}`,
  );
  return rows;
}

/**
 * Queues the failed texts of a campaign again, of these prospects or of all (null). Returns how
 * many.
 */
export async function retryFailed(
  db: Db,
  {
    workspaceId,
    campaignId,
    prospectIds,
    now,
  }: CampaignId & { prospectIds: readonly string[] | null; now: Date },
): Promise<number> {
  const failed = sql`
    workspace_id = ${workspaceId} and campaign_id = ${campaignId} and state = 'failed'
    and (${prospectIds}::uuid[] is null or prospect_id = any(${prospectIds}::uuid[]))`;
  await holdForRetry(db, workspaceId, sql`select prospect_id from ai_drafts where ${failed}`, now);
  const { rows } = await sql`
    update ai_drafts set state = 'queued', attempts = 0, next_at = ${now}, owner = null,
      updated_at = ${now}
    where ${failed} returning 1`.execute(db);
  return rows.length;
}
