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
  saveSyncStep,
  takeMarks,
  walkLeads,
} from '../../db/people/syncs.ts';
import type { CampaignId } from '../../db/scope.ts';
import { wakeCampaign } from '../../db/sending/lanes.ts';
import { moveProspects } from '../../db/sending/moves.ts';
import { reopenProspects } from '../../db/sending/roster-changes.ts';
import { type Assessed, byRules, type Deed, decide, outOfScope } from '../../domain/people/rule.ts';
import type { Services } from '../../operation.ts';
import { eachApart } from '../apart.ts';
import { servicesFor } from '../sandbox.ts';
import { endMove } from '../sending/stop.ts';
import { listsOf } from './lead-rules.ts';
import { settleNewZones } from './local-zones.ts';

const campaignBatchSize = 50;
/** Leads looked at in one transaction. */
const batchSize = 5_000;

/**
 * Carries out lead rules: one batch for each campaign with somebody to look at, of every workspace or of one. What is looked at, what follows
 * and how far it has come are one transaction, so a worker that dies, or two at once, leave the same people behind. Returns how many were settled.
 */
export async function syncRules(
  base: Services,
  scope: 'all' | { sandbox: string } = 'all',
): Promise<number> {
  return eachApart(
    await campaignsToSync(base.db, { scope, limit: campaignBatchSize }),
    async (campaign) => {
      const { clock, newId } =
        scope === 'all' ? await servicesFor(base, campaign.workspaceId) : base;
      return syncBatch({ db: base.db, newId, now: clock.now(), campaign });
    },
  );
}

type Turn = { db: Db; newId: () => string; now: Date; campaign: CampaignId };

async function syncBatch({ db, newId, now, campaign }: Turn): Promise<number> {
  const done = await transact(db, async (transaction) => {
    const syncing = await lockSync(transaction, campaign);
    if (syncing === 'unruled') await dropMarks(transaction, campaign);
    if (syncing === 'unruled' || !syncing) return null;
    return runBatch({ db: transaction, newId, now, campaign }, syncing);
  });
  if (done?.over) await completeIfDone(db, { ...campaign, now });
  return done?.settled ?? 0;
}

/** `over`: a walk has ended and no list feeds the campaign. */
async function runBatch(turn: Turn, syncing: Syncing): Promise<{ settled: number; over: boolean }> {
  const { db, campaign, now } = turn;
  const rules = await readRules(db, campaign);
  const synced = listsOf(rules, 'synced').map((list) => list.id);
  const marked = await takeMarks(db, campaign, batchSize);
  const after = marked.length > 0 ? null : syncing.walkAfter;
  const candidates =
    after === null ? marked : await walkLeads(db, campaign, { after, synced, limit: batchSize });
  const outcome = await settle(turn, { rules, syncing, candidates });
  const ends = after !== null && candidates.length < batchSize;
  const fed = candidates.filter(({ state }) => state === 'in').length;
  const walk =
    after === null
      ? {}
      : {
          walk: { after: ends ? null : candidates.at(-1)!.id, fresh: candidates.length - fed, fed },
        };
  const totals = await saveSyncStep(db, campaign, { ...outcome, ...walk, now });
  if (outcome.added > 0) {
    if (syncing.status === 'completed') await reopenCampaign(db, { ...campaign, now });
    if (syncing.status === 'active' || syncing.status === 'completed')
      await wakeCampaign(db, { ...campaign, now });
  }
  const event = { kind: 'campaign.synced' as const, campaignId: campaign.campaignId, data: totals };
  if (ends)
    await appendEvents(db, { workspaceId: campaign.workspaceId, at: now, actor: 'engine' }, [
      event,
    ]);
  return { settled: candidates.length - outcome.again, over: ends && synced.length === 0 };
}

/** What came of a batch: differences of the counts, people who are new in the pool, and leads to be looked at again. */
type Outcome = { fed: number; removed: number; added: number; again: number };

type Batch = {
  rules: LeadRules;
  syncing: Syncing;
  candidates: readonly { id: string; state: string | null }[];
};

