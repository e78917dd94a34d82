import { readingsOf } from '../../db/accounts/readings.ts';
import type { Db } from '../../db/database.ts';
import {
  type Attachment,
  attachments,
  earliestAnchors,
  earliestAnchorsByZone,
  type LiveCampaign,
  lockCampaigns,
  poolZones,
  readLiveCampaigns,
  type TouchPosition,
  usageOf,
} from '../../db/sending/facts.ts';
import type { IdleLane } from '../../db/sending/lanes.ts';
import { readTimeZone } from '../../db/settings.ts';
import { delayEnds } from '../../domain/hours/delay.ts';
import type { Schedule } from '../../domain/hours/schedule.ts';
import { scheduleOf } from '../../domain/hours/schedules.ts';
import {
  type CampaignFacts,
  type FollowUp,
  type LaneFacts,
  providerRest,
  type SenderLimits,
} from '../../domain/sending/lane-facts.ts';
import type { Usage } from '../../domain/sending/limit.ts';
import { needsUsage, senderLimits } from '../../domain/sending/sender-limit.ts';
import { defaultTimeZone } from '../../domain/sequence/campaign.ts';
import { firstIsDrafted, type Touch, touches } from '../../domain/sequence/sequence.ts';
import { dayMs } from '../../domain/time.ts';
import { nilId } from '../../ids.ts';
import { type ReservedCounts, readTouchCounts } from './touch-counts.ts';

export type PlannedCampaign = LiveCampaign & {
  schedule: Schedule;
  /** With local hours: the campaign's hours by the clock of each zone in which a prospect waits. */
  local: Map<string, Schedule>;
  touches: Touch[];
  /** Prospects of the pool with a greater id are not claimed yet; null when all may be. */
  poolUpTo: string | null;
};

export type Facts = {
  lanes: LaneFacts[];
  campaigns: Map<string, PlannedCampaign>;
  /** Senders with a campaign that is being changed and could not be read: plan them again soon. */
  unsettled: Set<string>;
};

/**
 * Reads all that the planner needs for these lanes, in a few statements for all of them. Call it in
 * the transaction of the claim; callers that only look say `isLook`, and lock nothing.
 */
export async function readFacts(
  db: Db,
  { workspaceId, lanes, now }: { workspaceId: string; lanes: readonly IdleLane[]; now: Date },
  { isLook = false } = {},
): Promise<Facts> {
  const active = lanes.filter((lane) => lane.status === 'active').map((lane) => lane.senderId);
  const attached = await attachments(db, workspaceId, active);
  const timeZone = (await readTimeZone(db, workspaceId)) ?? defaultTimeZone;
  const campaigns = await readCampaigns(db, { workspaceId, attached, timeZone, now, isLook });
  const settled = attached.filter((attachment) => campaigns.has(attachment.campaignId));
  const counts = await readTouchCounts(db, workspaceId, {
    senderIds: active,
    attachments: settled,
    campaigns,
    timeZone,
    now,
  });
  const waiting = await readWaiting(db, workspaceId, settled, campaigns);
  setLocalHours(campaigns, waiting, now);
  const limits = new Map(lanes.map((lane) => [lane.senderId, senderLimits(lane)]));
  const usages = await readUsages(db, { workspaceId, limits, now });
  const readings = await readingsOf(db, { workspaceId, limits, at: now });
  return {
    lanes: lanes.map((lane) => ({
      senderId: lane.senderId,
      status: lane.status,
      timeZone,
      limits: limits.get(lane.senderId)!,
      usage: usages.get(lane.senderId) ?? [],
      reading: readings.get(lane.senderId) ?? null,
      sentToday: counts.bySender.get(lane.senderId) ?? 0,
      minGapMs: lane.minGapSeconds * 1000,
      lastAt: lane.lastAt?.getTime() ?? null,
      ...providerRest(lane),
      campaigns: settled
        .filter((attachment) => attachment.senderId === lane.senderId)
        .map((attachment) =>
          campaignFacts(attachment, campaigns.get(attachment.campaignId)!, counts, waiting),
        ),
    })),
    campaigns,
    unsettled: new Set(
      attached.flatMap(({ campaignId, senderId }) => (campaigns.has(campaignId) ? [] : senderId)),
    ),
  };
}

