import { delayEnds, latestDueAnchor, type Pause } from './delay.ts';
import { dailyLimitAt, dayMs, hourlyFrom, hourStart, type RampUp, rollingFrom, type Usage, usedInWindow } from './limit.ts';
import { type Pace, pacedFrom } from './pacing.ts';
import { nextDayStart, nextOpen, type Schedule } from './schedule.ts';

/** People of one campaign who stand before one touch with one sender: the earliest anchor, and how long after it they are due. */
export type FollowUp = { nodeId: string; touch: string; waitMs: number; anchorAt: number };

export type CampaignFacts = {
  campaignId: string;
  schedule: Schedule;
  /** Touches a day over all senders, null without a limit. */
  dailyLimit: number | null;
  sentToday: number;
  /** This sender's own limit in this campaign, null without. */
  accountLimit: number | null;
  sentTodayBySender: number;
  /** Active senders of the campaign: they share its daily limit. */
  senders: number;
  followUps: readonly FollowUp[];
  /** Finished pauses that delays do not count through. */
  pauses: readonly Pause[];
  /** From when the pool's people may be taken, null when the pool is empty; and the type of their touch. */
  poolFrom: number | null;
  poolTouch: string;
};

/** Limits of a sender over all its campaigns. */
export type SenderLimits = {
  perDay: number;
  /** `calendar`: by the local day of the sender's zone. `rolling`: in any 24 hours. */
  day: 'calendar' | 'rolling';
  /** By the local clock hour, null without. */
  perHour: number | null;
  /** In any seven days, by type of touch; types without one have no such limit. */
  perWeek: Readonly<Record<string, number>>;
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
  campaigns: readonly CampaignFacts[];
};

/** Why a lane waits, or what opened last before it sends. One word per constraint, shown to people. */
export type Because =
  | 'sender_not_active'
  | 'inbox_unreachable'
  | 'nothing_to_send'
  | 'delay'
  | 'operating_hours'
  | 'sender_daily_limit'
  | 'sender_hourly_limit'
  | 'sender_weekly_limit'
  | 'campaign_daily_limit'
  | 'account_limit'
  | 'pacing'
  | 'never_open'
  | 'due';

export type Constraint = {
  because: Because /** First instant at or after `at` that it allows, null for never. */;
  from: (at: number) => number | null;
};

/** Take up to `count` people, trying the picks in order. */
export type Send = { campaignId: string; count: number; picks: readonly ({ nodeId: string; dueBefore: number } | 'pool')[] };

export type LanePlan = { send: Send; nextAt: number; because: Because } | { send: null; nextAt: number | null; because: Because };

type Work = { campaign: CampaignFacts; followUp: boolean; touch: string; dueAt: number };

/** What a fast sender takes in one tick: little, for what is reserved and not yet handed over is in doubt after a crash. */
const tickMs = 500;
const mostPerTick = 4;

/**
 * The heart: from a sender's facts and the instant, what to send now, or until when to sleep and which constraint binds.
 * Pure and seeded, so that preview, forecast and explanation agree with the sends.
 */
export function planLane(facts: LaneFacts, now: number): LanePlan {
  if (facts.status !== 'active') {
    return { send: null, nextAt: null, because: facts.status === 'inbox_unreachable' ? 'inbox_unreachable' : 'sender_not_active' };
  }
  const works = facts.campaigns.flatMap(worksOf);
  if (works.length === 0) return { send: null, nextAt: null, because: 'nothing_to_send' };
  const pace = paceOf(facts, works, now);
  const openings = works.map((work) => ({ work, ...openingOf(constraintsOf(facts, pace, work, now), now) }));
  const ready = openings.filter((opening) => opening.at !== null && opening.at <= now).map((opening) => opening.work);
  if (ready.length === 0) {
    const first = openings.reduce((a, b) => ((b.at ?? Infinity) < (a.at ?? Infinity) ? b : a));
    return { send: null, nextAt: first.at, because: first.because };
  }
  const { campaign, followUp, touch } = ready.reduce((a, b) => (before(b, a) ? b : a));
  const gapMs = pacedFrom(paceAfter(pace, campaign.schedule, now), now) - now;
  const count = Math.max(1, Math.min(Math.floor(tickMs / Math.max(1, gapMs)), mostPerTick, roomOf(facts, { campaign, touch }, now)));
  const picks = followUp ? duePicks(campaign, touch, now) : (['pool'] as const);
  return { send: { campaignId: campaign.campaignId, count, picks }, nextAt: now + gapMs * count, because: 'pacing' };
}

