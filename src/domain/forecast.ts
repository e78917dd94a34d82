import type { Pause } from './delay.ts';
import { bucketMs, dayMs } from './limit.ts';
import { type CampaignFacts, type LaneFacts, planLane } from './planner.ts';
import { dayStart, nextDayStart, type Schedule } from './schedule.ts';
import { needsUsage } from './sender-limit.ts';

/** A campaign as a forecast begins with it. */
export type ForecastCampaign = {
  campaignId: string;
  schedule: Schedule;
  dailyLimit: number | null;
  sentToday: number;
  senders: number;
  /** The touches in order, each with the delay before it in ms. */
  touches: readonly { nodeId: string; type: string; waitMs: number }[];
  pauses: readonly Pause[];
  poolFrom: number;
  /** People nobody has written to, in the order they will be taken. */
  pool: readonly string[];
};

/** People who stand before a touch with a sender: ids and anchors (epoch ms), earliest first. */
export type ForecastQueue = { nodeId: string; people: string[]; anchors: number[] };

/** A sender as a forecast begins with it; `nextAt` null is idle. */
export type ForecastLane = Omit<LaneFacts, 'campaigns'> & {
  nextAt: number | null;
  /** Places in the list of campaigns. */
  attachments: { campaign: number; accountLimit: number | null; sentTodayBySender: number; queues: ForecastQueue[] }[];
};

/** One touch that will be made: by which lane, for which campaign, of which touch (0 is the first), to whom. */
export type ForecastSend = { at: number; lane: number; campaign: number; touch: number; person: string };

/** What is told of each send; returning true ends the forecast there. */
export type OnSend = (send: ForecastSend) => boolean | undefined;

export type ForecastEnd = { reason: 'done' | 'horizon' | 'told'; at: number };

/**
 * Runs the planner over the time to come: what will be sent when, if nobody replies, nothing bounces and every sender stays
 * well. Exact, because it is the same planner that sends (law 4). Tells each send in order, and how it ended.
 */
export function forecast(
  given: { lanes: readonly ForecastLane[]; campaigns: readonly ForecastCampaign[]; now: number; until: number },
  onSend: OnSend,
): ForecastEnd {
  const campaigns = given.campaigns.map((campaign) => new Roster(campaign, given.now));
  const lanes = given.lanes.map((lane, index) => new Lane(lane, index, campaigns, given.now));
  const order = new Order(lanes.filter((lane) => lane.nextAt !== null));
  let last = given.now;
  let told = false;
  const tell = (send: ForecastSend) => {
    told = onSend(send) === true || told;
  };
  for (let lane = order.take(); lane; lane = order.take()) {
    const now = Math.max(lane.nextAt!, given.now);
    if (now > given.until) return { reason: 'horizon', at: given.until };
    if (lane.step(now, tell)) last = now;
    if (told) return { reason: 'told', at: now };
    if (lane.nextAt !== null) order.put(lane);
  }
  return { reason: 'done', at: last };
}

/** What the planner weighs for one of the lanes at the beginning. */
export function factsOf(
  given: { lanes: readonly ForecastLane[]; campaigns: readonly ForecastCampaign[]; now: number },
  lane: number,
): LaneFacts {
  const rosters = given.campaigns.map((campaign) => new Roster(campaign, given.now));
  return new Lane(given.lanes[lane]!, lane, rosters, given.now).facts(given.now);
}

/** A count that begins anew with every local day. */
class DayCount {
  readonly #timeZone: string;
  #ends: number;
  #n: number;

  constructor(timeZone: string, now: number, n: number) {
    this.#timeZone = timeZone;
    this.#ends = nextDayStart(timeZone, dayStart(timeZone, now));
    this.#n = n;
  }

  at(now: number): number {
    if (now >= this.#ends) {
      this.#ends = nextDayStart(this.#timeZone, now);
      this.#n = 0;
    }
    return this.#n;
  }

  add(now: number): void {
    this.#n = this.at(now) + 1;
  }
}

class Roster {
  readonly given: ForecastCampaign;
  readonly sent: DayCount;
  #taken = 0;

  constructor(given: ForecastCampaign, now: number) {
    this.given = given;
    this.sent = new DayCount(given.schedule.timeZone, now, given.sentToday);
  }

  get hasPool(): boolean {
    return this.#taken < this.given.pool.length;
  }

  take(): string | undefined {
    const person = this.given.pool[this.#taken];
    if (person !== undefined) this.#taken += 1;
    return person;
  }
}

/** First in, first out, without moving what stays. */
class Queue {
  readonly people: string[];
  readonly anchors: number[];
  #head = 0;

  constructor(people: string[] = [], anchors: number[] = []) {
    this.people = people;
    this.anchors = anchors;
  }

