import { readingsOf } from '../../db/accounts/readings.ts';
import type { Db } from '../../db/database.ts';
import type {
  ForecastCampaignRow,
  ForecastPersonRow,
  ForecastSenderRow,
} from '../../db/forecast/forecasts.ts';
import type { ForecastLane } from '../../domain/forecast/forecast.ts';
import type { ReadingCost } from '../../domain/sending/budget.ts';
import { providerRest, type SenderLimits } from '../../domain/sending/lane-facts.ts';
import type { Usage } from '../../domain/sending/limit.ts';
import { senderLimits } from '../../domain/sending/sender-limit.ts';
import { draftOf } from '../../domain/sequence/sequence.ts';
import { readUsages } from '../sending/facts.ts';
import type { ForecastCounts } from './forecast-counts.ts';
import type { Changes, ForecastRows } from './forecast-input.ts';
import { queuesOf } from './forecast-people.ts';

type LaneSources = { free: readonly ForecastPersonRow[]; counts: ForecastCounts; changes: Changes };

/** The lanes of the active senders, with the people before each of their touches. */
export async function readLanes(
  db: Db,
  rows: ForecastRows,
  { free, counts, changes }: LaneSources,
): Promise<ForecastLane[]> {
  const { workspaceId, campaigns, activeSenders, now } = rows;
  const limits = new Map(
    activeSenders.map((sender) => [sender.id, limitsAfter(changes, sender)] as const),
  );
  const usages = await readUsages(db, { workspaceId, limits, now });
  const readings = await readingsOf(db, { workspaceId, limits, at: now });
  // A lane sleeps until the instant it has planned, unless the forecast assumes anything that
  // differs: a change, a campaign that is only started, or a text that a model is still to write.
  const isUnchanged =
    Object.values(changes).every((change) => change === undefined) && campaigns.every(runsAsIs);
  const peopleBySender = Map.groupBy(free, (person) => person.senderId);
  return activeSenders.map((sender) =>
    laneOf(sender, rows, {
      people: peopleBySender.get(sender.id) ?? [],
      counts,
      limits: limits.get(sender.id)!,
      usage: usages.get(sender.id) ?? [],
      reading: readings.get(sender.id) ?? null,
      isUnchanged,
    }),
  );
}

const runsAsIs = ({ status, nodes }: ForecastCampaignRow) =>
  status === 'active' && !nodes.some(draftOf);

function limitsAfter({ sender_limits: changes }: Changes, sender: ForecastSenderRow): SenderLimits {
  const own = senderLimits(sender);
  return {
    ...own,
    perDay: changes?.findLast((limit) => limit.account_id === sender.id)?.daily_limit ?? own.perDay,
  };
}

type LaneParts = {
  people: readonly ForecastPersonRow[];
  counts: ForecastCounts;
  limits: SenderLimits;
  usage: Usage;
  reading: ReadingCost | null;
  isUnchanged: boolean;
};

function laneOf(
  sender: ForecastSenderRow,
  { campaigns, attachments, defaultZone, now }: ForecastRows,
  { people, counts, limits, usage, reading, isUnchanged }: LaneParts,
): ForecastLane {
  const plannedAt = sender.nextAt && Math.max(sender.nextAt.getTime(), now.getTime());
  const peopleByCampaign = Map.groupBy(people, (person) => person.campaignId);
  return {
    senderId: sender.id,
    status: sender.status,
    timeZone: defaultZone,
    limits,
    usage,
    reading,
    sentToday: counts.bySender.get(sender.id) ?? 0,
    minGapMs: sender.minGapSeconds * 1000,
    lastAt: sender.lastAt?.getTime() ?? null,
    ...providerRest(sender),
    nextAt: isUnchanged ? plannedAt : now.getTime(),
    attachments: attachments
      .filter(({ senderId }) => senderId === sender.id)
      .map((attachment) => ({
        campaign: campaigns.findIndex(({ id }) => id === attachment.campaignId),
        accountLimit: attachment.accountLimit,
        sentTodayBySender: counts.byAttachment.get(attachment) ?? 0,
        sentThisHour: counts.inHour.get(attachment) ?? 0,
        queues: queuesOf(peopleByCampaign.get(attachment.campaignId) ?? []),
      })),
  };
}