/**
 * Plans several lanes in their order: what an earlier one takes of a campaign's daily limit is gone for the later ones. `at` has
 * the instants of lanes that are planned ahead of `now`; those that come after an earlier one's next turn are left for another time.
 * Returns the plans by sender.
 */
export function planLanes(lanes: readonly LaneFacts[], now: number, at: ReadonlyMap<string, number> = new Map()): Map<string, LanePlan> {
  const taken = new Map<string, number>();
  const plans = new Map<string, LanePlan>();
  let nextTurn = Infinity;
  for (const lane of lanes) {
    const instant = at.get(lane.senderId) ?? now;
    if (instant >= nextTurn) break;
    const campaigns = lane.campaigns.map((facts) => ({ ...facts, sentToday: facts.sentToday + (taken.get(facts.campaignId) ?? 0) }));
    const plan = planLane({ ...lane, campaigns }, instant);
    plans.set(lane.senderId, plan);
    nextTurn = Math.min(nextTurn, plan.nextAt ?? Infinity);
    if (plan.send) taken.set(plan.send.campaignId, (taken.get(plan.send.campaignId) ?? 0) + plan.send.count);
  }
  return plans;
}

/** What stands between a touch of a campaign that is due at `dueAt` and its send by this sender. Empty when the sender has no work there. */
export function constraintsAt(facts: LaneFacts, work: { campaignId: string; touch: string; dueAt: number }, now: number): Constraint[] {
  const campaign = facts.campaigns.find((candidate) => candidate.campaignId === work.campaignId);
  const works = facts.campaigns.flatMap(worksOf);
  if (!campaign || works.length === 0) return [];
  return constraintsOf(facts, paceOf(facts, works, now), { ...work, campaign, followUp: false }, now);
}

/** Everything that stands between a piece of work and its send, in the order it is weighed. */
function constraintsOf(facts: LaneFacts, pace: Pace, work: Work, now: number): Constraint[] {
  const { campaign, touch } = work;
  const { limits, usage, timeZone } = facts;
  const zone = campaign.schedule.timeZone;
  const perDay = limitToday(facts, now);
  const perWeek = limits.perWeek[touch];
  const capped = (used: number, limit: number | null, dayZone: string) => (at: number) =>
    limit === null || used < limit ? at : Math.max(at, nextDayStart(dayZone, now));
  const always = (at: number) => at;
  const ofTouch = usage.filter((bucket) => bucket.touch === touch);
  return [
    { because: 'delay', from: (at) => Math.max(at, work.dueAt) },
    {
      because: 'sender_daily_limit',
      from:
        limits.day === 'rolling'
          ? (at) => rollingFrom(usage, { limit: perDay, windowMs: dayMs }, at)
          : capped(facts.sentToday, perDay, timeZone),
    },
    {
      because: 'sender_hourly_limit',
      from: limits.perHour === null ? always : (at) => hourlyFrom(usage, { limit: limits.perHour!, timeZone, now }, at),
    },
    {
      because: 'sender_weekly_limit',
      from: perWeek === undefined ? always : (at) => rollingFrom(ofTouch, { limit: perWeek, windowMs: 7 * dayMs }, at),
    },
    { because: 'campaign_daily_limit', from: capped(campaign.sentToday, campaign.dailyLimit, zone) },
    { because: 'account_limit', from: capped(campaign.sentTodayBySender, campaign.accountLimit, zone) },
    { because: 'operating_hours', from: (at) => nextOpen(campaign.schedule, at) },
    { because: 'pacing', from: (at) => Math.max(at, pacedFrom(pace, at)) },
  ];
}

function limitToday({ limits, timeZone }: LaneFacts, now: number): number {
  return dailyLimitAt(limits.perDay, limits.rampUp, { timeZone, at: now });
}

/** First instant at or after `from` that every constraint allows, and the one that binds: it moved the instant the furthest. */
export function openingOf(constraints: readonly Constraint[], from: number): { at: number | null; because: Because } {
  const pushes = new Map<Because, number>();
  let at = from;
  for (let moved = true; moved; ) {
    moved = false;
    for (const { because, from: opens } of constraints) {
      const next = opens(at);
      if (next === null) return { at: null, because: because === 'operating_hours' ? 'never_open' : because };
      if (next <= at) continue;
      pushes.set(because, (pushes.get(because) ?? 0) + next - at);
      at = next;
      moved = true;
    }
  }
  const [binding] = [...pushes].sort(([, a], [, b]) => b - a);
  return { at, because: binding?.[0] ?? 'due' };
}