  get anchorAt(): number | undefined {
    return this.anchors[this.#head];
  }

  take(): string {
    const person = this.people[this.#head]!;
    this.#head += 1;
    return person;
  }

  put(person: string, at: number): void {
    this.people.push(person);
    this.anchors.push(at);
  }
}

type Attached = { roster: Roster; index: number; accountLimit: number | null; sent: DayCount; queues: Queue[] };

class Lane {
  readonly #given: ForecastLane;
  readonly #index: number;
  readonly #sent: DayCount;
  readonly #attached: Attached[];
  #lastAt: number | null;
  #usage: { at: number; touch: string; n: number }[];
  readonly senderId: string;
  nextAt: number | null;

  constructor(given: ForecastLane, index: number, rosters: readonly Roster[], now: number) {
    this.#given = given;
    this.senderId = given.senderId;
    this.#index = index;
    this.#sent = new DayCount(given.timeZone, now, given.sentToday);
    this.#lastAt = given.lastAt;
    this.#usage = given.usage.map((bucket) => ({ ...bucket }));
    this.nextAt = given.nextAt;
    this.#attached = given.attachments.map((attachment) => {
      const roster = rosters[attachment.campaign]!;
      const queues = roster.given.touches.map(({ nodeId }) => {
        const queue = attachment.queues.find((candidate) => candidate.nodeId === nodeId);
        return new Queue([...(queue?.people ?? [])], [...(queue?.anchors ?? [])]);
      });
      const sent = new DayCount(roster.given.schedule.timeZone, now, attachment.sentTodayBySender);
      return { roster, index: attachment.campaign, accountLimit: attachment.accountLimit, sent, queues };
    });
  }

  /** Plans once at `now`, as a tick does. Returns whether anything was sent. */
  step(now: number, onSend: (send: ForecastSend) => void): boolean {
    const plan = planLane(this.facts(now), now);
    this.nextAt = plan.nextAt;
    if (!plan.send) return false;
    const { campaignId, count, picks } = plan.send;
    const attached = this.#attached.find((candidate) => candidate.roster.given.campaignId === campaignId)!;
    let left = count;
    for (const pick of picks) {
      const touch = pick === 'pool' ? 0 : attached.roster.given.touches.findIndex(({ nodeId }) => nodeId === pick.nodeId);
      for (; left > 0; left--) {
        const person = pick === 'pool' ? attached.roster.take() : this.#takeDue(attached.queues[touch]!, pick.dueBefore);
        if (person === undefined) break;
        this.#send(attached, { at: now, touch, person }, onSend);
      }
    }
    this.#lastAt = now;
    return true;
  }

  #takeDue(queue: Queue, dueBefore: number): string | undefined {
    return queue.anchorAt !== undefined && queue.anchorAt <= dueBefore ? queue.take() : undefined;
  }

  #send(
    attached: Attached,
    { at, touch, person }: { at: number; touch: number; person: string },
    onSend: (send: ForecastSend) => void,
  ): void {
    this.#sent.add(at);
    if (needsUsage(this.#given.limits)) this.#use(attached.roster.given.touches[touch]!.type, at);
    attached.sent.add(at);
    attached.roster.sent.add(at);
    attached.queues[touch + 1]?.put(person, at);
    onSend({ at, lane: this.#index, campaign: attached.index, touch, person });
  }

  /** Counts a touch in its quarter of an hour, and forgets what no limit looks back to. */
  #use(touch: string, at: number): void {
    const bucket = Math.floor(at / bucketMs) * bucketMs;
    const last = this.#usage.findLast((used) => used.at === bucket && used.touch === touch);
    if (last) last.n += 1;
    else {
      this.#usage = this.#usage.filter((used) => used.at > at - 8 * dayMs);
      this.#usage.push({ at: bucket, touch, n: 1 });
    }
  }

  facts(now: number): LaneFacts {
    const { senderId, status, timeZone, limits, minGapMs } = this.#given;
    const campaigns = this.#attached.map((attached) => campaignFacts(attached, now));
    const counts = { sentToday: this.#sent.at(now), usage: this.#usage };
    return { senderId, status, timeZone, limits, minGapMs, ...counts, lastAt: this.#lastAt, campaigns };
  }
}

function campaignFacts({ roster, accountLimit, sent, queues }: Attached, now: number): CampaignFacts {
  const { campaignId, schedule, dailyLimit, senders, touches, pauses, poolFrom } = roster.given;
  const followUps: CampaignFacts['followUps'][number][] = [];
  for (const [index, { nodeId, type, waitMs }] of touches.entries()) {
    const anchorAt = queues[index]!.anchorAt;
    if (anchorAt !== undefined) followUps.push({ nodeId, touch: type, waitMs, anchorAt });
  }
  return {
    campaignId,
    schedule,
    dailyLimit,
    sentToday: roster.sent.at(now),
    accountLimit,
    sentTodayBySender: sent.at(now),
    senders,
    followUps,
    pauses,
    poolFrom: roster.hasPool ? poolFrom : null,
    poolTouch: touches[0]?.type ?? '',
  };
}

/** Lanes by their next instant, then by sender, the order in which a worker takes them (a binary heap). */
class Order {
  readonly #heap: Lane[] = [];

  constructor(lanes: readonly Lane[]) {
    for (const lane of lanes) this.put(lane);
  }

  put(lane: Lane): void {
    const heap = this.#heap;
    let at = heap.push(lane) - 1;
    for (let up = (at - 1) >> 1; at > 0 && before(lane, heap[up]!); up = (at - 1) >> 1) {
      heap[at] = heap[up]!;
      at = up;
    }
    heap[at] = lane;
  }

  take(): Lane | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === last || !last) return first;
    let at = 0;
    for (let down = 1; down < heap.length; down = 2 * at + 1) {
      if (down + 1 < heap.length && before(heap[down + 1]!, heap[down]!)) down += 1;
      if (!before(heap[down]!, last)) break;
      heap[at] = heap[down]!;
      at = down;
    }
    heap[at] = last;
    return first;
  }
}

function before(a: Lane, b: Lane): boolean {
  return a.nextAt! < b.nextAt! || (a.nextAt === b.nextAt && a.senderId < b.senderId);
}
