import { notesLeft } from '../sending/capacity.ts';
import type { LaneFacts } from '../sending/lane-facts.ts';
import type { PeoplePick } from '../sending/lane-work.ts';
import { bucketMs } from '../sending/limit.ts';
import { planLane } from '../sending/planner.ts';
import { needsUsage } from '../sending/sender-limit.ts';
import { awaitsConnection } from '../sequence/invitation.ts';
import { dayMs } from '../time.ts';
import type {
  Fate,
  ForecastCampaign,
  ForecastHeld,
  ForecastLane,
  ForecastSend,
  OnStop,
} from './forecast.ts';
import { campaignFacts, type LaneCampaign } from './forecast-attachment.ts';
import { ForecastLine } from './forecast-line.ts';
import { endOfDay, endOfHour, PeriodCount, type Roster } from './forecast-roster.ts';

/** Index of a touch (0 is the first), and the anchor (epoch ms) of a prospect before it. */
type PlaceInLane = { touch: number; anchorAt: number };

/**
 * Receives the events of a step: sends, prospects that are held until an instant, and those that
 * are skipped or held for good.
 */
export type StepEvents = {
  onSend: (send: ForecastSend) => void;
  onHold: (held: ForecastHeld) => void;
  onStop: OnStop;
};

/** A sender in a forecast: its state at the instant that the forecast has reached. */
export class Lane {
  readonly #given: ForecastLane;
  readonly #index: number;
  readonly #sent: PeriodCount;
  readonly #attached: LaneCampaign[];
  #lastAt: number | null;
  #usage: { at: number; touch: string; n: number; notes: number }[];
  readonly senderId: string;
  nextAt: number | null;

