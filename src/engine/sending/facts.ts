import type { Db } from '../../db/database.ts';
import {
  type Attachment,
  attachments,
  earliestAnchors,
  earliestAnchorsByZone,
  type LiveCampaign,
  lockCampaigns,
  poolZones,
  type TouchPosition,
  type UsageQuestion,
  usage,
  usageOf,
} from '../../db/sending/facts.ts';
import type { DueLane } from '../../db/sending/lanes.ts';
import { readTimeZone } from '../../db/settings.ts';
import { delayEnds } from '../../domain/hours/delay.ts';
import { closedDays, type Holidays } from '../../domain/hours/holidays.ts';
import {
  dayStart,
  normaliseHours,
  type OperatingHours,
  type Schedule,
} from '../../domain/hours/schedule.ts';
import { hourStart, type Usage } from '../../domain/sending/limit.ts';
import type {
  CampaignFacts,
  FollowUp,
  LaneFacts,
  Quiet,
  SenderLimits,
} from '../../domain/sending/planner.ts';
import { needsUsage, senderLimits } from '../../domain/sending/sender-limit.ts';
import { defaultTimeZone } from '../../domain/sequence/campaign.ts';
import { firstIsDrafted, type Touch, touches } from '../../domain/sequence/sequence.ts';
import { dayMs } from '../../domain/time.ts';
import { nilId } from '../../ids.ts';

/** `local`: its hours by the clocks of the zones in which anybody waits, where these count. `poolUpTo`: nobody after them is taken yet. */
export type PlannedCampaign = LiveCampaign & {
  schedule: Schedule;
  local: Map<string, Schedule>;
  touches: Touch[];
  poolUpTo: string | null;
};

export type Facts = {
  lanes: LaneFacts[];
  campaigns: Map<string, PlannedCampaign>;
  /** Senders with a campaign that could not be read because it is being changed: look again soon. */
  unsettled: Set<string>;
};

/** Reads all that the planner weighs for these lanes, in a few statements for all of them. Call it in the claim's transaction. */
export async function readFacts(
  db: Db,
  workspaceId: string,
  lanes: readonly DueLane[],
  now: Date,
): Promise<Facts> {
  const active = lanes.filter((lane) => lane.status === 'active').map((lane) => lane.senderId);
  const attached = await attachments(db, workspaceId, active);
  const zone = (await readTimeZone(db, workspaceId)) ?? defaultTimeZone;
  const campaigns = await readCampaigns(db, { workspaceId, attached, zone, now });
  const settled = attached.filter((attachment) => campaigns.has(attachment.campaignId));
  const counts = await readUsage(db, workspaceId, { active, settled, campaigns, zone, now });
  const work = await readWork(db, workspaceId, settled, campaigns);
  setLocalHours(campaigns, work, now);
  const limits = new Map(lanes.map((lane) => [lane.senderId, senderLimits(lane)]));
  const usages = await readUsages(db, { workspaceId, limits, now });
  return {
    lanes: lanes.map((lane) => ({
      senderId: lane.senderId,
      status: lane.status,
      timeZone: zone,
      limits: limits.get(lane.senderId)!,
      usage: usages.get(lane.senderId) ?? [],
      sentToday: counts.bySender.get(lane.senderId) ?? 0,
      minGapMs: lane.minGapSeconds * 1000,
      lastAt: lane.lastAt?.getTime() ?? null,
      ...quietOf(lane),
      campaigns: settled
        .filter((attachment) => attachment.senderId === lane.senderId)
        .map((attachment) =>
          campaignFacts(attachment, campaigns.get(attachment.campaignId)!, counts, work),
        ),
    })),
    campaigns,
    unsettled: new Set(
      attached
        .filter((attachment) => !campaigns.has(attachment.campaignId))
        .map((attachment) => attachment.senderId),
    ),
  };
}

function campaignFacts(
  attachment: Attachment,
  campaign: PlannedCampaign,
  counts: Counts,
  work: Work,
): CampaignFacts {
  const pair = `${attachment.senderId} ${campaign.id}`;
  const first = campaign.touches[0];
  const zones = work.pools.get(campaign.id) ?? [];
  return {
    campaignId: campaign.id,
    schedule: campaign.schedule,
    local: campaign.local,
    dailyLimit: campaign.dailyLimit,
    sentToday: counts.byCampaign.get(campaign.id) ?? 0,
    accountLimit: attachment.accountLimit,
    sentTodayBySender: counts.byPair.get(pair) ?? 0,
    ...(campaign.hourlyLimit === null
      ? {}
      : { hourly: { limit: campaign.hourlyLimit, sent: counts.inHour.get(pair) ?? 0 } }),
    senders: campaign.senders,
    followUps: work.followUps.get(pair) ?? [],
    pauses: campaign.pauses,
    poolFrom:
      first && zones.length > 0
        ? delayEnds(campaign.launchedAt.getTime(), first.waitMs, campaign.pauses)
        : null,
    poolTouch: first?.type ?? '',
    poolNoted: first?.note === 'required',
    poolZones: zones,
  };
}

