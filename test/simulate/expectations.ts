import { dayMs, hourMs } from '../../src/domain/time.ts';
import { type Channel, personAt, publicHolidays } from './people.ts';
import type { Acceptance } from './provider.ts';
import { wallOf } from './zones.ts';

/** Values with the instants from which they hold (epoch ms), in order. */
export type Timeline<T> = { from: number; value: T }[];
export type Hours = Record<string, { start: number; end: number }[]> | null;

export const at = <T>(course: Timeline<T>, instant: number): T | undefined =>
  course.findLast(({ from }) => from <= instant)?.value;

/** Values of a campaign's settings. */
export type Settings = {
  window: { zone: string; hours: Hours };
  holidays: { dates: readonly string[]; countries: readonly string[] };
  dailyLimit: number;
  domainLimit: number | null;
  companyLimit: number | null;
  guard: { rate: number | null; min: number | null };
  /** Days that an invitation may wait. */
  timeout: number | null;
};

export type SettingTimelines = { [Name in keyof Settings]: Timeline<Settings[Name]> };

export type ExpectedCampaign = SettingTimelines & {
  type: Channel;
  /** Whether hours and holidays go by the clock of each person. */
  local: boolean;
  dryRun: Timeline<boolean>;
  quiet: Timeline<boolean>;
  /** By sender: taken off, and the campaign's own limit for it. */
  off: Map<string, Timeline<boolean>>;
  accountLimits: Map<string, Timeline<number | null>>;
  /** By address: taken off the roster. */
  gone: Map<string, Timeline<boolean>>;
};

/** A limit that begins at `start` and grows by `step` every `every` days, from a date on. */
export type RampUp = { start: number; step: number; every: number; from: string };

export type ExpectedSender = {
  type: Channel;
  quiet: Timeline<boolean>;
  limits: Timeline<{
    perDay: number;
    rolling: boolean;
    perHour: number | null;
    /** In seven days, of each type of touch. */
    perWeek: number | null;
    gapMs: number;
    rampUp: RampUp | null;
  }>;
};

type Touch = Acceptance & { campaign: string };
type Count = [what: string, count: number, limit: number];

/**
 * Records every request to the engine with its time, and checks the sends against them, without
 * code of the engine.
 */
export class Expectations {
  /** By the tag that their texts carry. */
  readonly campaigns = new Map<string, ExpectedCampaign & { id: string }>();
  readonly senders = new Map<string, ExpectedSender>();
  /** From when an address must not be written to any more. */
  readonly suppressed = new Map<string, number>();
  /** The zone in which the senders' days begin. */
  zone = 'America/New_York';
  readonly breaches: string[] = [];
  readonly #accepted: Touch[] = [];

  campaign(id: string): ExpectedCampaign & { id: string } {
    return [...this.campaigns.values()].find((campaign) => campaign.id === id)!;
  }

  suppress(email: string, instant: number): void {
    if (!this.suppressed.has(email)) this.suppressed.set(email, instant);
  }

