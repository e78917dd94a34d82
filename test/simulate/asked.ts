import { day, hour } from './chance.ts';
import type { Acceptance } from './provider.ts';
import { wallOf } from './zones.ts';

/** Values with the instants from which they hold (epoch ms), in order. */
export type Course<T> = { from: number; value: T }[];
export type Hours = Record<string, { start: number; end: number }[]> | null;

const at = <T>(course: Course<T>, instant: number): T | undefined => course.findLast(({ from }) => from <= instant)?.value;

export type AskedCampaign = {
  window: Course<{ zone: string; hours: Hours }>;
  dailyLimit: Course<number>;
  quiet: Course<boolean>;
  /** By sender: taken off, and the campaign's own limit for it. */
  off: Map<string, Course<boolean>>;
  accountLimits: Map<string, Course<number | null>>;
};

export type AskedSender = {
  quiet: Course<boolean>;
  limits: Course<{ perDay: number; rolling: boolean; perHour: number | null; gapMs: number }>;
};

/** What was asked of the engine and when, to be held against what it did, with no code of the engine's. */
export class Asked {
  /** By the tag that their texts carry. */
  readonly campaigns = new Map<string, AskedCampaign & { id: string }>();
  readonly senders = new Map<string, AskedSender>();
  /** From when an address must not be written to any more. */
  readonly silenced = new Map<string, number>();
  /** The zone in which the senders' days begin. */
  zone = 'America/New_York';
  readonly breaches: string[] = [];
  readonly #accepted: (Acceptance & { campaign: string })[] = [];

  campaign(id: string): AskedCampaign & { id: string } {
    return [...this.campaigns.values()].find((campaign) => campaign.id === id)!;
  }

  silence(email: string, instant: number): void {
    if (!this.silenced.has(email)) this.silenced.set(email, instant);
  }

  /** Laws 1 and 3, at the moment the provider takes a message. */
  judge(acceptance: Acceptance): void {
    const { to, tag, at: when } = acceptance;
    const name = tag.replace(/n.*/, '');
    const campaign = this.campaigns.get(name);
    const sender = this.senders.get(acceptance.senderId);
    const breach = (what: string) => this.breaches.push(`${what}: ${to} [${tag}] at ${new Date(when).toISOString()}`);
    if (!campaign || !sender) return void breach('nobody asked for it');
    if (this.#accepted.some((one) => one.to === to && one.tag === tag)) breach('twice');
    this.#accepted.push({ ...acceptance, campaign: name });
    if (!isWithin(at(campaign.window, when)!, when)) breach('outside the hours');
    if (at(campaign.quiet, when)) breach('while the campaign was paused');
    if (at(sender.quiet, when)) breach('while the sender was paused');
    if (at(campaign.off.get(acceptance.senderId) ?? [], when)) breach('from a sender that was taken off');
    if ((this.silenced.get(to) ?? Infinity) <= when) breach('after suppression');
    for (const [what, count, limit] of this.#counts({ ...acceptance, campaign: name }))
      if (count > limit) breach(`${count} touches, ${limit} allowed: ${what}`);
    const others = this.#accepted.filter((one) => one.senderId === acceptance.senderId && one.key !== acceptance.key);
    const close = others.find((one) => Math.abs(one.at - when) < at(sender.limits, Math.max(one.at, when))!.gapMs);
    if (close) breach(`${Math.abs(close.at - when)} ms from another`);
  }

  /** Touches that had been claimed by then, and how many there may be. */
  #counts({ at: when, campaign: name, senderId }: Acceptance & { campaign: string }): [string, number, number][] {
    const campaign = this.campaigns.get(name)!;
    const { perDay, rolling, perHour } = at(this.senders.get(senderId)!.limits, when)!;
    const { zone } = at(campaign.window, when)!;
    const before = this.#accepted.filter((one) => one.at <= when && one.at > when - 2 * day);
    const count = (matches: (one: (typeof before)[number]) => boolean) => before.filter(matches).length;
    const own = (one: (typeof before)[number]) => one.senderId === senderId;
    const here = (one: (typeof before)[number]) => one.campaign === name;
    const sameDay = (timeZone: string) => {
      const { date } = wallOf(when, timeZone);
      return (one: (typeof before)[number]) => wallOf(one.at, timeZone).date === date;
    };
    const [senderDay, campaignDay] = [sameDay(this.zone), sameDay(zone)];
    const past = wallOf(when, this.zone).minute * 60_000 + (when % 60_000);
    const accountLimit = at(campaign.accountLimits.get(senderId) ?? [], when) ?? null;
    return [
      rolling
        ? ['sender in 24 hours', count((one) => own(one) && one.at > when - day), perDay]
        : ['sender in a day', count((one) => own(one) && senderDay(one)), perDay],
      ['sender in an hour', count((one) => own(one) && one.at >= when - Math.min(past, hour)), perHour ?? Infinity],
      ['campaign in a day', count((one) => here(one) && campaignDay(one)), at(campaign.dailyLimit, when)!],
      ['sender in a campaign in a day', count((one) => here(one) && own(one) && campaignDay(one)), accountLimit ?? Infinity],
    ];
  }
}

function isWithin({ zone, hours }: { zone: string; hours: Hours }, instant: number): boolean {
  if (hours === null || Object.keys(hours).length === 0) return true;
  const { weekday, hour: hours24, minute } = wallOf(instant, zone);
  const ofDay = hours24 * 60 + minute;
  return (hours[String(weekday)] ?? []).some(({ start, end }) => start <= ofDay && ofDay < end);
}
