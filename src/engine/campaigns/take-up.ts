import type { CampaignRow } from '../../db/campaigns/campaigns.ts';
import { readNodes } from '../../db/campaigns/sequences.ts';
import type { Db } from '../../db/database.ts';
import { appendEvents } from '../../db/events.ts';
import { reopenCampaign } from '../../db/people/roster.ts';
import { liftBounced } from '../../db/people/suppressions.ts';
import { markLeads } from '../../db/people/syncs.ts';
import { type FailedFilter, type FailedTouch, lockFailed } from '../../db/sending/failed.ts';
import { wakeSender } from '../../db/sending/lanes.ts';
import { recordResults } from '../../db/sending/ledger.ts';
import { type Move, moveProspects } from '../../db/sending/moves.ts';
import { firstSender } from '../../db/sending/prospect-actions.ts';
import { latestDueAnchor } from '../../domain/hours/delay.ts';
import { type Touch, touches } from '../../domain/sequence/sequence.ts';
import { statusAfter } from '../../domain/sequence/touch-status.ts';

/** The most people that one call takes up again. */
export const maxTakenUp = 2_000;

type Choice = Omit<FailedFilter, 'workspaceId' | 'campaignId' | 'limit'> & {
  /** Takes the suppression of addresses back that this failure suppressed. */
  lifts?: boolean;
  /** Counts only. */
  isDry?: boolean;
  now: Date;
  actor: string;
};

export type TakenUp = {
  taken: number;
  /** Left as they are, because their address is suppressed. */
  suppressed: number;
  /** Left as they are, because their touch is no longer in the sequence. */
  removed: number;
  /** There may be more: the call took as many as one call may. */
  more: boolean;
};

/**
 * Puts people before the touch again that the provider refused them, due now: it is sent as the
 * same message, with every check of a first try. Only messages that surely did not go out are
 * taken. Call it in a transaction that has locked the campaign.
 */
export async function takeUp(db: Db, campaign: CampaignRow, choice: Choice): Promise<TakenUp> {
  const { now, lifts = false, isDry = false, actor, ...filter } = choice;
  const place = { workspaceId: campaign.workspace_id, campaignId: campaign.id };
  const found = await lockFailed(db, { ...place, ...filter, limit: maxTakenUp });
  const order = touches(await readNodes(db, campaign));
  const repeatable = found.filter(({ nodeId }) => order.some((touch) => touch.nodeId === nodeId));
  const chosen = repeatable.filter((one) => !one.isSuppressed || (lifts && one.isSuppressedForIt));
  const counts = {
    taken: chosen.length,
    suppressed: repeatable.length - chosen.length,
    removed: found.length - repeatable.length,
    more: found.length === maxTakenUp,
  };
  if (isDry || chosen.length === 0) return counts;
  const moves = await movesFor(db, campaign, { chosen, order, now });
  await moveProspects(db, { workspaceId: place.workspaceId, moves, reopens: true });
  await giveBack(db, campaign, { chosen, now });
  await liftBounced(
    db,
    place.workspaceId,
    chosen.flatMap((one) => (one.isSuppressed ? [one.identity] : [])),
  );
  // Lead rules decide anew about people that they would have taken off meanwhile.
  const leadIds = campaign.ruled ? chosen.flatMap(({ leadId }) => leadId ?? []) : [];
  await markLeads(db, place, leadIds);
  if (campaign.status === 'completed') await reopenCampaign(db, { ...place, now });
  for (const senderId of new Set(moves.flatMap((move) => move.senderId ?? [])))
    await wakeSender(db, { workspaceId: place.workspaceId, senderId, now });
  await appendEvents(
    db,
    { workspaceId: place.workspaceId, at: now, actor },
    chosen.map(({ prospectId, messageId, reason }) => ({
      kind: 'prospect.taken_up' as const,
      campaignId: place.campaignId,
      prospectId,
      data: { message_id: messageId, reason },
    })),
  );
  return counts;
}

type Ordered = { chosen: readonly FailedTouch[]; order: readonly Touch[]; now: Date };

async function movesFor(
  db: Db,
  campaign: CampaignRow,
  { chosen, order, now }: Ordered,
): Promise<Move[]> {
  const place = { workspaceId: campaign.workspace_id, campaignId: campaign.id };
  const spare = await firstSender(db, place);
  return chosen.map((one) => {
    const index = order.findIndex((touch) => touch.nodeId === one.nodeId);
    const anchorAt = latestDueAnchor(now.getTime(), order[index]!.waitMs, campaign.pauses);
    return {
      prospectId: one.prospectId,
      standsAt: null,
      contacted: false,
      hold: null,
      holdDetail: null,
      holdUntil: null,
      at: now,
      status: statusAfter(order[index - 1]),
      endReason: null,
      senderId: one.senderId ?? spare,
      nodeId: one.nodeId,
      anchorAt: new Date(anchorAt),
    };
  });
}

function giveBack(
  db: Db,
  campaign: CampaignRow,
  { chosen, now }: { chosen: readonly FailedTouch[]; now: Date },
) {
  const results = chosen.map(({ messageId, attempts: attempt, reason }) => ({
    messageId,
    attempt,
    dryRun: campaign.dry_run,
    state: 'draft' as const,
    errorCode: null,
    detail: `taken up again: ${reason}`.slice(0, 1_000),
    settles: 'failed' as const,
  }));
  return recordResults(db, { workspaceId: campaign.workspace_id, now, results });
}
