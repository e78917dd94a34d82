import { Heap } from 'heap-js';
import type { Pause } from '../hours/delay.ts';
import type { Schedule } from '../hours/schedule.ts';
import type { CapKeys, CapLimits, CapUse } from '../sending/contact-caps.ts';
import type { LaneFacts } from '../sending/lane-facts.ts';
import type { Note } from '../sequence/nodes/node.ts';
import { Lane } from './forecast-lane.ts';
import { Roster } from './forecast-roster.ts';

/** A campaign at the start of a forecast. */
export type ForecastCampaign = {
  campaignId: string;
  schedule: Schedule;
  /** Hours by zone of its prospects, where local hours count; others go by `schedule`. */
  local: ReadonlyMap<string, Schedule>;
  dailyLimit: number | null;
  /** Touches an hour for each sender, null without a limit. */
  hourlyLimit: number | null;
  sentToday: number;
  senders: number;
  /** The touches in order, each with the delay before it in ms. */
  touches: readonly { nodeId: string; type: string; waitMs: number; note?: Note }[];
  /** How long after an invitation it is accepted, in ms; null when no prospect accepts. */
  acceptMs: number | null;
  pauses: readonly Pause[];
  poolFrom: number;
  /** No touch goes out before this instant. */
  startsAt?: number | null;
  /** Prospects of the pool, by zone, in the order in which lanes take them. */
  pools: readonly { zone: string; people: readonly string[] }[];
  /** Caps on domains and companies, their use so far, and the keys of each capped prospect. */
  reach: {
    limits: CapLimits;
    uses: readonly CapUse[];
    keys: ReadonlyMap<string, CapKeys>;
  } | null;
  /** People that do not get every touch. */
  fates: Fates;
};

/**
 * Why a person does not get a touch whose turn has come. `skip`: the sequence ends there. `pass`:
 * the ledger has the touch already. `hold`: until somebody mends the text or the profile;
 * `unlessBare`: the touch goes out without its note, once the sender has no notes left.
 */
export type Fate = {
  act: 'skip' | 'pass' | 'hold';
  /**
   * Suppressed, in another campaign, answered to one, or the fault of the text; with what it is
   * about.
   */
  code: string;
  detail: string;
  unlessBare?: boolean;
};

/** The fate of a person before a touch (an index), with a sender; null: it goes out. */
export type Fates = (person: string, touch: number, senderId: string) => Fate | null;

/** A person of a campaign (an index) that is skipped or held for good. */
export type ForecastStop = { at: number; campaign: number; person: string; fate: Fate };
export type OnStop = (stop: ForecastStop) => void;

/**
 * Prospects of a zone that stand before a touch with a sender: ids, and anchors (epoch ms) at the
 * same places, earliest first.
 */
export type ForecastQueue = { nodeId: string; zone: string; people: string[]; anchors: number[] };

/** A sender at the start of a forecast; idle when `nextAt` is null. */
export type ForecastLane = Omit<LaneFacts, 'campaigns'> & {
  nextAt: number | null;
  attachments: {
    /** Index in the list of campaigns. */
    campaign: number;
    accountLimit: number | null;
    sentTodayBySender: number;
    sentThisHour: number;
    queues: ForecastQueue[];
  }[];
};

/**
 * A prospect that is held until an instant. Then it stands `before` a touch with a lane again, or
 * in the pool (null). `campaign`, `lane` and `touch` are indexes.
 */
export type ForecastHeld = {
  person: string;
  until: number;
  campaign: number;
  zone: string;
  before: { lane: number; touch: number; anchorAt: number } | null;
};

/** A touch of the forecast. `lane`, `campaign` and `touch` are indexes; touch 0 is the first. */
export type ForecastSend = {
  at: number;
  lane: number;
  campaign: number;
  touch: number;
  person: string;
};

/** Called for each send; returning true ends the forecast there. */
export type OnSend = (send: ForecastSend) => boolean | undefined;

