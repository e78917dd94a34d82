import { dayStart, nextDayStart } from '../hours/schedule.ts';
import { ContactCaps } from '../sending/contact-caps.ts';
import { bucketMs, hourStart } from '../sending/limit.ts';
import {
  type CampaignFacts,
  type FollowUp,
  type LaneFacts,
  notesLeft,
  type PeoplePick,
  planLane,
  sparePicks,
} from '../sending/planner.ts';
import { needsUsage } from '../sending/sender-limit.ts';
import { awaitsConnection } from '../sequence/invitation.ts';
import { dayMs, hourMs } from '../time.ts';
import type { ForecastCampaign, ForecastHeld, ForecastLane, ForecastSend } from './forecast.ts';
import { ForecastLine } from './forecast-line.ts';

/** A count that begins anew with every local day, or hour. */
class Count {
  readonly #next: (at: number) => number;
  #ends: number;
  #n: number;

  /** `next`: when the period that contains an instant is over. */
  constructor(next: (at: number) => number, now: number, n: number) {
    this.#next = next;
    this.#ends = next(now);
    this.#n = n;
  }

  at(now: number): number {
    if (now >= this.#ends) {
      this.#ends = this.#next(now);
      this.#n = 0;
    }
    return this.#n;
  }

  add(now: number): void {
    this.#n = this.at(now) + 1;
  }
}

const dayOf = (timeZone: string) => (at: number) => nextDayStart(timeZone, dayStart(timeZone, at));
const hourOf = (timeZone: string) => (at: number) => hourStart(timeZone, at) + hourMs;

/** A campaign with its pool, as its senders share it. */
export class Roster {
  readonly given: ForecastCampaign;
  readonly sent: Count;
  /** The campaign's own first, then by name, as the database has them. */
  readonly zones: readonly string[];
  readonly pools: readonly ForecastLine<string>[];
  readonly #reach: ContactCaps | null;

  constructor(given: ForecastCampaign, now: number) {
    const { schedule, local, pools, reach } = given;
    this.given = given;
    this.sent = new Count(dayOf(schedule.timeZone), now, given.sentToday);
    this.zones = ['', ...[...local.keys()].sort()];
    this.pools = this.zones.map((zone) => {
      const people = pools.find((pool) => pool.zone === zone)?.people ?? [];
      return new ForecastLine([...people], [...people]);
    });
    this.#reach =
      reach && new ContactCaps(reach.limits, schedule.timeZone, { uses: reach.uses, now });
  }

  /** How many more than are needed are looked at, where some may be over a cap. */
  get spare(): number {
    return this.#reach ? sparePicks : 0;
  }

  /** Counts the touch for the caps; or says until when they make the person wait. */
  reach(person: string, at: number, first: boolean): number | null {
    const keys = this.given.reach?.keys.get(person);
    const taken = keys && this.#reach?.take(keys, at, { first });
    return taken?.ok === false ? taken.until : null;
  }

  comeBack(person: string, zone: string): void {
    this.pools[this.zones.indexOf(zone)]!.comeBack({ person, key: person });
  }
}

/** By touch, then by zone. */
type Attached = {
  roster: Roster;
  index: number;
  accountLimit: number | null;
  sent: Count;
  inHour: Count | null;
  lines: ForecastLine<number>[][];
};
type Hear = { send: (send: ForecastSend) => void; hold: (held: ForecastHeld) => void };

/** A sender on its way through a forecast. */
export class Lane {
  readonly #given: ForecastLane;
  readonly #index: number;
  readonly #sent: Count;
  readonly #attached: Attached[];
  #lastAt: number | null;
  #usage: { at: number; touch: string; n: number; notes: number }[];
  readonly senderId: string;
  nextAt: number | null;

  constructor(given: ForecastLane, index: number, rosters: readonly Roster[], now: number) {
    this.#given = given;
    this.senderId = given.senderId;
    this.#index = index;
    this.#sent = new Count(dayOf(given.timeZone), now, given.sentToday);
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
        const sent = new Count(dayOf(timeZone), now, sentTodayBySender);
        const inHour =
          roster.given.hourlyLimit === null ? null : new Count(hourOf(timeZone), now, sentThisHour);
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

  comeBack({
    person,
    campaign,
    zone,
    touch,
    anchorAt,
  }: {
    person: string;
    campaign: number;
    zone: string;
    touch: number;
    anchorAt: number;
  }): void {
    const attached = this.#attached.find(({ index }) => index === campaign)!;
    attached.lines[touch]![attached.roster.zones.indexOf(zone)]!.comeBack({
      person,
      key: anchorAt,
    });
  }

  /** Plans once at `now`, as a tick does. Returns whether anything was sent; when all were over a cap it plans again at once. */
  step(now: number, hear: Hear): boolean {
    const plan = planLane(this.facts(now), now);
    this.nextAt = plan.nextAt;
    if (!plan.send) return false;
    const { campaignId, count, picks } = plan.send;
    const attached = this.#attached.find(
      (candidate) => candidate.roster.given.campaignId === campaignId,
    )!;
    let left = count;
    for (const pick of picks) left -= this.#claim(attached, pick, { now, count, left, hear });
    if (left === count) {
      this.nextAt = now;
      return false;
    }
    this.#lastAt = now;
    return true;
  }

