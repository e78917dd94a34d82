import { delayEnds, latestDueAnchor } from '../hours/delay.ts';
import { closesAt } from '../hours/schedule.ts';
import { hoursOf, type PendingTouch } from './constraint.ts';
import type { CampaignFacts, FollowUp } from './lane-facts.ts';

/**
 * A campaign's pending touches of one type and one zone: follow-ups, or first touches of the pool.
 */
export type LaneWork = PendingTouch & { followUp: boolean; noted: boolean };

/** Prospects of a zone: those anchored by `dueBefore` before a node, or the pool's. */
export type PeoplePick = { nodeId: string; zone: string; dueBefore: number } | { pool: string };

/** A campaign's work for a sender: its follow-ups by type of touch, and the pool; by zone. */
export function worksOf(campaign: CampaignFacts): LaneWork[] {
  const works: LaneWork[] = [];
  for (const followUp of campaign.followUps) {
    const { touch, zone, noted = false } = followUp;
    const dueAt = followUpDueAt(campaign, followUp);
    const same = works.find(
      (work) => work.touch === touch && work.zone === zone && work.noted === noted,
    );
    if (same) same.dueAt = Math.min(same.dueAt, dueAt);
    else works.push({ campaign, followUp: true, touch, zone, dueAt, noted });
  }
  const { poolFrom, poolTouch, poolZones, poolNoted: noted = false } = campaign;
  if (poolFrom === null) return works;
  const common = { campaign, followUp: false, touch: poolTouch, dueAt: poolFrom, noted };
  return [...works, ...poolZones.map((zone) => ({ ...common, zone }))];
}

/** The instant (epoch ms) at which the earliest of these prospects is due. */
export function followUpDueAt(
  { pauses }: Pick<CampaignFacts, 'pauses'>,
  { anchorAt, waitMs }: Pick<FollowUp, 'anchorAt' | 'waitMs'>,
): number {
  return delayEnds(anchorAt, waitMs, pauses);
}

/**
 * The work that goes first among all that may be sent now, with every zone in which it is ready.
 */
export function nextWork(ready: readonly LaneWork[]): LaneWork & { zones: string[] } {
  const first = ready.reduce((a, b) => (goesBefore(b, a) ? b : a));
  const zones = ready.flatMap((work) =>
    work.campaign === first.campaign &&
    work.followUp === first.followUp &&
    work.touch === first.touch &&
    work.noted === first.noted
      ? work.zone
      : [],
  );
  return { ...first, zones };
}

/**
 * Follow-ups before first touches, then the campaign with fewest touches today, then the longest
 * due.
 */
function goesBefore(a: LaneWork, b: LaneWork): boolean {
  if (a.followUp !== b.followUp) return a.followUp;
  if (a.campaign.sentTodayBySender !== b.campaign.sentTodayBySender)
    return a.campaign.sentTodayBySender < b.campaign.sentTodayBySender;
  return a.dueAt < b.dueAt;
}

/** The picks of a lane's work, in the order in which to try them. */
export function picksOf(
  { campaign, followUp, touch, noted, zones }: LaneWork & { zones: readonly string[] },
  now: number,
): PeoplePick[] {
  return followUp
    ? followUpPicks(campaign, { touch, noted, zones }, now)
    : poolPicks(campaign, zones, now);
}

function followUpPicks(
  campaign: CampaignFacts,
  { touch, noted, zones }: { touch: string; noted: boolean; zones: readonly string[] },
  now: number,
): PeoplePick[] {
  return campaign.followUps
    .filter(
      (followUp) =>
        followUp.touch === touch &&
        (followUp.noted ?? false) === noted &&
        zones.includes(followUp.zone),
    )
    .map((followUp) => ({ ...followUp, dueAt: followUpDueAt(campaign, followUp) }))
    .filter(({ dueAt }) => dueAt <= now)
    .sort((a, b) => a.dueAt - b.dueAt)
    .map(({ nodeId, zone, waitMs }) => ({
      nodeId,
      zone,
      dueBefore: latestDueAnchor(now, waitMs, campaign.pauses),
    }));
}

/** Zones in the order in which their days end; zones that end together go by name. */
function poolPicks(campaign: CampaignFacts, zones: readonly string[], now: number): PeoplePick[] {
  if (zones.length === 1) return [{ pool: zones[0]! }];
  const closing = zones.map((zone) => ({
    zone,
    at: closesAt(hoursOf(campaign, zone), now) ?? Infinity,
  }));
  closing.sort((a, b) => {
    if (a.at !== b.at) return a.at - b.at;
    return a.zone < b.zone ? -1 : 1;
  });
  return closing.map(({ zone }) => ({ pool: zone }));
}