/**
 * `done`: nothing is left to send. `horizon`: `until` was reached. `told`: `OnSend` returned true.
 */
export type ForecastEnd = { reason: 'done' | 'horizon' | 'told'; at: number };

type ForecastStart = {
  lanes: readonly ForecastLane[];
  campaigns: readonly ForecastCampaign[];
  now: number;
};

export type ForecastRun = ForecastStart & { held: readonly ForecastHeld[]; until: number };

/**
 * Runs the planner over the time to come and calls `onSend` for each send in order, on the
 * assumption that no prospect replies, nothing bounces and every sender stays well. Exact, because
 * it is the same planner that sends (law 4), and people have the fates that they meet there.
 */
export function forecast(start: ForecastRun, onSend: OnSend, onStop?: OnStop): ForecastEnd {
  const steps = forecastSteps(start, onSend, onStop);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** As `forecast`, a step at a time, so that the caller can let other work run, or give up. */
export function* forecastSteps(
  start: ForecastRun,
  onSend: OnSend,
  onStop: OnStop = () => {},
): Generator<undefined, ForecastEnd> {
  const rosters = start.campaigns.map((campaign) => new Roster(campaign, start.now));
  const lanes = start.lanes.map((lane, index) => new Lane(lane, index, rosters, start.now));
  const held = Heap.heapify([...start.held], (a, b) => a.until - b.until);
  let order = inOrder(lanes);
  let lastSentAt = start.now;
  let stopped = false;
  const events = {
    onSend: (send: ForecastSend) => {
      stopped = onSend(send) === true || stopped;
    },
    onHold: (prospect: ForecastHeld) => held.push(prospect),
    onStop,
  };
  for (;;) {
    yield;
    const next = Math.min(order.peek()?.nextAt ?? Infinity, held.peek()?.until ?? Infinity);
    if (next === Infinity) return { reason: 'done', at: lastSentAt };
    const now = Math.max(next, start.now);
    if (now > start.until) return { reason: 'horizon', at: start.until };
    if (isOver(held.peek(), now)) {
      while (isOver(held.peek(), now)) endHold(held.pop()!, { lanes, rosters, now });
      order = inOrder(lanes);
      continue;
    }
    const lane = order.pop()!;
    if (lane.step(now, events)) lastSentAt = now;
    if (stopped) return { reason: 'told', at: now };
    if (lane.nextAt !== null) order.push(lane);
  }
}

/**
 * The planner's facts for one of the lanes (an index) at the start, without the people that will be
 * skipped or held when their turn comes.
 */
export function factsOf(start: ForecastStart, lane: number): LaneFacts {
  const rosters = start.campaigns.map((campaign) => new Roster(campaign, start.now));
  return new Lane(start.lanes[lane]!, lane, rosters, start.now).facts(start.now, { goers: true });
}

/** Ends a hold and wakes the lanes that may go on with the prospect, as the engine does. */
function endHold(
  { person, campaign, zone, before }: ForecastHeld,
  { lanes, rosters, now }: { lanes: readonly Lane[]; rosters: readonly Roster[]; now: number },
): void {
  if (before) {
    lanes[before.lane]!.comeBack({ person, campaign, zone }, before);
    lanes[before.lane]!.wake(now);
    return;
  }
  rosters[campaign]!.comeBack(person, zone);
  for (const lane of lanes) if (lane.sendsFor(campaign)) lane.wake(now);
}

const isOver = (held: ForecastHeld | undefined, now: number): boolean =>
  held !== undefined && held.until <= now;

/** Lanes by their next instant, then by sender: the order in which a worker takes them. */
function inOrder(lanes: readonly Lane[]): Heap<Lane> {
  return Heap.heapify(
    lanes.filter((lane) => lane.nextAt !== null),
    (a, b) => a.nextAt! - b.nextAt! || (a.senderId < b.senderId ? -1 : 1),
  );
}
