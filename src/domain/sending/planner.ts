import { delayEnds, latestDueAnchor, type Pause } from '../hours/delay.ts';
import { closesAt, type Schedule } from '../hours/schedule.ts';
import { dayMs } from '../time.ts';
import {
  type Because,
  type Constraint,
  constraintsOf,
  hoursOf,
  limitToday,
  openingOf,
  type PendingTouch,
  type Reached,
} from './constraint.ts';
import {
  hourStart,
  notesOf,
  noteWindowMs,
  type RampUp,
  type Usage,
  usedInWindow,
} from './limit.ts';
import { type Pace, pacedFrom, pacer, type Share } from './pacing.ts';

/**
 * People of one campaign and one zone who stand before one touch with one sender: the earliest anchor, and how long after it they are
 * due. The zone is empty where the campaign's own counts. `noted`: it must go with a note.
 */
export type FollowUp = {
  nodeId: string;
  touch: string;
  waitMs: number;
  anchorAt: number;
  zone: string;
  noted?: boolean;
};

export type CampaignFacts = {
  campaignId: string;
  schedule: Schedule;
  /** The same hours by the clocks of the zones that people live in; none unless the campaign goes by them. */
  local: ReadonlyMap<string, Schedule>;
  /** Touches a day over all senders, null without a limit. */
  dailyLimit: number | null;
  sentToday: number;
  /** This sender's own limit in this campaign, null without. */
  accountLimit: number | null;
  sentTodayBySender: number;
  /** The campaign's limit an hour for each sender, and what this one has sent in the clock hour of the campaign's zone; absent without. */
  hourly?: { limit: number; sent: number };
  /** Active senders of the campaign: they share its daily limit. */
  senders: number;
  followUps: readonly FollowUp[];
  /** Finished pauses that delays do not count through. */
  pauses: readonly Pause[];
  /** From when the pool's people may be taken, null when the pool is empty; and the type of their touch. */
  poolFrom: number | null;
  poolTouch: string;
  poolNoted?: boolean;
  /** The zones of the pool's people, each once. */
  poolZones: readonly string[];
};

export type Quiet = { until: number; because: 'provider_rate_limit' | 'provider_unreachable' };

/** Limits of a sender over all its campaigns. */
export type SenderLimits = {
  perDay: number;
  /** `calendar`: by the local day of the sender's zone. `rolling`: in any 24 hours. */
  day: 'calendar' | 'rolling';
  /** By the local clock hour, null without. */
  perHour: number | null;
  /** In any seven days, by type of touch; types without one have no such limit. */
  perWeek: Readonly<Record<string, number>>;
  /** Notes in any 30 days, null or absent without. */
  perMonthNotes?: number | null;
  rampUp: RampUp | null;
};

export type LaneFacts = {
  senderId: string;
  status: string;
  /** The zone in which the sender's day begins. */
  timeZone: string;
  limits: SenderLimits;
  sentToday: number;
  /** The last seven days; needed where a limit looks further back than the day. */
  usage: Usage;
  minGapMs: number;
  lastAt: number | null;
  /** Its provider wants it to rest until then. */
  quiet?: Quiet;
  campaigns: readonly CampaignFacts[];
};

/** Take up to `count` people, trying the picks in order. */
export type Send = { campaignId: string; count: number; picks: readonly PeoplePick[] };
/** People of a zone before a touch who are due, by their anchors; or people of the pool. */
export type PeoplePick = { nodeId: string; zone: string; dueBefore: number } | { pool: string };

export type LanePlan =
  | { send: Send; nextAt: number; because: Because }
  | { send: null; nextAt: number | null; because: Because };

type PlannedWork = PendingTouch & { followUp: boolean };

/** What a fast sender takes in one tick: little, for what is reserved and not yet handed over is in doubt after a crash. */
const tickMs = 500;
const maxPerTick = 4;
/** Where caps on domains or companies may pass people over, so many more are looked at: a crowded domain costs no tick a person. */
export const sparePicks = 20;

/**
 * The heart: from a sender's facts and the instant, what to send now, or until when to sleep and which constraint binds.
 * Pure and seeded, so that preview, forecast and explanation agree with the sends.
 */
