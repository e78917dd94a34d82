import {
  callForDue,
  callFromPool,
  countCalled,
  draftingCampaigns,
  lockDrafting,
} from '../../db/ai/schedule.ts';
import { listCampaignSenders } from '../../db/campaigns/campaign-senders.ts';
import { type CampaignRow, getCampaign } from '../../db/campaigns/campaigns.ts';
import { readNodes } from '../../db/campaigns/sequences.ts';
import { transact } from '../../db/database.ts';
import type { CampaignId, WorkspaceScope } from '../../db/scope.ts';
import { wakeCampaign } from '../../db/sending/lanes.ts';
import { latestDueAnchor } from '../../domain/hours/delay.ts';
import { draftOf, touches } from '../../domain/sequence/sequence.ts';
import { dayMs } from '../../domain/time.ts';
import type { Services } from '../../operation.ts';
import { forEachIsolated } from '../apart.ts';
import { hashOfNode } from './freshness.ts';

/** Texts are requested a day before they are due: time for the model, and for people to read. */
const aheadMs = dayMs;
/** Bounds of the number of prospects in the pool that have their first text requested ahead. */
const minAhead = 20;
const maxAhead = 500;
const dueBatchSize = 500;

/** Requests the texts of the day to come in running campaigns. Returns the number of texts. */
export async function requestTextsAhead(
  services: Services,
  scope: WorkspaceScope = 'live',
): Promise<number> {
  return forEachIsolated(await draftingCampaigns(services.db, scope), (campaign) =>
    requestTexts(services, campaign),
  );
}

function requestTexts(services: Services, id: CampaignId): Promise<number> {
  const now = services.clock.now();
  return transact(services.db, async (db) => {
    const takenTo = await lockDrafting(db, id);
    if (takenTo === null) return 0;
    const campaign = await getCampaign(db, id);
    const nodes = await readNodes(db, campaign);
    const allTouches = touches(nodes);
    const nodeOf = (nodeId: string) => nodes.find((node) => node.id === nodeId)!;
    const drafted = allTouches.filter(({ nodeId }) => draftOf(nodeOf(nodeId)));
    const senders = await listCampaignSenders(db, {
      workspaceId: id.workspaceId,
      campaignIds: [id.campaignId],
    });
    let requested = 0;
    for (const { nodeId, waitMs } of drafted) {
      const anchoredUntil = new Date(
        latestDueAnchor(now.getTime() + aheadMs, waitMs, campaign.pauses),
      );
      requested += await callForDue(db, {
        ...id,
        nodeId,
        senderIds: senders.map((sender) => sender.id),
        anchoredUntil,
        limit: dueBatchSize,
        now,
      });
    }
    const [first] = allTouches;
    if (!first || drafted[0] !== first) return requested;
    const wanted = firstTouchesPerDay(campaign, senders);
    const alreadyRequested = await countCalled(db, { ...id, upTo: takenTo, atMost: wanted });
    if (alreadyRequested >= wanted) return requested;
    const { looked, ready } = await callFromPool(db, {
      ...id,
      nodeId: first.nodeId,
      nodeHash: hashOfNode(nodeOf(first.nodeId)),
      after: takenTo,
      count: wanted - alreadyRequested,
      now,
    });
    if (ready > 0) await wakeCampaign(db, { ...id, now });
    return requested + looked - ready;
  });
}

/** Number of first touches that a campaign can send in a day, within the bounds. */
function firstTouchesPerDay(
  campaign: CampaignRow,
  senders: readonly { status: string; daily_limit: number; campaign_daily_limit: number | null }[],
): number {
  const perDay = senders.reduce(
    (sum, sender) => sum + Math.min(sender.daily_limit, sender.campaign_daily_limit ?? Infinity),
    0,
  );
  return Math.min(maxAhead, Math.max(minAhead, Math.min(perDay, campaign.daily_limit ?? Infinity)));
}
