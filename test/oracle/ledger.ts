import { dateReached, wallClock } from './wall.ts';

const hour = 3_600_000;
const day = 24 * hour;
const quarter = hour / 4;

export type Sent = { at: number; sender: string; campaign: string; touch: string; noted: boolean };

export type SenderRules = {
  id: string;
  zone: string;
  perDay: number;
  day: 'calendar' | 'rolling';
  perHour: number | null;
  perWeek: Record<string, number>;
  perMonthNotes: number | null;
  rampUp: { start: number; step: number; every_days: number; started_on: string } | null;
  minGapMs: number;
};

export type CampaignRules = {
  id: string;
  zone: string;
  touch: string;
  noted: boolean;
  perDay: number | null;
  perAccount: number | null;
  perHour: number | null;
  isNineToFive: boolean;
};

const dates = new Map<string, string>();

/** `dateReached`, once for each quarter of an hour: no date begins within one. */
export function dateOf(zone: string, at: number): string {
  const key = `${zone} ${Math.floor(at / quarter)}`;
  const known = dates.get(key);
  if (known) return known;
  if (dates.size > 100_000) dates.clear();
  const date = dateReached(zone, Math.floor(at / quarter) * quarter);
  dates.set(key, date);
  return date;
}

type Of = { sender?: string; campaign?: string };

/** All touches that went out, counted by the clock on the wall alone. */
export class Ledger {
  readonly sent: Sent[] = [];

  #of({ sender, campaign }: Of): Sent[] {
    return this.sent.filter(
      (one) =>
        (sender === undefined || one.sender === sender) &&
        (campaign === undefined || one.campaign === campaign),
    );
  }

  lastOf(sender: string): number | null {
    return this.#of({ sender }).at(-1)?.at ?? null;
  }

  /** The touches on the date that the wall shows in a zone. */
  onDay(zone: string, at: number, of: Of): Sent[] {
    const date = dateOf(zone, at);
    return this.#of(of).filter((one) => at - one.at < 2 * day && dateOf(zone, one.at) === date);
  }

  /** The touches in the hour that the wall shows in a zone. */
  inHour(zone: string, at: number, of: Of): Sent[] {
    const minutes = wallClock(zone, at).minute % 60;
    const begin = Math.floor(at / 60_000) * 60_000 - minutes * 60_000;
    return this.#of(of).filter((one) => one.at >= begin);
  }

  /** The touches that a window may still contain: a quarter of an hour leaves it as a whole. */
  #inWindow(at: number, windowMs: number, of: Of): Sent[] {
    return this.#of(of).filter(
      (one) => Math.floor(one.at / quarter) * quarter + quarter + windowMs > at,
    );
  }

  isOpen({ zone, isNineToFive }: CampaignRules, at: number): boolean {
    const { weekday, minute } = wallClock(zone, at);
    return !isNineToFive || (weekday >= 1 && weekday <= 5 && minute >= 540 && minute < 1020);
  }

  /** The limits that have no room for one more touch of the campaign now. */
  fullLimits(sender: SenderRules, campaign: CampaignRules, at: number): string[] {
    const own = { sender: sender.id };
    const here = { campaign: campaign.id };
    const both = { ...own, ...here };
    const perDay = dailyLimit(sender, at);
    const ofTouch = this.#inWindow(at, 7 * day, own).filter(
      ({ touch }) => touch === campaign.touch,
    );
    const notes = this.#inWindow(at, 30 * day, own).filter(({ noted }) => noted);
    const usedToday =
      sender.day === 'rolling' ? this.#inWindow(at, day, own) : this.onDay(sender.zone, at, own);
    const counts: [string, number, number | null | undefined][] = [
      ['sender_daily_limit', usedToday.length, perDay],
      ['sender_hourly_limit', this.inHour(sender.zone, at, own).length, sender.perHour],
      ['sender_weekly_limit', ofTouch.length, sender.perWeek[campaign.touch]],
      ['note_quota', notes.length, campaign.noted ? sender.perMonthNotes : null],
      ['campaign_daily_limit', this.onDay(campaign.zone, at, here).length, campaign.perDay],
      ['account_limit', this.onDay(campaign.zone, at, both).length, campaign.perAccount],
      ['campaign_hourly_limit', this.inHour(campaign.zone, at, both).length, campaign.perHour],
    ];
    return counts.flatMap(([name, used, limit]) => (limit != null && used >= limit ? [name] : []));
  }
}

/** The sender's daily limit on the date that the wall shows, with its ramp-up. */
function dailyLimit({ zone, perDay, rampUp }: SenderRules, at: number): number {
  if (!rampUp) return perDay;
  const passed = (Date.parse(dateOf(zone, at)) - Date.parse(rampUp.started_on)) / day;
  const steps = Math.floor(Math.max(0, passed) / rampUp.every_days);
  return Math.min(perDay, rampUp.start + rampUp.step * steps);
}