  constructor(given: ForecastLane, index: number, rosters: readonly Roster[], now: number) {
    this.#given = given;
    this.senderId = given.senderId;
    this.#index = index;
    this.#sent = new PeriodCount(endOfDay(given.timeZone), now, given.sentToday);
    this.#lastAt = given.lastAt;
    this.#usage = given.usage.map((bucket) => ({ ...bucket, notes: bucket.notes ?? 0 }));
    this.nextAt = given.nextAt;
    this.#attached = given.attachments.map(
      ({ campaign, accountLimit, sentTodayBySender, sentThisHour, queues }) => {
        const roster = rosters[campaign]!;
        const lineOf = (nodeId: string, zone: string) => {
          const queue = queues.find(
            (candidate) => candidate.nodeId === nodeId && candidate.zone === zone,
          );
          return new ForecastLine([...(queue?.people ?? [])], [...(queue?.anchors ?? [])]);
        };
        const lines = roster.given.touches.map(({ nodeId }) =>
          roster.zones.map((zone) => lineOf(nodeId, zone)),
        );
        const { timeZone } = roster.given.schedule;
        const sent = new PeriodCount(endOfDay(timeZone), now, sentTodayBySender);
        const inHour =
          roster.given.hourlyLimit === null
            ? null
            : new PeriodCount(endOfHour(timeZone), now, sentThisHour);
        return { roster, index: campaign, accountLimit, sent, inHour, lines };
      },
    );
  }

  sendsFor(campaign: number): boolean {
    return this.#attached.some(({ index }) => index === campaign);
  }

  wake(now: number): void {
    this.nextAt = Math.min(this.nextAt ?? Infinity, now);
  }

  /** A hold has ended: the prospect stands before a touch again, at the place of its anchor. */
  comeBack(held: { person: string; campaign: number; zone: string }, before: PlaceInLane): void {
    const { person, campaign, zone } = held;
    const attached = this.#attached.find(({ index }) => index === campaign)!;
    const line = attached.lines[before.touch]![attached.roster.zones.indexOf(zone)]!;
    line.comeBack({ person, key: before.anchorAt });
  }

  /**
   * Plans once at `now`, as a tick does. Returns whether anything was sent; when nobody got a
   * touch, the lane plans again at once.
   */
  step(now: number, events: StepEvents): boolean {
    const plan = planLane(this.facts(now), now);
    this.nextAt = plan.nextAt;
    if (!plan.send) return false;
    const { campaignId, count, picks } = plan.send;
    const attached = this.#attached.find(
      (candidate) => candidate.roster.given.campaignId === campaignId,
    )!;
    let left = count;
    let sent = 0;
    for (const pick of picks) {
      const claimed = this.#claim(attached, pick, { now, count, left, events });
      left -= claimed.taken;
      sent += claimed.sent;
    }
    if (sent === 0) {
      this.nextAt = now;
      return false;
    }
    this.#lastAt = now;
    return true;
  }

  /**
   * Takes up to `left` prospects of a pick, and holds those that are over a cap. Returns how many
   * were taken, and how many of them were written to.
   */
  #claim(
    attached: LaneCampaign,
    pick: PeoplePick,
    { now, count, left, events }: { now: number; count: number; left: number; events: StepEvents },
  ): { taken: number; sent: number } {
    const { roster, index, lines } = attached;
    const first = 'pool' in pick;
    const zone = first ? pick.pool : pick.zone;
    const place = roster.zones.indexOf(zone);
    const touch = first
      ? 0
      : roster.given.touches.findIndex(({ nodeId }) => nodeId === pick.nodeId);
    const line = lines[touch]![place]!;
    const cap = { first };
    let taken = 0;
    let sent = 0;
    for (let looked = 0; taken < left && looked < count + roster.spare; looked++) {
      if (!first && (line.firstKey ?? Infinity) > pick.dueBefore) break;
      const next = first ? roster.pools[place]!.take() : line.take();
      if (!next) break;
      const { person, key } = next;
      const fate = this.#fateOf(roster, person, { touch, now });
      if (fate) {
        taken += 1;
        if (fate.act === 'pass') lines[touch + 1]?.[place]?.join(person, now);
        else events.onStop({ at: now, campaign: index, person, fate });
        continue;
      }
      const until = roster.takeCap(person, now, cap);
      if (until === null) {
        this.#send(attached, { at: now, touch, place, person }, events);
        taken += 1;
        sent += 1;
      } else {
        const before = typeof key === 'string' ? null : { lane: this.#index, touch, anchorAt: key };
        events.onHold({ person, until, campaign: index, zone, before });
      }
    }
    return { taken, sent };
  }

  /** Why the person does not get the touch; null when it goes out, with or without its note. */
  #fateOf(
    { given }: Roster,
    person: string,
    { touch, now }: { touch: number; now: number },
  ): Fate | null {
    const fate = given.fates(person, touch, this.senderId);
    const isBare =
      fate?.unlessBare === true && notesLeft({ ...this.#given, usage: this.#usage }, now) <= 0;
    return isBare ? null : fate;
  }

  #send(
    { roster, index, sent, inHour, lines }: LaneCampaign,
    { at, touch, place, person }: { at: number; touch: number; place: number; person: string },
    events: StepEvents,
  ): void {
    this.#sent.add(at);
    if (needsUsage(this.#given.limits)) this.#countUsage(roster.given.touches[touch]!, at);
    sent.add(at);
    inHour?.add(at);
    roster.sent.add(at);
    const { touches, acceptMs } = roster.given;
    const wait = awaitsConnection(touches[touch]!.type) ? acceptMs : 0;
    if (wait === 0) lines[touch + 1]?.[place]?.join(person, at);
    else if (wait !== null && touch + 1 < lines.length) {
      const until = at + wait;
      const before = { lane: this.#index, touch: touch + 1, anchorAt: until };
      events.onHold({ person, until, campaign: index, zone: roster.zones[place]!, before });
    }
    events.onSend({ at, lane: this.#index, campaign: index, touch, person });
  }

  /** Counts a touch in its quarter of an hour, and drops usage that no limit looks back to. */
  #countUsage({ type: touch, note }: ForecastCampaign['touches'][number], at: number): void {
    const notes =
      note && (note === 'required' || notesLeft({ ...this.#given, usage: this.#usage }, at) > 0)
        ? 1
        : 0;
    const bucket = Math.floor(at / bucketMs) * bucketMs;
    const last = this.#usage.findLast((used) => used.at === bucket && used.touch === touch);
    if (last) {
      last.n += 1;
      last.notes += notes;
    } else {
      // The longest window, seven days or 30 for notes, and a day more.
      const keptMs = (this.#given.limits.perMonthNotes == null ? 8 : 31) * dayMs;
      this.#usage = this.#usage.filter((used) => used.at > at - keptMs);
      this.#usage.push({ at: bucket, touch, n: 1, notes });
    }
  }

  /** The planner's facts; with `goers`, those of the prospects that will get their touch. */
  facts(now: number, { goers = false } = {}): LaneFacts {
    const { senderId, status, timeZone, limits, minGapMs, quiet, rests, reading } = this.#given;
    const campaigns = this.#attached.map((attached) => {
      const { roster } = attached;
      const goes = (person: string, touch: number) => {
        const fate = this.#fateOf(roster, person, { touch, now });
        return fate === null || fate.act === 'pass';
      };
      return campaignFacts(attached, now, goers ? goes : null);
    });
    const counts = { sentToday: this.#sent.at(now), usage: this.#usage };
    return {
      senderId,
      status,
      timeZone,
      limits,
      minGapMs,
      ...counts,
      lastAt: this.#lastAt,
      ...(quiet ? { quiet } : {}),
      ...(rests ? { rests } : {}),
      ...(reading ? { reading } : {}),
      campaigns,
    };
  }
}