  /** Takes people behind a pick: up to `left`, looking at a few more when some are over a cap. Returns how many were written to. */
  #claim(
    attached: Attached,
    pick: PeoplePick,
    { now, count, left, hear }: { now: number; count: number; left: number; hear: Hear },
  ): number {
    const { roster, index, lines } = attached;
    const first = 'pool' in pick;
    const zone = first ? pick.pool : pick.zone;
    const place = roster.zones.indexOf(zone);
    const touch = first
      ? 0
      : roster.given.touches.findIndex(({ nodeId }) => nodeId === pick.nodeId);
    const line = lines[touch]![place]!;
    let taken = 0;
    for (let looked = 0; taken < left && looked < count + roster.spare; looked++) {
      if (!first && (line.firstKey ?? Infinity) > pick.dueBefore) break;
      const next = first ? roster.pools[place]!.take() : line.take();
      if (!next) break;
      const { person, key } = next;
      const until = roster.reach(person, now, first);
      if (until === null) {
        this.#send(attached, { at: now, touch, place, person }, hear);
        taken += 1;
      } else {
        const before = typeof key === 'string' ? null : { lane: this.#index, touch, anchorAt: key };
        hear.hold({ person, until, campaign: index, zone, before });
      }
    }
    return taken;
  }

  #send(
    { roster, index, sent, inHour, lines }: Attached,
    { at, touch, place, person }: { at: number; touch: number; place: number; person: string },
    hear: Hear,
  ): void {
    this.#sent.add(at);
    if (needsUsage(this.#given.limits)) this.#use(roster.given.touches[touch]!, at);
    sent.add(at);
    inHour?.add(at);
    roster.sent.add(at);
    const { touches, acceptMs } = roster.given;
    const wait = awaitsConnection(touches[touch]!.type) ? acceptMs : 0;
    if (wait === 0) lines[touch + 1]?.[place]?.join(person, at);
    else if (wait !== null && touch + 1 < lines.length) {
      const until = at + wait;
      const before = { lane: this.#index, touch: touch + 1, anchorAt: until };
      hear.hold({ person, until, campaign: index, zone: roster.zones[place]!, before });
    }
    hear.send({ at, lane: this.#index, campaign: index, touch, person });
  }

  /** Counts a touch in its quarter of an hour, and forgets what no limit looks back to. */
  #use({ type: touch, note }: ForecastCampaign['touches'][number], at: number): void {
    const { limits } = this.#given;
    const notes =
      note && (note === 'required' || notesLeft({ limits, usage: this.#usage }, at) > 0) ? 1 : 0;
    const bucket = Math.floor(at / bucketMs) * bucketMs;
    const last = this.#usage.findLast((used) => used.at === bucket && used.touch === touch);
    if (last) {
      last.n += 1;
      last.notes += notes;
    } else {
      this.#usage = this.#usage.filter(
        (used) => used.at > at - (limits.perMonthNotes == null ? 8 : 31) * dayMs,
      );
      this.#usage.push({ at: bucket, touch, n: 1, notes });
    }
  }

  facts(now: number): LaneFacts {
    const { senderId, status, timeZone, limits, minGapMs, quiet } = this.#given;
    const campaigns = this.#attached.map((attached) => campaignFacts(attached, now));
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
      campaigns,
    };
  }
}

function campaignFacts(
  { roster, accountLimit, sent, inHour, lines }: Attached,
  now: number,
): CampaignFacts {
  const {
    campaignId,
    schedule,
    local,
    dailyLimit,
    hourlyLimit,
    senders,
    touches,
    pauses,
    poolFrom,
  } = roster.given;
  const followUps: FollowUp[] = [];
  for (const [index, { nodeId, type, waitMs, note }] of touches.entries()) {
    for (const [place, line] of lines[index]!.entries()) {
      const anchorAt = line.firstKey;
      if (anchorAt !== undefined)
        followUps.push({
          nodeId,
          touch: type,
          waitMs,
          anchorAt,
          zone: roster.zones[place]!,
          noted: note === 'required',
        });
    }
  }
  const poolZones = roster.zones.filter((_, place) => roster.pools[place]!.firstKey !== undefined);
  return {
    campaignId,
    schedule,
    local,
    dailyLimit,
    sentToday: roster.sent.at(now),
    accountLimit,
    sentTodayBySender: sent.at(now),
    ...(hourlyLimit !== null && inHour
      ? { hourly: { limit: hourlyLimit, sent: inHour.at(now) } }
      : {}),
    senders,
    followUps,
    pauses,
    poolFrom: poolZones.length > 0 ? poolFrom : null,
    poolTouch: touches[0]?.type ?? '',
    poolNoted: touches[0]?.note === 'required',
    poolZones,
  };
}
