import { completeIfDone } from '../../db/campaigns/campaigns.ts';
import { type Db, transact } from '../../db/database.ts';
import { appendEvents } from '../../db/events.ts';
import {
  type Assessing,
  assess,
  assessOne,
  campaignsBeside,
  deleteEnrolments,
  type Enrolment,
  enrolNew,
  lockEnrolled,
  releaseProspects,
  writeEnrolments,
} from '../../db/people/enrolments.ts';
import { reopenCampaign } from '../../db/people/roster.ts';
import { type LeadRules, readRules } from '../../db/people/rules.ts';
import {
  campaignsToSync,
  dropMarks,
  lockSync,
  markLeads,
  type Syncing,
  type SyncStep,
  saveSyncStep,
  takeMarks,
  walkLeads,
} from '../../db/people/syncs.ts';
import type { CampaignId } from '../../db/scope.ts';
import { wakeCampaign } from '../../db/sending/lanes.ts';
import { moveProspects } from '../../db/sending/moves.ts';
import { reopenProspects } from '../../db/sending/roster-changes.ts';
import {
  type AssessedLead,
  decide,
  outOfScope,
  type RuleAction,
  rulesReasonPrefix,
} from '../../domain/people/rule.ts';
import type { Services } from '../../operation.ts';
import { forEachIsolated } from '../apart.ts';
import { servicesFor } from '../sandbox.ts';
import { endMove } from '../sending/stop.ts';
import { listsOf } from './lead-rules.ts';
import { settleNewZones } from './local-zones.ts';

const campaignBatchSize = 50;
/** Leads settled in one transaction. */
const batchSize = 5_000;

/**
 * Carries out lead rules: one batch in each campaign with leads to assess, in every workspace or in
 * one sandbox. The leads taken, the changes and the progress are one transaction, so that a worker
 * that dies, or two at once, bring the same result. Returns how many leads were settled.
 */
export async function syncRules(
  base: Services,
  scope: 'all' | { sandbox: string } = 'all',
): Promise<number> {
  return forEachIsolated(
    await campaignsToSync(base.db, { scope, limit: campaignBatchSize }),
    async (campaign) => {
      const { clock, newId } =
        scope === 'all' ? await servicesFor(base, campaign.workspaceId) : base;
      return syncBatch({ db: base.db, newId, now: clock.now(), campaign });
    },
  );
}

type SyncContext = { db: Db; newId: () => string; now: Date; campaign: CampaignId };

async function syncBatch({ db, newId, now, campaign }: SyncContext): Promise<number> {
  const done = await transact(db, async (transaction) => {
    const syncing = await lockSync(transaction, campaign);
    if (syncing === 'unruled') await dropMarks(transaction, campaign);
    if (syncing === 'unruled' || !syncing) return null;
    return runBatch({ db: transaction, newId, now, campaign }, syncing);
  });
  if (done?.canComplete) await completeIfDone(db, { ...campaign, now });
  return done?.settled ?? 0;
}

type BatchResult = {
  settled: number;
  /** A walk has ended and no list feeds the campaign. */
  canComplete: boolean;
};

/** Settles the marked leads, or without any the next leads of the walk. */
async function runBatch(context: SyncContext, syncing: Syncing): Promise<BatchResult> {
  const { db, campaign, now } = context;
  const rules = await readRules(db, campaign);
  const synced = listsOf(rules, 'synced').map((list) => list.id);
  const marked = await takeMarks(db, campaign, batchSize);
  const after = marked.length > 0 ? null : syncing.walkAfter;
  const candidates =
    after === null ? marked : await walkLeads(db, campaign, { after, synced, limit: batchSize });
  const outcome = await settle(context, { rules, syncing, candidates });
  const isEnd = after !== null && candidates.length < batchSize;
  const walk = after === null ? {} : { walk: walkStep(candidates, { isEnd }) };
  const totals = await saveSyncStep(db, campaign, { ...outcome, ...walk, now });
  if (outcome.added > 0) {
    if (syncing.status === 'completed') await reopenCampaign(db, { ...campaign, now });
    if (syncing.status === 'active' || syncing.status === 'completed')
      await wakeCampaign(db, { ...campaign, now });
  }
  const event = { kind: 'campaign.synced' as const, campaignId: campaign.campaignId, data: totals };
  if (isEnd)
    await appendEvents(db, { workspaceId: campaign.workspaceId, at: now, actor: 'engine' }, [
      event,
    ]);
  return {
    settled: candidates.length - outcome.markedAgain,
    canComplete: isEnd && synced.length === 0,
  };
}

type Candidate = { id: string; state: string | null };

function walkStep(
  candidates: readonly Candidate[],
  { isEnd }: { isEnd: boolean },
): NonNullable<SyncStep['walk']> {
  const fed = candidates.filter(({ state }) => state === 'in').length;
  const after = isEnd ? null : candidates.at(-1)!.id;
  return { after, fresh: candidates.length - fed, fed };
}

type Outcome = {
  /** Changes of the counts of leads that are in, and that were removed. */
  fed: number;
  removed: number;
  /** People that are new in the pool. */
  added: number;
  /** Leads marked to be assessed again. */
  markedAgain: number;
};

type Batch = { rules: LeadRules; syncing: Syncing; candidates: readonly Candidate[] };

