import {
  type CampaignRow,
  getCampaign,
  lockCampaign,
  updateCampaign,
} from '../../db/campaigns/campaigns.ts';
import { saveRefused, senderlessCampaigns } from '../../db/campaigns/guards.ts';
import { countByName } from '../../db/campaigns/stats.ts';
import { type Db, transact } from '../../db/database.ts';
import { appendEvents } from '../../db/events.ts';
import type { CampaignId } from '../../db/scope.ts';
import { wakeCampaign } from '../../db/sending/lanes.ts';
import {
  answerKey,
  bouncesTooMuch,
  type Refusal,
  refusedAfter,
  refusesAll,
} from '../../domain/sending/guard.ts';
import type { FaultKind, Policy } from '../../domain/sending/outcome.ts';
import { statsFrom } from '../../domain/sequence/campaign.ts';
import { resume } from './resume.ts';
import { takeUp } from './take-up.ts';

type Guarded = CampaignId & { now: Date };
/**
 * One result, and its recipient. The policy and the kind of the fault are null when the touch went
 * out or may have.
 */
type Outcome = {
  campaignId: string;
  messageId: string;
  to: string;
  policy: Policy | null;
  kind: FaultKind | null;
};

/**
 * Pauses campaigns that must stop after a batch of results. Call it once the results are committed,
 * because it locks campaigns, which comes before all other locks that a record takes. Asks the
 * database nothing while all goes well.
 */
export async function guardAfter(
  db: Db,
  batch: {
    workspaceId: string;
    outcomes: readonly Outcome[];
    /** Campaigns with refusals in a row before the batch. */
    refused: ReadonlySet<string>;
    /** Senders that the batch suspended. */
    suspended: readonly string[];
    now: Date;
  },
): Promise<void> {
  const { workspaceId, outcomes, now } = batch;
  for (const [campaignId, own] of Map.groupBy(outcomes, (outcome) => outcome.campaignId)) {
    const refusals = own.map(refusalOf);
    if (batch.refused.has(campaignId) || refusals.some(({ answer, end }) => answer ?? isEnd(end)))
      await guardRefusals(db, { workspaceId, campaignId, now }, refusals);
    if (own.some(({ policy }) => policy?.person.act === 'bounce'))
      await guardBounces(db, { workspaceId, campaignId, now });
  }
  if (batch.suspended.length > 0)
    await guardSenders(db, { workspaceId, senderIds: batch.suspended, now });
}

const isEnd = (end: Refusal['end']): boolean => end === 'failed' || end === 'bounced';

function refusalOf({ messageId, to, policy, kind }: Outcome): Refusal {
  if (policy === null) return { end: 'ok', answer: null, messageId };
  const { person } = policy;
  if (person.act === 'bounce')
    return { end: 'bounced', answer: answerKey(person.reason, to, person.isDead), messageId };
  if (person.act === 'fail' && !person.ofPerson)
    return { end: 'failed', answer: answerKey(person.reason, to, false), messageId };
  const ofSender = kind === 'sender_refused' && person.act === 'retry';
  return { end: 'waits', answer: ofSender ? answerKey(person.reason, to, false) : null, messageId };
}

/** Pauses a campaign in which too many people bounced. Reads counters. */
export async function guardBounces(db: Db, campaign: Guarded): Promise<void> {
  if ((await readBounces(db, await getCampaign(db, campaign))) === null) return;
  await pauseIf(db, campaign, async (transaction, row) => {
    const bounces = await readBounces(transaction, row);
    return bounces && { reason: 'bounce_rate', data: bounces };
  });
}

/**
 * People contacted and bounced since the guard stopped the campaign last. Null when the campaign
 * does not run, or its bounces are within the limit.
 */