async function readCampaigns(
  db: Db,
  {
    workspaceId,
    attached,
    zone,
    now,
  }: { workspaceId: string; attached: readonly Attachment[]; zone: string; now: Date },
): Promise<Map<string, PlannedCampaign>> {
  const ids = (limited: boolean) => [
    ...new Set(attached.filter((a) => a.limited === limited).map((a) => a.campaignId)),
  ];
  const rows = [
    ...(await lockCampaigns(db, workspaceId, ids(false), false)),
    ...(await lockCampaigns(db, workspaceId, ids(true), true)),
  ];
  return new Map(
    rows.map((row) => {
      const { operatingHours: hours, holidays } = row;
      const schedule = scheduleOf({ timeZone: row.timeZone ?? zone, hours, holidays }, now);
      const poolUpTo = firstIsDrafted(row.nodes) ? (row.draftedTo ?? nilId) : null;
      return [
        row.id,
        { ...row, schedule, local: new Map(), touches: touches(row.nodes), poolUpTo },
      ];
    }),
  );
}

type Counts = Record<'bySender' | 'byCampaign' | 'byPair' | 'inHour', Map<string, number>>;

/** Today's touches, and this hour's where an hourly limit counts them. A sender's day is the workspace zone's, a campaign's day its own zone's. */
async function readUsage(
  db: Db,
  workspaceId: string,
  read: {
    active: readonly string[];
    settled: readonly Attachment[];
    campaigns: Map<string, PlannedCampaign>;
    zone: string;
    now: Date;
  },
): Promise<Counts> {
  const at = read.now.getTime();
  const since = (timeZone: string) => new Date(dayStart(timeZone, at));
  const campaignDay = (id: string) => since(read.campaigns.get(id)!.schedule.timeZone);
  const limited = [...read.campaigns.values()].filter((campaign) => campaign.dailyLimit !== null);
  const hour = (id: string) => new Date(hourStart(read.campaigns.get(id)!.schedule.timeZone, at));
  const hourly = read.settled.filter(
    ({ campaignId }) => read.campaigns.get(campaignId)!.hourlyLimit !== null,
  );
  const questions: UsageQuestion[] = [
    ...hourly.map(({ senderId, campaignId }) => ({
      senderId,
      campaignId,
      since: hour(campaignId),
    })),
    ...read.active.map((senderId) => ({ senderId, campaignId: null, since: since(read.zone) })),
    ...limited.map((campaign) => ({
      senderId: null,
      campaignId: campaign.id,
      since: campaignDay(campaign.id),
    })),
    ...read.settled.map(({ senderId, campaignId }) => ({
      senderId,
      campaignId,
      since: campaignDay(campaignId),
    })),
  ];
  const numbers = questions.length > 0 ? await usage(db, workspaceId, questions) : [];
  const counts: Counts = {
    bySender: new Map(),
    byCampaign: new Map(),
    byPair: new Map(),
    inHour: new Map(),
  };
  for (const [index, { senderId, campaignId }] of questions.entries()) {
    const n = numbers[index] ?? 0;
    if (index < hourly.length) counts.inHour.set(`${senderId} ${campaignId}`, n);
    else if (senderId && campaignId) counts.byPair.set(`${senderId} ${campaignId}`, n);
    else if (senderId) counts.bySender.set(senderId, n);
    else if (campaignId) counts.byCampaign.set(campaignId, n);
  }
  return counts;
}

