import { paceAfter, paceOf, touchesLeft } from './capacity.ts';
import {
  type Because,
  type Constraint,
  constraintsOf,
  openingOf,
  type PendingTouch,
  type Reached,
} from './constraint.ts';
import type { LaneFacts } from './lane-facts.ts';
import { nextWork, type PeoplePick, picksOf, worksOf } from './lane-work.ts';
import { pacedFrom, pacer } from './pacing.ts';

/** Take up to `count` prospects, trying the picks in order. */
export type Send = { campaignId: string; count: number; picks: readonly PeoplePick[] };

/** Send now, or sleep until `nextAt` (epoch ms; null until the lane is woken). */
export type LanePlan =
  | { send: Send; nextAt: number; because: Because }
  | { send: null; nextAt: number | null; because: Because };

/**
 * A fast sender takes the touches of this span in one tick, at most `maxPerTick`. Both are small,
 * because every message that is reserved and not yet handed over is in doubt after a crash.
 */
const tickMs = 500;
const maxPerTick = 4;
/**
 * Prospects claimed beyond `count` where caps on domains or companies may skip some, so that a
 * crowded domain does not cost one tick for each prospect.
 */
export const sparePicks = 20;

/**
 * The heart: from a sender's facts and the instant, the touches to send now, or the instant until
 * which the lane sleeps and the constraint that binds. Pure and seeded, so that preview, forecast
 * and explanation agree with the sends.
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
  const work = nextWork(ready);
  const gapMs = pacedFrom(paceAfter(pace, work.campaign, now), now) - now;
  const perTick = Math.floor(tickMs / Math.max(1, gapMs));
  const count = Math.max(1, Math.min(perTick, maxPerTick, touchesLeft(facts, work, now)));
  // At least one prospect waits behind each pick, so `count` picks are enough.
  const picks = picksOf(work, now).slice(0, count);
  return {
    send: { campaignId: work.campaign.campaignId, count, picks },
    nextAt: now + gapMs * count,
    because: 'pacing',
  };
}

/**
 * Plans several lanes in their order and returns the plans by sender. Touches that an earlier lane
 * takes of a campaign's daily limit are gone for the later ones. `at` has the instants of lanes
 * that are planned ahead of `now`; lanes after an earlier one's next turn are left out.
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

export type DueTouch = Omit<PendingTouch, 'campaign'> & {
  campaignId: string;
  reached?: readonly Reached[];
};

/**
 * The constraints on a touch of a campaign that is due at `dueAt`, with this sender; empty when the
 * sender does not send for the campaign.
 */
export function constraintsAt(facts: LaneFacts, work: DueTouch, now: number): Constraint[] {
  const campaign = facts.campaigns.find((candidate) => candidate.campaignId === work.campaignId);
  if (!campaign) return [];
  const works = facts.campaigns.flatMap(worksOf);
  // A prospect that is held is no work yet, but will be.
  const pace = paceOf(facts, works.length > 0 ? works : [{ ...work, campaign }], now);
  return constraintsOf(facts, pacer(pace), { ...work, campaign }, now);
}
