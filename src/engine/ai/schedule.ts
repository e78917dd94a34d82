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
import { eachApart } from '../apart.ts';
import { hashOfNode } from './freshness.ts';

/** Texts are called for so long before their touch is due: the model has a day, and a person to read them too. */
const aheadMs = dayMs;
/** Of the pool a day's first touches are called for, at least and at most so many. */
const [minAhead, maxAhead] = [20, 500];
const dueBatchSize = 500;

/** Calls for the texts of the day to come in running campaigns of live workspaces, or of one sandbox. Returns for how many. */
export async function callAhead(
  services: Services,
  scope: WorkspaceScope = 'live',
): Promise<number> {
  return eachApart(await draftingCampaigns(services.db, scope), (campaign) =>
    callFor(services, campaign),
  );
}

function callFor(services: Services, id: CampaignId): Promise<number> {
  const now = services.clock.now();
  return transact(services.db, async (db) => {
    const takenTo = await lockDrafting(db, id);
    if (takenTo === null) return 0;
    const campaign = await getCampaign(db, id);
    const nodes = await readNodes(db, campaign);
    const all = touches(nodes);
    const drafted = all.filter(({ nodeId }) => draftOf(nodes.find((node) => node.id === nodeId)!));
    const senders = await listCampaignSenders(db, {
      workspaceId: id.workspaceId,
      campaignIds: [id.campaignId],
    });
    let called = 0;
    for (const { nodeId, waitMs } of drafted) {
      const anchoredUntil = new Date(
        latestDueAnchor(now.getTime() + aheadMs, waitMs, campaign.pauses),
      );
      called += await callForDue(db, {
        ...id,
        nodeId,
        senderIds: senders.map((sender) => sender.id),
        anchoredUntil,
        limit: dueBatchSize,
        now,
      });
    }
    const [first] = all;
    if (!first || drafted[0] !== first) return called;
    const wanted = firstTouchesADay(campaign, senders);
    const there = await countCalled(db, { ...id, upTo: takenTo, atMost: wanted });
    if (there >= wanted) return called;
    const nodeHash = hashOfNode(nodes.find((node) => node.id === first.nodeId)!);
    const { looked, ready } = await callFromPool(db, {
      ...id,
      nodeId: first.nodeId,
      nodeHash,
      after: takenTo,
      count: wanted - there,
      now,
    });
    if (ready > 0) await wakeCampaign(db, { ...id, now });
    return called + looked - ready;
  });
}

function firstTouchesADay(
  campaign: CampaignRow,
  senders: readonly { status: string; daily_limit: number; campaign_daily_limit: number | null }[],
): number {
  const perDay = senders.reduce(
    (sum, sender) => sum + Math.min(sender.daily_limit, sender.campaign_daily_limit ?? Infinity),
    0,
  );
  return Math.min(maxAhead, Math.max(minAhead, Math.min(perDay, campaign.daily_limit ?? Infinity)));
}