export function planLane(facts: LaneFacts, now: number): LanePlan {
  if (facts.status !== 'active') {
    return {
      send: null,
      nextAt: null,
      because: facts.status === 'inbox_unreachable' ? 'inbox_unreachable' : 'sender_not_active',
    };
  }
  const works = facts.campaigns.flatMap(worksOf);
  if (works.length === 0) return { send: null, nextAt: null, because: 'nothing_to_send' };
  const pace = paceOf(facts, works, now);
  const paced = pacer(pace);
  const openings = works.map((work) => ({
    work,
    ...openingOf(constraintsOf(facts, paced, work, now), now),
  }));
  const ready = openings
    .filter((opening) => opening.at !== null && opening.at <= now)
    .map((opening) => opening.work);
  if (ready.length === 0) {
    const first = openings.reduce((a, b) => ((b.at ?? Infinity) < (a.at ?? Infinity) ? b : a));
    return { send: null, nextAt: first.at, because: first.because };
  }
  const {
    campaign,
    followUp,
    touch,
    noted = false,
  } = ready.reduce((a, b) => (before(b, a) ? b : a));
  const gapMs = pacedFrom(paceAfter(pace, campaign, now), now) - now;
  const count = Math.max(
    1,
    Math.min(
      Math.floor(tickMs / Math.max(1, gapMs)),
      maxPerTick,
      roomOf(facts, { campaign, touch, noted }, now),
    ),
  );
  const zones = ready.flatMap((work) =>
    work.campaign === campaign &&
    work.followUp === followUp &&
    work.touch === touch &&
    (work.noted ?? false) === noted
      ? work.zone
      : [],
  );
  const picks = followUp
    ? duePicks(campaign, { touch, noted, zones }, now)
    : poolPicks(campaign, zones, now);
  // Somebody waits behind each of them, so these are enough.
  return {
    send: { campaignId: campaign.campaignId, count, picks: picks.slice(0, count) },
    nextAt: now + gapMs * count,
    because: 'pacing',
  };
}

/**
 * Plans several lanes in their order: what an earlier one takes of a campaign's daily limit is gone for the later ones. `at` has
 * the instants of lanes that are planned ahead of `now`; those that come after an earlier one's next turn are left for another time.
 * Returns the plans by sender.
 */
export function planLanes(
  lanes: readonly LaneFacts[],
  now: number,
  at: ReadonlyMap<string, number> = new Map(),
): Map<string, LanePlan> {
  const taken = new Map<string, number>();
  const plans = new Map<string, LanePlan>();
  let nextTurn = Infinity;
  for (const lane of lanes) {
    const instant = at.get(lane.senderId) ?? now;
    if (instant >= nextTurn) break;
    const campaigns = lane.campaigns.map((facts) => ({
      ...facts,
      sentToday: facts.sentToday + (taken.get(facts.campaignId) ?? 0),
    }));
    const plan = planLane({ ...lane, campaigns }, instant);
    plans.set(lane.senderId, plan);
    nextTurn = Math.min(nextTurn, plan.nextAt ?? Infinity);
    if (plan.send)
      taken.set(plan.send.campaignId, (taken.get(plan.send.campaignId) ?? 0) + plan.send.count);
  }
  return plans;
}

export type Asked = Omit<PendingTouch, 'campaign'> & {
  campaignId: string;
  reached?: readonly Reached[];
};

/** What stands between a touch of a campaign that is due at `dueAt` and its send by this sender. Empty when the sender does not send for it. */
export function constraintsAt(facts: LaneFacts, work: Asked, now: number): Constraint[] {
  const campaign = facts.campaigns.find((candidate) => candidate.campaignId === work.campaignId);
  if (!campaign) return [];
  const works = facts.campaigns.flatMap(worksOf);
  // Somebody who is held is no work yet, but will be.
  const pace = paceOf(facts, works.length > 0 ? works : [{ ...work, campaign }], now);
  return constraintsOf(facts, pacer(pace), { ...work, campaign }, now);
}

/** A campaign's work for a sender: its follow-ups by type of touch, and the pool; by zone. */
function worksOf(campaign: CampaignFacts): PlannedWork[] {
  const works: PlannedWork[] = [];
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
  return [
    ...works,
    ...poolZones.map((zone) => ({
      campaign,
      followUp: false,
      touch: poolTouch,
      zone,
      dueAt: poolFrom,
      noted,
    })),
  ];
}

/** When the earliest of these people is due. */
export function followUpDueAt(
  { pauses }: Pick<CampaignFacts, 'pauses'>,
  { anchorAt, waitMs }: Pick<FollowUp, 'anchorAt' | 'waitMs'>,
): number {
  return delayEnds(anchorAt, waitMs, pauses);
}

