import { Heap } from 'heap-js';
import type { Pause } from '../hours/delay.ts';
import type { Schedule } from '../hours/schedule.ts';
import type { CapKeys, CapLimits, CapUse } from '../sending/contact-caps.ts';
import type { LaneFacts } from '../sending/planner.ts';
import type { Note } from '../sequence/nodes/node.ts';
import { Lane, Roster } from './forecast-lane.ts';

/** A campaign as a forecast begins with it. */
export type ForecastCampaign = {
  campaignId: string;
  schedule: Schedule;
  /** The hours by the zones of its people, where these count; people of no zone of these go by the campaign's. */
  local: ReadonlyMap<string, Schedule>;
  dailyLimit: number | null;
  /** Touches an hour of each sender, null without a limit. */
  hourlyLimit: number | null;
  sentToday: number;
  senders: number;
  /** The touches in order, each with the delay before it in ms. */
  touches: readonly { nodeId: string; type: string; waitMs: number; note?: Note }[];
  /** How long after an invitation it is accepted, in ms; null when nobody accepts. */
  acceptMs: number | null;
  pauses: readonly Pause[];
  poolFrom: number;
  /** People nobody has written to, by zone, in the order they will be taken. */
  pools: readonly { zone: string; people: readonly string[] }[];
  /** Caps on domains and companies, what they leave, and what people count for. */
  reach: {
    limits: CapLimits;
    uses: readonly CapUse[];
    keys: ReadonlyMap<string, CapKeys>;
  } | null;
};

/** People of a zone who stand before a touch with a sender: ids and anchors (epoch ms), earliest first. */
export type ForecastQueue = { nodeId: string; zone: string; people: string[]; anchors: number[] };

/** A sender as a forecast begins with it; `nextAt` null is idle. */
export type ForecastLane = Omit<LaneFacts, 'campaigns'> & {
  nextAt: number | null;
  /** Places in the list of campaigns. */
  attachments: {
    campaign: number;
    accountLimit: number | null;
    sentTodayBySender: number;
    sentThisHour: number;
    queues: ForecastQueue[];
  }[];
};

/** Somebody who is held until an instant and then stands before a touch with a lane again, or in the pool (no lane). */
export type ForecastHeld = {
  person: string;
  until: number;
  campaign: number;
  zone: string;
  before: { lane: number; touch: number; anchorAt: number } | null;
};

/** One touch that will be made: by which lane, for which campaign, of which touch (0 is the first), to whom. */
export type ForecastSend = {
  at: number;
  lane: number;
  campaign: number;
  touch: number;
  person: string;
};

/** What is told of each send; returning true ends the forecast there. */
export type OnSend = (send: ForecastSend) => boolean | undefined;

export type ForecastEnd = { reason: 'done' | 'horizon' | 'told'; at: number };

type Beginning = {
  lanes: readonly ForecastLane[];
  campaigns: readonly ForecastCampaign[];
  now: number;
};

/**
 * Runs the planner over the time to come: what will be sent when, if nobody replies, nothing bounces and every sender stays
 * well. Exact, because it is the same planner that sends (law 4). Tells each send in order, and how it ended.
 */
export function forecast(
  given: Beginning & { held: readonly ForecastHeld[]; until: number },
  onSend: OnSend,
): ForecastEnd {
  const rosters = given.campaigns.map((campaign) => new Roster(campaign, given.now));
  const lanes = given.lanes.map((lane, index) => new Lane(lane, index, rosters, given.now));
  const held = Heap.heapify([...given.held], (a, b) => a.until - b.until);
  let order = inOrder(lanes);
  let last = given.now;
  let told = false;
  const hear = {
    send: (send: ForecastSend) => {
      told = onSend(send) === true || told;
    },
    hold: (person: ForecastHeld) => held.push(person),
  };
  for (;;) {
    const next = Math.min(order.peek()?.nextAt ?? Infinity, held.peek()?.until ?? Infinity);
    if (next === Infinity) return { reason: 'done', at: last };
    const now = Math.max(next, given.now);
    if (now > given.until) return { reason: 'horizon', at: given.until };
    if (isOver(held.peek(), now)) {
      while (isOver(held.peek(), now)) letGo(held.pop()!, { lanes, rosters, now });
      order = inOrder(lanes);
      continue;
    }
    const lane = order.pop()!;
    if (lane.step(now, hear)) last = now;
    if (told) return { reason: 'told', at: now };
    if (lane.nextAt !== null) order.push(lane);
  }
}

/** What the planner weighs for one of the lanes at the beginning. */
export function factsOf(given: Beginning, lane: number): LaneFacts {
  const rosters = given.campaigns.map((campaign) => new Roster(campaign, given.now));
  return new Lane(given.lanes[lane]!, lane, rosters, given.now).facts(given.now);
}

/** A hold has ended: the lanes that may go on with the person plan again, as they do when it ends in earnest. */
function letGo(
  { person, campaign, zone, before }: ForecastHeld,
  { lanes, rosters, now }: { lanes: readonly Lane[]; rosters: readonly Roster[]; now: number },
): void {
  if (before) {
    lanes[before.lane]!.comeBack({ person, campaign, zone, ...before });
    lanes[before.lane]!.wake(now);
    return;
  }
  rosters[campaign]!.comeBack(person, zone);
  for (const lane of lanes) if (lane.sendsFor(campaign)) lane.wake(now);
}

const isOver = (held: ForecastHeld | undefined, now: number): boolean =>
  held !== undefined && held.until <= now;

/** Lanes by their next instant, then by sender, the order in which a worker takes them. */
function inOrder(lanes: readonly Lane[]): Heap<Lane> {
  return Heap.heapify(
    lanes.filter((lane) => lane.nextAt !== null),
    (a, b) => a.nextAt! - b.nextAt! || (a.senderId < b.senderId ? -1 : 1),
  );
}