async function readBounces(
  db: Db,
  row: CampaignRow,
): Promise<{ contacted: number; bounced: number } | null> {
  if (row.status !== 'active') return null;
  const stats = statsFrom(
    await countByName(db, { workspaceId: row.workspace_id, campaignIds: [row.id] }),
  );
  const { guard_bounce_rate: rate, guard_bounce_min: min, guard_from: from } = row;
  if (!bouncesTooMuch(stats, from, { rate, min })) return null;
  return { contacted: stats.contacted - from.contacted, bounced: stats.bounced - from.bounced };
}

/**
 * Ten people in a row with the same answer have not all failed for themselves: it is the sender's
 * fault or the text's. The campaign pauses, and they wait for its touch again.
 */
async function guardRefusals(
  db: Db,
  campaign: Guarded,
  refusals: readonly Refusal[],
): Promise<void> {
  await pauseIf(db, campaign, async (transaction, row) => {
    const before = {
      count: row.refused_in_row,
      answer: row.refused_answer,
      messageIds: row.refused_message_ids,
    };
    const after = refusals.reduce(refusedAfter, before);
    const stops = refusesAll(after) && row.status === 'active';
    const kept = stops ? { ...after, messageIds: [] } : after;
    await saveRefused(transaction, { ...campaign, row: kept });
    if (!stops) return null;
    const messageIds = after.messageIds;
    await takeUp(transaction, row, {
      messageIds,
      lifts: true,
      now: campaign.now,
      actor: 'engine',
    });
    const inRow = Math.max(after.count, messageIds.length);
    return { reason: 'refused', data: { refused_in_row: inRow, answer: after.answer } };
  });
}

/**
 * Pauses those campaigns of these senders in which no sender is left that can send. They go on by
 * themselves when one can again.
 */
export async function guardSenders(
  db: Db,
  { workspaceId, senderIds, now }: { workspaceId: string; senderIds: readonly string[]; now: Date },
): Promise<void> {
  const campaignIds = await senderlessCampaigns(db, { workspaceId, senderIds, paused: false });
  for (const campaignId of campaignIds) {
    await pauseIf(db, { workspaceId, campaignId, now }, async () => ({
      reason: 'all_senders_down',
      data: {},
    }));
  }
}

/** Resumes campaigns that were paused for lack of senders, and have one again that can send. */
export async function resumeWithSenders(
  db: Db,
  {
    workspaceId,
    now,
    ...sender
  }: { workspaceId: string; now: Date } & ({ senderId: string } | { senderIds: readonly string[] }),
): Promise<void> {
  const senderIds = 'senderIds' in sender ? sender.senderIds : [sender.senderId];
  const campaignIds = await senderlessCampaigns(db, { workspaceId, senderIds, paused: true });
  for (const campaignId of campaignIds) {
    await transact(db, async (transaction) => {
      const row = await lockCampaign(transaction, { workspaceId, campaignId });
      if (row.status === 'paused')
        await resume(transaction, row, { policy: 'shift', now, actor: 'engine' });
    });
  }
}

type Verdict = { reason: string; data: Record<string, unknown> } | null;

/** Pauses a running campaign, under its lock, when the verdict says so. */
async function pauseIf(
  db: Db,
  campaign: Guarded,
  judge: (transaction: Db, row: CampaignRow) => Promise<Verdict>,
): Promise<void> {
  const { workspaceId, campaignId, now } = campaign;
  await transact(db, async (transaction) => {
    const row = await lockCampaign(transaction, campaign);
    const verdict = await judge(transaction, row);
    if (!verdict || row.status !== 'active') return;
    await updateCampaign(transaction, row, {
      status: 'paused',
      pause_reason: verdict.reason,
      paused_at: now,
      updated_at: now,
    });
    await wakeCampaign(transaction, campaign);
    const event = {
      kind: 'campaign.paused' as const,
      campaignId,
      data: { ...verdict.data, reason: verdict.reason },
    };
    await appendEvents(transaction, { workspaceId, at: now, actor: 'engine' }, [event]);
  });
}