function campaignFacts(
  attachment: Attachment,
  campaign: PlannedCampaign,
  counts: ReservedCounts,
  waiting: Waiting,
): CampaignFacts {
  const first = campaign.touches[0];
  const zones = waiting.poolZones.get(campaign.id) ?? [];
  return {
    campaignId: campaign.id,
    schedule: campaign.schedule,
    local: campaign.local,
    startsAt: campaign.startsAt?.getTime() ?? null,
    dailyLimit: campaign.dailyLimit,
    sentToday: counts.byCampaign.get(campaign.id) ?? 0,
    accountLimit: attachment.accountLimit,
    sentTodayBySender: counts.byAttachment.get(attachment) ?? 0,
    ...(campaign.hourlyLimit === null
      ? {}
      : { hourly: { limit: campaign.hourlyLimit, sent: counts.inHour.get(attachment) ?? 0 } }),
    senders: campaign.senders,
    followUps: waiting.followUps.get(attachment) ?? [],
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

type CampaignsRead = {
  workspaceId: string;
  attached: readonly Attachment[];
  timeZone: string;
  now: Date;
  isLook: boolean;
};

async function readCampaigns(
  db: Db,
  { workspaceId, attached, timeZone, now, isLook }: CampaignsRead,
): Promise<Map<string, PlannedCampaign>> {
  const idsOf = (chosen: readonly Attachment[]) => [...new Set(chosen.map((a) => a.campaignId))];
  const limited = idsOf(attached.filter((attachment) => attachment.limited));
  const unlimited = idsOf(attached.filter((attachment) => !attachment.limited));
  const rows = isLook
    ? await readLiveCampaigns(db, workspaceId, idsOf(attached))
    : [
        ...(await lockCampaigns(db, workspaceId, unlimited, { limited: false })),
        ...(await lockCampaigns(db, workspaceId, limited, { limited: true })),
      ];
  return new Map(
    rows.map((row) => {
      const { operatingHours: hours, holidays } = row;
      const schedule = scheduleOf({ timeZone: row.timeZone ?? timeZone, hours, holidays }, now);
      const poolUpTo = firstIsDrafted(row.nodes) ? (row.draftedTo ?? nilId) : null;
      return [
        row.id,
        { ...row, schedule, local: new Map(), touches: touches(row.nodes), poolUpTo },
      ];
    }),
  );
}

/** Days of usage to read: limits look back seven days, limits on notes thirty (`limit.ts`). */
const usageDays = { usual: 8, withNotes: 31 };

/**
 * The touches of the last days, by sender, for the senders that have limits which need them; those
 * of the last month where a limit counts notes.
 */
export async function readUsages(
  db: Db,
  read: { workspaceId: string; limits: ReadonlyMap<string, SenderLimits>; now: Date },
): Promise<Map<string, Usage>> {
  const { workspaceId, now } = read;
  const rowsOf = (days: number, applies: (limits: SenderLimits) => boolean) => {
    const senderIds = [...read.limits].flatMap(([senderId, limits]) =>
      needsUsage(limits) && applies(limits) ? [senderId] : [],
    );
    return usageOf(db, { workspaceId, senderIds, since: new Date(now.getTime() - days * dayMs) });
  };
  const rows = [
    ...(await rowsOf(usageDays.usual, (limits) => limits.perMonthNotes == null)),
    ...(await rowsOf(usageDays.withNotes, (limits) => limits.perMonthNotes != null)),
  ];
  const usages = Map.groupBy(rows, (row) => row.senderId);
  return new Map(
    [...usages].map(([senderId, own]) => [
      senderId,
      own.map(({ at, touch, n, notes }) => ({ at: at.getTime(), touch, n, notes })),
    ]),
  );
}

/** Prospects that wait: before a follow-up, and the zones of those in the pool by campaign. */
type Waiting = { followUps: Map<Attachment, FollowUp[]>; poolZones: Map<string, string[]> };

type FollowUpPosition = TouchPosition &
  Pick<FollowUp, 'touch' | 'waitMs'> & { attachment: Attachment; noted: boolean };

async function readWaiting(
  db: Db,
  workspaceId: string,
  settled: readonly Attachment[],
  campaigns: ReadonlyMap<string, PlannedCampaign>,
): Promise<Waiting> {
  const positions = settled.flatMap((attachment) => {
    const { senderId, campaignId } = attachment;
    return campaigns.get(campaignId)!.touches.map(({ nodeId, type: touch, waitMs, note }) => ({
      attachment,
      senderId,
      campaignId,
      nodeId,
      touch,
      waitMs,
      noted: note === 'required',
    }));
  });
  const hasLocalHours = ({ campaignId }: TouchPosition) => campaigns.get(campaignId)!.localHours;
  const plain = positions.filter((position) => !hasLocalHours(position));
  const local = positions.filter(hasLocalHours);
  const followUps: Waiting['followUps'] = new Map();
  const add = (
    asked: readonly FollowUpPosition[],
    found: Awaited<ReturnType<typeof earliestAnchors>>,
  ) => {
    for (const { i, zone, anchorAt } of found) {
      const { attachment, nodeId, touch, waitMs, noted } = asked[i]!;
      const own = followUps.get(attachment) ?? [];
      own.push({ nodeId, touch, waitMs, zone, anchorAt: anchorAt.getTime(), noted });
      followUps.set(attachment, own);
    }
  };
  add(plain, await earliestAnchors(db, workspaceId, plain));
  add(local, await earliestAnchorsByZone(db, workspaceId, local));
  const pools = [...campaigns.values()].map(({ id, localHours, poolUpTo }) => ({
    id,
    local: localHours,
    upTo: poolUpTo,
  }));
  return { followUps, poolZones: await poolZones(db, workspaceId, pools) };
}

/** Sets each campaign's schedules in the zones in which its prospects wait. */
function setLocalHours(
  campaigns: ReadonlyMap<string, PlannedCampaign>,
  { followUps, poolZones }: Waiting,
  now: Date,
): void {
  const set = (campaignId: string, timeZone: string) => {
    const { operatingHours: hours, holidays, local } = campaigns.get(campaignId)!;
    if (timeZone !== '' && !local.has(timeZone))
      local.set(timeZone, scheduleOf({ timeZone, hours, holidays }, now));
  };
  for (const [{ campaignId }, own] of followUps) for (const { zone } of own) set(campaignId, zone);
  for (const [campaignId, zones] of poolZones) for (const zone of zones) set(campaignId, zone);
}