/** Follow-ups before first touches, then the campaign that had fewest turns today, then the longest due. */
function before(a: PlannedWork, b: PlannedWork): boolean {
  if (a.followUp !== b.followUp) return a.followUp;
  if (a.campaign.sentTodayBySender !== b.campaign.sentTodayBySender)
    return a.campaign.sentTodayBySender < b.campaign.sentTodayBySender;
  return a.dueAt < b.dueAt;
}

function duePicks(
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

/** Where the day ends first is written to first, then by name. */
function poolPicks(campaign: CampaignFacts, zones: readonly string[], now: number): PeoplePick[] {
  if (zones.length === 1) return [{ pool: zones[0]! }];
  const closing = zones.map((zone) => ({
    zone,
    at: closesAt(hoursOf(campaign, zone), now) ?? Infinity,
  }));
  closing.sort((a, b) => (a.at === b.at ? (a.zone < b.zone ? -1 : 1) : a.at - b.at));
  return closing.map(({ zone }) => ({ pool: zone }));
}

/** How many touches the limits still allow this sender in this campaign now. */
function roomOf(
  facts: LaneFacts,
  { campaign, touch, noted }: { campaign: CampaignFacts; touch: string; noted: boolean },
  now: number,
): number {
  const { limits, usage } = facts;
  const hour = hourStart(facts.timeZone, now);
  const ofTouch = usage.filter((bucket) => bucket.touch === touch);
  return Math.min(
    limitToday(facts, now) - usedToday(facts, now),
    (limits.perHour ?? Infinity) -
      usage.reduce((sum, bucket) => (bucket.at >= hour ? sum + bucket.n : sum), 0),
    (limits.perWeek[touch] ?? Infinity) - usedInWindow(ofTouch, 7 * dayMs, now),
    noted ? notesLeft(facts, now) : Infinity,
    (campaign.dailyLimit ?? Infinity) - campaign.sentToday,
    (campaign.accountLimit ?? Infinity) - campaign.sentTodayBySender,
    campaign.hourly ? campaign.hourly.limit - campaign.hourly.sent : Infinity,
  );
}

/** How many notes the sender may still send in the 30 days behind `now`; Infinity without a limit. */
export function notesLeft(
  { limits, usage }: Pick<LaneFacts, 'limits' | 'usage'>,
  now: number,
): number {
  return limits.perMonthNotes == null
    ? Infinity
    : limits.perMonthNotes - usedInWindow(notesOf(usage), noteWindowMs, now);
}

function usedToday({ limits, usage, sentToday }: LaneFacts, now: number): number {
  return limits.day === 'rolling' ? usedInWindow(usage, dayMs, now) : sentToday;
}

/** The sender's pace: what its own cap and its campaigns' limits leave it. Senders of a campaign share its daily limit. */
function paceOf(facts: LaneFacts, works: readonly PendingTouch[], now: number): Pace {
  const left = (campaign: CampaignFacts) =>
    Math.min(
      campaign.dailyLimit === null
        ? Infinity
        : Math.ceil((campaign.dailyLimit - campaign.sentToday) / Math.max(1, campaign.senders)),
      campaign.accountLimit === null
        ? Infinity
        : campaign.accountLimit - campaign.sentTodayBySender,
    );
  const shares: (Share & { schedules: Schedule[] })[] = [];
  for (const { campaign, zone } of works) {
    const { campaignId, schedule } = campaign;
    const hours = hoursOf(campaign, zone);
    const share = shares.find((known) => known.campaignId === campaignId);
    if (!share)
      shares.push({
        campaignId,
        timeZone: schedule.timeZone,
        schedules: [hours],
        capacity: left(campaign),
      });
    else if (!share.schedules.includes(hours)) share.schedules.push(hours);
  }
  const rolling = facts.limits.day === 'rolling';
  return {
    senderId: facts.senderId,
    timeZone: facts.timeZone,
    rolling,
    capacity: limitToday(facts, now) - (rolling ? 0 : facts.sentToday),
    shares,
    sentToday: facts.sentToday,
    minGapMs: facts.minGapMs,
    lastAt: facts.lastAt,
  };
}

/** The pace after one more touch of a campaign now. */
function paceAfter(pace: Pace, { campaignId }: CampaignFacts, now: number): Pace {
  const shares = pace.shares.map((share) =>
    share.campaignId === campaignId ? { ...share, capacity: share.capacity - 1 } : share,
  );
  return {
    ...pace,
    shares,
    lastAt: now,
    sentToday: pace.sentToday + 1,
    capacity: pace.capacity - (pace.rolling ? 0 : 1),
  };
}