/** The last days' touches of the senders whose limits need them, by sender; the last month's where notes are counted. */
export async function readUsages(
  db: Db,
  read: { workspaceId: string; limits: ReadonlyMap<string, SenderLimits>; now: Date },
): Promise<Map<string, Usage>> {
  const rows = [];
  for (const [days, noted] of [
    [8, false],
    [31, true],
  ] as const) {
    const counts = (limits: SenderLimits) =>
      needsUsage(limits) && (limits.perMonthNotes != null) === noted;
    const senderIds = [...read.limits].flatMap(([senderId, limits]) =>
      counts(limits) ? [senderId] : [],
    );
    const since = new Date(read.now.getTime() - days * dayMs);
    rows.push(...(await usageOf(db, { workspaceId: read.workspaceId, senderIds, since })));
  }
  const usages = Map.groupBy(rows, (row) => row.senderId);
  return new Map(
    [...usages].map(([senderId, own]) => [
      senderId,
      own.map(({ at, touch, n, notes }) => ({ at: at.getTime(), touch, n, notes })),
    ]),
  );
}

type Work = { followUps: Map<string, FollowUp[]>; pools: Map<string, string[]> };
type Asked = TouchPosition & Pick<FollowUp, 'touch' | 'waitMs' | 'noted'>;

async function readWork(
  db: Db,
  workspaceId: string,
  settled: readonly Attachment[],
  campaigns: Map<string, PlannedCampaign>,
): Promise<Work> {
  const standing = settled.flatMap(({ senderId, campaignId }) =>
    campaigns.get(campaignId)!.touches.map(({ nodeId, type, waitMs, note }) => ({
      senderId,
      campaignId,
      nodeId,
      touch: type,
      waitMs,
      noted: note === 'required',
    })),
  );
  const byZone = ({ campaignId }: TouchPosition) => campaigns.get(campaignId)!.localHours;
  const [plain, local] = [standing.filter((one) => !byZone(one)), standing.filter(byZone)];
  const followUps: Work['followUps'] = new Map();
  const add = (asked: readonly Asked[], found: Awaited<ReturnType<typeof earliestAnchors>>) => {
    for (const { i, zone, anchorAt } of found) {
      const { senderId, campaignId, nodeId, touch, waitMs, noted = false } = asked[i]!;
      const pair = `${senderId} ${campaignId}`;
      followUps.set(pair, [
        ...(followUps.get(pair) ?? []),
        { nodeId, touch, waitMs, zone, anchorAt: anchorAt.getTime(), noted },
      ]);
    }
  };
  add(plain, await earliestAnchors(db, workspaceId, plain));
  add(local, await earliestAnchorsByZone(db, workspaceId, local));
  const pools = await poolZones(
    db,
    workspaceId,
    [...campaigns.values()].map(({ id, localHours, poolUpTo }) => ({
      id,
      local: localHours,
      upTo: poolUpTo,
    })),
  );
  return { followUps, pools };
}

function setLocalHours(
  campaigns: ReadonlyMap<string, PlannedCampaign>,
  { followUps, pools }: Work,
  now: Date,
): void {
  const found = [...followUps].map(([pair, own]) => ({
    id: pair.split(' ')[1]!,
    zones: own.map(({ zone }) => zone),
  }));
  for (const { id, zones } of [...found, ...[...pools].map(([id, zones]) => ({ id, zones }))]) {
    const { operatingHours: hours, holidays, local } = campaigns.get(id)!;
    for (const timeZone of zones)
      if (timeZone !== '' && !local.has(timeZone))
        local.set(timeZone, scheduleOf({ timeZone, hours, holidays }, now));
  }
}

/** That a sender's provider wants it to rest, as the planner weighs it. */
export function quietOf({
  quietUntil,
  quietBecause,
}: {
  quietUntil: Date | null;
  quietBecause: string | null;
}): Pick<LaneFacts, 'quiet'> {
  return quietUntil
    ? { quiet: { until: quietUntil.getTime(), because: quietBecause as Quiet['because'] } }
    : {};
}

const schedules = new Map<string, Schedule>();

type Opening = { timeZone: string; hours: OperatingHours | null; holidays: Holidays | null };

/** A campaign's schedule. The same hours in the same year give the same object, so that what is known of it is kept. */
export function scheduleOf({ timeZone, hours, holidays }: Opening, now: Date): Schedule {
  const year = now.getUTCFullYear();
  const key = `${timeZone} ${JSON.stringify(hours)} ${holidays ? `${JSON.stringify(holidays)} ${year}` : ''}`;
  const known = schedules.get(key);
  if (known) return known;
  if (schedules.size > 10_000) schedules.clear();
  const schedule = {
    timeZone,
    hours: normaliseHours(hours),
    closed: closedDays(timeZone, holidays, [year, year + 1, year + 2]),
  };
  schedules.set(key, schedule);
  return schedule;
}