  /**
   * Records that people were removed from a roster or added to it. Removing a contacted one is a
   * breach.
   */
  enrol(
    tag: string,
    emails: readonly string[],
    { from, gone }: { from: number; gone: boolean },
  ): void {
    const roster = this.campaigns.get(tag)!.gone;
    for (const email of emails) {
      if (gone && this.#accepted.some((one) => one.to === email && one.campaign === tag))
        this.breaches.push(`${email} was taken off the roster of ${tag} although written to`);
      if (gone || roster.has(email))
        roster.set(email, [...(roster.get(email) ?? []), { from, value: gone }]);
    }
  }

  /** Laws 1 and 3, at the moment the provider takes a message. */
  check(acceptance: Acceptance): void {
    const { to, tag, senderId, at: when } = acceptance;
    const touch = { ...acceptance, campaign: tag.replace(/n.*/, '') };
    const campaign = this.campaigns.get(touch.campaign);
    const sender = this.senders.get(senderId);
    const breach = (what: string) =>
      this.breaches.push(`${what}: ${to} [${tag}] at ${new Date(when).toISOString()}`);
    if (!campaign || !sender) return void breach('nobody asked for it');
    if (this.#accepted.some((one) => one.to === to && one.tag === tag)) breach('twice');
    this.#accepted.push(touch);
    const { zone, hours } = at(campaign.window, when)!;
    const clock = (campaign.local ? personAt(to).zone : null) ?? zone;
    if (!isWithin(hours, clock, when)) breach(`outside the hours of ${clock}`);
    if (isHoliday(at(campaign.holidays, when)!, wallOf(when, clock).date))
      breach(`on a holiday in ${clock}`);
    if (at(campaign.dryRun, when)) breach('in a dry run');
    if (at(campaign.quiet, when)) breach('while the campaign was paused');
    if (at(sender.quiet, when)) breach('while the sender was paused');
    if (at(campaign.off.get(senderId) ?? [], when)) breach('from a sender that was taken off');
    if (at(campaign.gone.get(to) ?? [], when)) breach('off the roster');
    if ((this.suppressed.get(to) ?? Infinity) <= when) breach('after suppression');
    for (const [what, count, limit] of [
      ...this.#counts(touch, sender),
      ...this.#reached(touch, campaign),
    ])
      if (count > limit) breach(`${count} touches, ${limit} allowed: ${what}`);
    const others = this.#accepted.filter(
      (one) => one.senderId === senderId && one.key !== acceptance.key,
    );
    const close = others.find(
      (one) => Math.abs(one.at - when) < at(sender.limits, Math.max(one.at, when))!.gapMs,
    );
    if (close) breach(`${Math.abs(close.at - when)} ms from another`);
  }

  /** Touches that had been claimed by then, and how many there may be. */
  #counts({ at: when, campaign: name, senderId, touch }: Touch, sender: ExpectedSender): Count[] {
    const campaign = this.campaigns.get(name)!;
    const limits = at(sender.limits, when)!;
    const { zone } = at(campaign.window, when)!;
    const before = this.#accepted.filter((one) => one.at <= when && one.at > when - 7 * dayMs);
    const count = (matches: (one: Touch) => boolean) => before.filter(matches).length;
    const own = (one: Touch) => one.senderId === senderId;
    const here = (one: Touch) => one.campaign === name;
    const sameDay = (timeZone: string) => {
      const { date } = wallOf(when, timeZone);
      return (one: Touch) => wallOf(one.at, timeZone).date === date;
    };
    const [senderDay, campaignDay] = [sameDay(this.zone), sameDay(zone)];
    const past = wallOf(when, this.zone).minute * 60_000 + (when % 60_000);
    const accountLimit = at(campaign.accountLimits.get(senderId) ?? [], when) ?? null;
    const perDay = grown(limits, wallOf(when, this.zone).date);
    return [
      limits.rolling
        ? ['sender in 24 hours', count((one) => own(one) && one.at > when - dayMs), perDay]
        : ['sender in a day', count((one) => own(one) && senderDay(one)), perDay],
      [
        'sender in seven days',
        count((one) => own(one) && one.touch === touch),
        limits.perWeek ?? Infinity,
      ],
      [
        'sender in an hour',
        count((one) => own(one) && one.at >= when - Math.min(past, hourMs)),
        limits.perHour ?? Infinity,
      ],
      [
        'campaign in a day',
        count((one) => here(one) && campaignDay(one)),
        at(campaign.dailyLimit, when) ?? Infinity,
      ],
      [
        'sender in a campaign in a day',
        count((one) => here(one) && own(one) && campaignDay(one)),
        accountLimit ?? Infinity,
      ],
    ];
  }

  /**
   * Touches to the same domain and company on one date of the campaign's zone, while there was a
   * cap.
   */
  #reached({ to, at: when, campaign: name }: Touch, campaign: ExpectedCampaign): Count[] {
    const dateOf = (instant: number) => wallOf(instant, at(campaign.window, instant)!.zone).date;
    const person = personAt(to);
    return (['domain', 'company'] as const).flatMap((kind): Count[] => {
      const cap = campaign[`${kind}Limit`];
      const limit = at(cap, when) ?? null;
      if (limit === null || person[kind] === null) return [];
      const same = this.#accepted.filter((one) => {
        const counts =
          one.campaign === name &&
          one.at <= when &&
          one.at > when - 2 * dayMs &&
          (at(cap, one.at) ?? null) !== null;
        return counts && personAt(one.to)[kind] === person[kind] && dateOf(one.at) === dateOf(when);
      });
      return [[`${kind} ${person[kind]} in a day`, same.length, limit]];
    });
  }
}

function grown(
  { perDay, rampUp }: { perDay: number; rampUp: RampUp | null },
  date: string,
): number {
  if (!rampUp) return perDay;
  const days = Math.max(0, (Date.parse(date) - Date.parse(rampUp.from)) / dayMs);
  return Math.min(perDay, rampUp.start + rampUp.step * Math.floor(days / rampUp.every));
}

function isWithin(hours: Hours, zone: string, instant: number): boolean {
  if (hours === null || Object.keys(hours).length === 0) return true;
  const { weekday, hour: hours24, minute } = wallOf(instant, zone);
  const ofDay = hours24 * 60 + minute;
  return (hours[String(weekday)] ?? []).some(({ start, end }) => start <= ofDay && ofDay < end);
}

function isHoliday({ dates, countries }: Settings['holidays'], date: string): boolean {
  return (
    dates.includes(date) || countries.some((country) => publicHolidays[country]!.includes(date))
  );
}
