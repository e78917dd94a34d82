import { dayStart, nextDayStart } from '../hours/schedule.ts';
import { ContactCaps } from '../sending/contact-caps.ts';
import { hourStart } from '../sending/limit.ts';
import { sparePicks } from '../sending/planner.ts';
import { hourMs } from '../time.ts';
import type { ForecastCampaign } from './forecast.ts';
import { ForecastLine } from './forecast-line.ts';

/** A count that starts at zero again with every local day, or hour. */
export class PeriodCount {
  readonly #next: (at: number) => number;
  #ends: number;
  #n: number;

  /** `next` returns the end (epoch ms) of the period that contains an instant. */
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

export const endOfDay = (timeZone: string) => (at: number) =>
  nextDayStart(timeZone, dayStart(timeZone, at));
export const endOfHour = (timeZone: string) => (at: number) => hourStart(timeZone, at) + hourMs;

/** A campaign with its pool, shared by the lanes of its senders. */
export class Roster {
  readonly given: ForecastCampaign;
  readonly sent: PeriodCount;
  /** The campaign's own zone (empty) first, then by name, as the database sorts them. */
  readonly zones: readonly string[];
  readonly pools: readonly ForecastLine<string>[];
  readonly #caps: ContactCaps | null;

  constructor(given: ForecastCampaign, now: number) {
    const { schedule, local, pools, reach } = given;
    this.given = given;
    this.sent = new PeriodCount(endOfDay(schedule.timeZone), now, given.sentToday);
    this.zones = ['', ...[...local.keys()].sort()];
    this.pools = this.zones.map((zone) => {
      const people = pools.find((pool) => pool.zone === zone)?.people ?? [];
      return new ForecastLine([...people], [...people]);
    });
    this.#caps =
      reach && new ContactCaps(reach.limits, schedule.timeZone, { uses: reach.uses, now });
  }

  /** How many prospects more than needed a lane looks at, where some may be over a cap. */
  get spare(): number {
    return this.#caps ? sparePicks : 0;
  }

  /**
   * Counts a touch for the caps and returns null; or returns until when (epoch ms) a full cap makes
   * the prospect wait.
   */
  takeCap(person: string, at: number, cap: { first: boolean }): number | null {
    const keys = this.given.reach?.keys.get(person);
    const taken = keys && this.#caps?.take(keys, at, cap);
    return taken?.ok === false ? taken.until : null;
  }

  comeBack(person: string, zone: string): void {
    this.pools[this.zones.indexOf(zone)]!.comeBack({ person, key: person });
  }
}
