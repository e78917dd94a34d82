import type { Schedule } from '../hours/schedule.ts';
import { dayMs, weekMs } from '../time.ts';
import { affordable } from './budget.ts';
import { hoursOf, limitToday, type PendingTouch } from './constraint.ts';
import type { CampaignFacts, LaneFacts } from './lane-facts.ts';
import { hourStart, notesOf, noteWindowMs, usedInWindow } from './limit.ts';
import type { Pace, Share } from './pacing.ts';
import { noteRest, restsUntil } from './rest.ts';

/** How many touches the limits still allow this sender in this campaign now. */
export function touchesLeft(
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
    (limits.perWeek[touch] ?? Infinity) - usedInWindow(ofTouch, weekMs, now),
    (limits.perDayOf?.[touch] ?? Infinity) - usedInWindow(ofTouch, dayMs, now),
    noted ? notesLeft(facts, now) : Infinity,
    limits.budget ? affordable(limits.budget, facts, { touch, now }) : Infinity,
    (campaign.dailyLimit ?? Infinity) - campaign.sentToday,
    (campaign.accountLimit ?? Infinity) - campaign.sentTodayBySender,
    campaign.hourly ? campaign.hourly.limit - campaign.hourly.sent : Infinity,
  );
}

/**
 * How many notes the sender may still send in the 30 days behind `now`; none while notes rest,
 * Infinity without a limit.
 */
export function notesLeft(
  { limits, usage, rests }: Pick<LaneFacts, 'limits' | 'usage' | 'rests'>,
  now: number,
): number {
  if ((restsUntil(rests, noteRest) ?? -Infinity) > now) return 0;
  return limits.perMonthNotes == null
    ? Infinity
    : limits.perMonthNotes - usedInWindow(notesOf(usage), noteWindowMs, now);
}

function usedToday({ limits, usage, sentToday }: LaneFacts, now: number): number {
  return limits.day === 'rolling' ? usedInWindow(usage, dayMs, now) : sentToday;
}

/**
 * The facts of a sender's pace: the touches that its own cap leaves it, and those that the limits
 * of its campaigns leave it. Senders of a campaign share the campaign's daily limit.
 */
export function paceOf(facts: LaneFacts, works: readonly PendingTouch[], now: number): Pace {
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
        capacity: shareOf(campaign),
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
    // Ahead of now when the clock was set back: then it counts as now.
    lastAt: facts.lastAt === null ? null : Math.min(facts.lastAt, now),
  };
}

/** Touches that a campaign's limits leave one sender today; Infinity without a limit. */
function shareOf(campaign: CampaignFacts): number {
  const { dailyLimit, sentToday, senders, accountLimit, sentTodayBySender } = campaign;
  return Math.min(
    dailyLimit === null ? Infinity : Math.ceil((dailyLimit - sentToday) / Math.max(1, senders)),
    accountLimit === null ? Infinity : accountLimit - sentTodayBySender,
  );
}

/** The pace after one more touch of a campaign now. */
export function paceAfter(pace: Pace, { campaignId }: CampaignFacts, now: number): Pace {
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