async function settle(
  context: SyncContext,
  { rules, syncing, candidates }: Batch,
): Promise<Outcome> {
  const { db, campaign, newId, now } = context;
  const assessing = await prepare(db, { ...campaign, type: syncing.type }, rules);
  const newLeads = candidates.flatMap(({ id, state }) => (state === null ? id : []));
  const newIds = newLeads.map(() => newId());
  const enrolled =
    newLeads.length > 0
      ? await enrolNew(db, { ...assessing, ids: newLeads }, { newIds, now })
      : { fit: 0, added: 0 };
  if (enrolled.added > 0 && syncing.localHours) await settleNewZones(db, campaign, newIds);
  // New leads are assessed again only if one in scope was not added: its identity is on the roster.
  const ids = candidates.flatMap(({ id, state }) =>
    state !== null || enrolled.added < enrolled.fit ? id : [],
  );
  const assessed = await assess(db, { ...assessing, ids });
  const unlinking = listsOf(rules, 'unlinking').map((list) => list.id);
  const byDeed = Map.groupBy(assessed, (lead) => decide(lead, unlinking));
  const outcome = await applyDeeds(context, rules, (deed) => byDeed.get(deed) ?? []);
  return { ...outcome, fed: outcome.fed + enrolled.added, added: outcome.added + enrolled.added };
}

type TypedCampaign = CampaignId & { type: string };

async function prepare(
  db: Db,
  campaign: TypedCampaign,
  rules: LeadRules,
): Promise<Omit<Assessing, 'ids'>> {
  const needsOthers = rules.exclude_contacted || rules.exclude_mutuals;
  return { ...campaign, rules, others: needsOthers ? await campaignsBeside(db, campaign) : [] };
}

/** Assesses one lead by the rules of a campaign: whether it is in scope, and how it is enrolled. */
export async function assessLead(
  db: Db,
  campaign: TypedCampaign,
  leadId: string,
): Promise<AssessedLead> {
  return assessOne(db, {
    ...(await prepare(db, campaign, await readRules(db, campaign))),
    ids: [leadId],
  });
}

async function applyDeeds(
  context: SyncContext,
  rules: LeadRules,
  leadsFor: (deed: RuleAction) => AssessedLead[],
): Promise<Outcome> {
  const { db, campaign, now } = context;
  const rows: Enrolment[] = [];
  const setState = (leads: readonly AssessedLead[], state: Enrolment['state']) =>
    rows.push(
      ...leads.map(({ leadId, prospectId, takenBy, lists }) => ({
        leadId,
        prospectId: prospectId ?? takenBy!,
        lists: state === 'in' ? lists! : '{}',
        state,
      })),
    );
  const outcome: Outcome = { fed: 0, removed: 0, added: 0, markedAgain: 0 };
  const adopted = leadsFor('adopt').map((lead) => lead.takenBy!);
  if (adopted.length > 0) {
    const released = await releaseProspects(db, campaign, adopted);
    outcome.fed -= released.fed;
    outcome.removed -= released.removed;
  }
  setState([...leadsFor('adopt'), ...leadsFor('relist')], 'in');
  outcome.fed += adopted.length + leadsFor('relist').filter((lead) => lead.state !== 'in').length;
  const reopened = leadsFor('reopen');
  const ids = [...reopened.map((lead) => lead.prospectId!), ...adopted];
  if (ids.length > 0) outcome.added = (await reopenProspects(db, campaign, { ids, now })).length;
  setState(reopened, 'in');
  outcome.fed += reopened.length;
  outcome.removed -= reopened.length;
  setState(leadsFor('unlink'), 'unlinked');
  outcome.fed -= leadsFor('unlink').length;
  const { left, removed, busy } = await remove(context, rules, leadsFor('remove'));
  setState(left, 'left');
  setState(removed, 'removed');
  outcome.fed -= left.length + removed.length;
  outcome.removed += removed.length;
  outcome.markedAgain = busy.length;
  await markLeads(
    db,
    campaign,
    busy.map((lead) => lead.leadId),
  );
  const forgotten = leadsFor('forget');
  await deleteEnrolments(
    db,
    campaign,
    forgotten.map((lead) => lead.leadId),
  );
  outcome.fed -= forgotten.filter((lead) => lead.state === 'in').length;
  outcome.removed -= forgotten.filter((lead) => lead.state === 'removed').length;
  await writeEnrolments(db, campaign, rows);
  return outcome;
}

/**
 * Removes leads from the campaign: people that nobody has written to leave the roster; the others
 * finish or stop by `leave_behavior`. `busy` ones are in a claim right now and stay as they are.
 */
async function remove(
  { db, campaign, now }: SyncContext,
  rules: LeadRules,
  leads: readonly AssessedLead[],
) {
  if (leads.length === 0) return { left: [], removed: [], busy: [] };
  const stages = await lockEnrolled(
    db,
    campaign,
    leads.map((lead) => lead.prospectId!),
  );
  const byStage = Map.groupBy(leads, (lead) => stages.get(lead.prospectId!) ?? 'ended');
  const fresh = byStage.get('fresh') ?? [];
  const written = byStage.get('written') ?? [];
  const ended = byStage.get('ended') ?? [];
  const stopped = rules.leave_behavior === 'stop' ? written : [];
  const moves = [...fresh, ...stopped].map((lead) =>
    endMove(lead.prospectId!, 'cancelled', {
      reason: rulesReasonPrefix + outOfScope[lead.outOfScope!],
      at: now,
    }),
  );
  await moveProspects(db, { workspaceId: campaign.workspaceId, moves });
  return { left: [...written, ...ended], removed: fresh, busy: byStage.get('busy') ?? [] };
}