/** A campaign's work for a sender: its follow-ups by type of touch, and the pool. */
function worksOf(campaign: CampaignFacts): Work[] {
  const works: Work[] = [];
  for (const followUp of campaign.followUps) {
    const { touch } = followUp;
    const dueAt = followUpDueAt(campaign, followUp);
    const same = works.find((work) => work.touch === touch);
    if (same) same.dueAt = Math.min(same.dueAt, dueAt);
    else works.push({ campaign, followUp: true, touch, dueAt });
  }
  if (campaign.poolFrom !== null) works.push({ campaign, followUp: false, touch: campaign.poolTouch, dueAt: campaign.poolFrom });
  return works;
}

/** When the earliest of these people is due. */
export function followUpDueAt({ pauses }: Pick<CampaignFacts, 'pauses'>, { anchorAt, waitMs }: FollowUp): number {
  return delayEnds(anchorAt, waitMs, pauses);
}

/** Follow-ups before first touches, then the campaign that had fewest turns today, then the longest due. */
function before(a: Work, b: Work): boolean {
  if (a.followUp !== b.followUp) return a.followUp;
  if (a.campaign.sentTodayBySender !== b.campaign.sentTodayBySender) return a.campaign.sentTodayBySender < b.campaign.sentTodayBySender;
  return a.dueAt < b.dueAt;
}

function duePicks(campaign: CampaignFacts, touch: string, now: number): Send['picks'] {
  return campaign.followUps
    .filter((followUp) => followUp.touch === touch)
    .map((followUp) => ({ ...followUp, dueAt: followUpDueAt(campaign, followUp) }))
    .filter(({ dueAt }) => dueAt <= now)
    .sort((a, b) => a.dueAt - b.dueAt)
    .map(({ nodeId, waitMs }) => ({ nodeId, dueBefore: latestDueAnchor(now, waitMs, campaign.pauses) }));
}

/** How many touches the limits still allow this sender in this campaign now. */
function roomOf(facts: LaneFacts, { campaign, touch }: Pick<Work, 'campaign' | 'touch'>, now: number): number {
  const { limits, usage } = facts;
  const hour = hourStart(facts.timeZone, now);
  const ofTouch = usage.filter((bucket) => bucket.touch === touch);
  return Math.min(
    limitToday(facts, now) - usedToday(facts, now),
    (limits.perHour ?? Infinity) - usage.reduce((sum, bucket) => (bucket.at >= hour ? sum + bucket.n : sum), 0),
    (limits.perWeek[touch] ?? Infinity) - usedInWindow(ofTouch, 7 * dayMs, now),
    (campaign.dailyLimit ?? Infinity) - campaign.sentToday,
    (campaign.accountLimit ?? Infinity) - campaign.sentTodayBySender,
  );
}

function usedToday({ limits, usage, sentToday }: LaneFacts, now: number): number {
  return limits.day === 'rolling' ? usedInWindow(usage, dayMs, now) : sentToday;
}

/** The sender's pace: what its own cap and its campaigns' limits leave it. Senders of a campaign share its daily limit. */
function paceOf(facts: LaneFacts, works: readonly Work[], now: number): Pace {
  const campaigns = [...new Set(works.map((work) => work.campaign))];
  const left = (campaign: CampaignFacts) =>
    Math.min(
      campaign.dailyLimit === null ? Infinity : Math.ceil((campaign.dailyLimit - campaign.sentToday) / Math.max(1, campaign.senders)),
      campaign.accountLimit === null ? Infinity : campaign.accountLimit - campaign.sentTodayBySender,
    );
  const rolling = facts.limits.day === 'rolling';
  return {
    senderId: facts.senderId,
    timeZone: facts.timeZone,
    rolling,
    capacity: limitToday(facts, now) - (rolling ? 0 : facts.sentToday),
    shares: campaigns.map((campaign) => ({ schedule: campaign.schedule, capacity: left(campaign) })),
    sentToday: facts.sentToday,
    minGapMs: facts.minGapMs,
    lastAt: facts.lastAt,
  };
}

/** The pace after one more touch of a campaign now. */
function paceAfter(pace: Pace, schedule: Schedule, now: number): Pace {
  const shares = pace.shares.map((share) => (share.schedule === schedule ? { ...share, capacity: share.capacity - 1 } : share));
  return { ...pace, shares, lastAt: now, sentToday: pace.sentToday + 1, capacity: pace.capacity - (pace.rolling ? 0 : 1) };
}
