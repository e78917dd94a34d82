import {
  type CampaignRow,
  getCampaign,
  lockCampaign,
  updateCampaign,
} from '../../db/campaigns/campaigns.ts';
import { countByName } from '../../db/campaigns/stats.ts';
import { type Db, transact } from '../../db/database.ts';
import { appendEvents } from '../../db/events.ts';
import type { CampaignId } from '../../db/scope.ts';
import { saveRefused, senderlessCampaigns } from '../../db/sending/guards.ts';
import { wakeCampaign } from '../../db/sending/lanes.ts';
import { bouncesTooMuch, guardDefaults, refusedAfter } from '../../domain/sending/guard.ts';
import type { Policy } from '../../domain/sending/outcome.ts';
import { statsFrom } from '../../domain/sequence/campaign.ts';
import { resume } from './resume.ts';

type Guarded = CampaignId & { now: Date };
type Outcome = { campaignId: string; person: Policy['person'] | null };

/**
 * Pauses campaigns for which a batch of results is too much. Call it once the results are committed: it locks campaigns, which
 * comes before everything that a record locks. Costs nothing while all goes well.
 */
export async function guardAfter(
  db: Db,
  batch: {
    workspaceId: string;
    outcomes: readonly Outcome[];
    /** Refusals in a row before the batch, by campaign. */
    refused: ReadonlyMap<string, number>;
    suspended: readonly string[];
    now: Date;
  },
): Promise<void> {
  const { workspaceId, outcomes, now } = batch;
  for (const [campaignId, own] of Map.groupBy(outcomes, (outcome) => outcome.campaignId)) {
    if (own.some(({ person }) => person?.act === 'bounce'))
      await guardBounces(db, { workspaceId, campaignId, now });
    const refusals = own.map(({ person }) =>
      person === null ? false : person.act === 'fail' && !person.ofPerson ? true : null,
    );
    if (refusals.includes(true) || (batch.refused.get(campaignId) ?? 0) > 0) {
      await guardRefusals(db, { workspaceId, campaignId, now }, refusals);
    }
  }
  if (batch.suspended.length > 0)
    await guardSenders(db, { workspaceId, senderIds: batch.suspended, now });
}

/** Pauses a campaign of which too many people bounced. Reads counters. */
export async function guardBounces(db: Db, campaign: Guarded): Promise<void> {
  if ((await readBounces(db, await getCampaign(db, campaign))) === null) return;
  await pauseIf(db, campaign, async (transaction, row) => {
    const bounces = await readBounces(transaction, row);
    return bounces && { reason: 'bounce_rate', data: bounces };
  });
}

/** Contacted and bounced since the guard stopped it last, when that is too much for a campaign that runs; else null. */
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

async function guardRefusals(
  db: Db,
  campaign: Guarded,
  refusals: readonly (boolean | null)[],
): Promise<void> {
  await pauseIf(db, campaign, async (transaction, row) => {
    const inRow = refusedAfter(row.refused_in_row, refusals);
    if (inRow !== row.refused_in_row) await saveRefused(transaction, { ...campaign, inRow });
    return inRow >= guardDefaults.refusedInRow
      ? { reason: 'refused', data: { refused_in_row: inRow } }
      : null;
  });
}

/** Pauses the campaigns of these senders in which nobody is left who can send; they go on by themselves when one can again. */
export async function guardSenders(
  db: Db,
  { workspaceId, senderIds, now }: { workspaceId: string; senderIds: readonly string[]; now: Date },
): Promise<void> {
  for (const campaignId of await senderlessCampaigns(db, {
    workspaceId,
    senderIds,
    paused: false,
  })) {
    await pauseIf(db, { workspaceId, campaignId, now }, async () => ({
      reason: 'all_senders_down',
      data: {},
    }));
  }
}

/** Resumes the campaigns that were paused because none of their senders could send, and that have one again. */
export async function resumeSenderless(
  db: Db,
  { workspaceId, senderId, now }: { workspaceId: string; senderId: string; now: Date },
): Promise<void> {
  for (const campaignId of await senderlessCampaigns(db, {
    workspaceId,
    senderIds: [senderId],
    paused: true,
  })) {
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