async function settle(turn: Turn, { rules, syncing, candidates }: Batch): Promise<Outcome> {
  const { db, campaign, newId, now } = turn;
  const assessing = await prepare(db, { ...campaign, type: syncing.type }, rules);
  const strangers = candidates.flatMap(({ id, state }) => (state === null ? id : []));
  const newIds = strangers.map(() => newId());
  const fresh =
    strangers.length > 0
      ? await enrolNew(db, { ...assessing, ids: strangers }, { newIds, now })
      : { fit: 0, added: 0 };
  if (fresh.added > 0 && syncing.localHours) await settleNewZones(db, campaign, newIds);
  // Of strangers there is only more to know when somebody of theirs is on the roster already.
  const ids = candidates.flatMap(({ id, state }) =>
    state !== null || fresh.added < fresh.fit ? id : [],
  );
  const assessed = await assess(db, { ...assessing, ids });
  const unlinking = listsOf(rules, 'unlinking').map((list) => list.id);
  const deeds = Map.groupBy(assessed, (lead) => decide(lead, unlinking));
  const outcome = await act(turn, rules, (deed) => deeds.get(deed) ?? []);
  return { ...outcome, fed: outcome.fed + fresh.added, added: outcome.added + fresh.added };
}

type Typed = CampaignId & { type: string };

async function prepare(db: Db, campaign: Typed, rules: LeadRules): Promise<Omit<Assessing, 'ids'>> {
  const weighs = rules.exclude_contacted || rules.exclude_mutuals;
  return { ...campaign, rules, others: weighs ? await campaignsBeside(db, campaign) : [] };
}

/** How the rules of a campaign find one lead, and what they have made of it so far. */
export async function assessLead(db: Db, campaign: Typed, leadId: string): Promise<Assessed> {
  return assessOne(db, {
    ...(await prepare(db, campaign, await readRules(db, campaign))),
    ids: [leadId],
  });
}

async function act(
  turn: Turn,
  rules: LeadRules,
  due: (deed: Deed) => Assessed[],
): Promise<Outcome> {
  const { db, campaign, now } = turn;
  const rows: Enrolment[] = [];
  const note = (leads: readonly Assessed[], state: Enrolment['state']) =>
    rows.push(
      ...leads.map(({ leadId, prospectId, takenBy, lists }) => ({
        leadId,
        prospectId: prospectId ?? takenBy!,
        lists: state === 'in' ? lists! : '{}',
        state,
      })),
    );
  const outcome: Outcome = { fed: 0, removed: 0, added: 0, again: 0 };
  const adopted = due('adopt').map((lead) => lead.takenBy!);
  if (adopted.length > 0) {
    const known = await releaseProspects(db, campaign, adopted);
    outcome.fed -= known.fed;
    outcome.removed -= known.removed;
  }
  note([...due('adopt'), ...due('relist')], 'in');
  outcome.fed += [...adopted, ...due('relist').filter((lead) => lead.state !== 'in')].length;
  const back = due('reopen');
  const ids = [...back.map((lead) => lead.prospectId!), ...adopted];
  if (ids.length > 0) outcome.added = (await reopenProspects(db, campaign, { ids, now })).length;
  note(back, 'in');
  outcome.fed += back.length;
  outcome.removed -= back.length;
  note(due('unlink'), 'unlinked');
  outcome.fed -= due('unlink').length;
  const { left, removed, again } = await remove(turn, rules, due('remove'));
  note(left, 'left');
  note(removed, 'removed');
  outcome.fed -= left.length + removed.length;
  outcome.removed += removed.length;
  outcome.again = again.length;
  await markLeads(
    db,
    campaign,
    again.map((lead) => lead.leadId),
  );
  await deleteEnrolments(
    db,
    campaign,
    due('forget').map((lead) => lead.leadId),
  );
  outcome.fed -= due('forget').filter((lead) => lead.state === 'in').length;
  outcome.removed -= due('forget').filter((lead) => lead.state === 'removed').length;
  await writeEnrolments(db, campaign, rows);
  return outcome;
}

/** Takes people off who were not written to; whoever is in hand right now is looked at again. */
async function remove({ db, campaign, now }: Turn, rules: LeadRules, leads: readonly Assessed[]) {
  if (leads.length === 0) return { left: [], removed: [], again: [] };
  const standings = await lockEnrolled(
    db,
    campaign,
    leads.map((lead) => lead.prospectId!),
  );
  const by = Map.groupBy(leads, (lead) => standings.get(lead.prospectId!) ?? 'ended');
  const [fresh = [], written = [], ended = []] = [
    by.get('fresh'),
    by.get('written'),
    by.get('ended'),
  ];
  const stopped = rules.leave_behavior === 'stop' ? written : [];
  const moves = [...fresh, ...stopped].map((lead) =>
    endMove(lead.prospectId!, 'cancelled', { reason: byRules + outOfScope[lead.why!], at: now }),
  );
  await moveProspects(db, { workspaceId: campaign.workspaceId, moves });
  return { left: [...written, ...ended], removed: fresh, again: by.get('busy') ?? [] };
}
