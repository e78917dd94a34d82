import type { Pause } from '../hours/delay.ts';
import type { Schedule } from '../hours/schedule.ts';
import type { MoneyBudget, ReadingCost } from './budget.ts';
import type { RampUp, Usage } from './limit.ts';
import type { Rests } from './rest.ts';

/** Prospects of one campaign and one time zone that stand before one touch with one sender. */
export type FollowUp = {
  nodeId: string;
  touch: string;
  /** How long after its anchor a prospect is due. */
  waitMs: number;
  /** The earliest anchor among them, epoch ms. */
  anchorAt: number;
  /** Empty where the campaign's own zone counts. */
  zone: string;
  /** The touch must go with a note. */
  noted?: boolean;
};

export type CampaignFacts = {
  campaignId: string;
  schedule: Schedule;
  /** The same hours in the prospects' own zones; empty unless the campaign uses local hours. */
  local: ReadonlyMap<string, Schedule>;
  /** No touch goes out before this instant; null or absent for any time. */
  startsAt?: number | null;
  /** Touches a day over all senders, null without a limit. */
  dailyLimit: number | null;
  sentToday: number;
  /** The campaign's limit a day for this sender, null without a limit. */
  accountLimit: number | null;
  sentTodayBySender: number;
  /**
   * The campaign's limit an hour for each sender, and the touches this sender has sent in the clock
   * hour of the campaign's zone; absent without a limit.
   */
  hourly?: { limit: number; sent: number };
  /** Active senders of the campaign: they share its daily limit. */
  senders: number;
  followUps: readonly FollowUp[];
  /** Finished pauses that delays do not count through. */
  pauses: readonly Pause[];
  /** First instant at which prospects may be taken from the pool; null when the pool is empty. */
  poolFrom: number | null;
  /** Type of the touch that prospects of the pool stand before. */
  poolTouch: string;
  /** That touch must go with a note. */
  poolNoted?: boolean;
  /** The zones of the pool's prospects, each once. */
  poolZones: readonly string[];
};

/** The sender's provider asked for a rest, or did not answer: no touch goes out before `until`. */
export type Quiet = { until: number; because: 'provider_rate_limit' | 'provider_unreachable' };

/** Limits of a sender over all its campaigns. */
export type SenderLimits = {
  perDay: number;
  /** `calendar`: by the local day of the sender's zone. `rolling`: in any 24 hours. */
  day: 'calendar' | 'rolling';
  /** By the local clock hour, null without a limit. */
  perHour: number | null;
  /** In any seven days, by type of touch; a type that is absent has no such limit. */
  perWeek: Readonly<Record<string, number>>;
  /** In any 24 hours, by type of touch; a type that is absent has the day's limit alone. */
  perDayOf?: Readonly<Record<string, number>>;
  /** Notes in any 30 days, null or absent without a limit. */
  perMonthNotes?: number | null;
  rampUp: RampUp | null;
  /** Money a day, null or absent without a limit. */
  budget?: MoneyBudget | null;
  /** The most that a touch of each type costs, in mills; null or absent where it is free. */
  prices?: MoneyBudget['prices'] | null;
};

/** Everything the planner weighs for one sender. Instants are epoch ms. */
export type LaneFacts = {
  senderId: string;
  status: string;
  /** The zone in which the sender's day begins. */
  timeZone: string;
  limits: SenderLimits;
  sentToday: number;
  /** The last seven days; needed where a limit looks further back than the day. */
  usage: Usage;
  /** The cost of reading lately, where the sender has a budget. */
  reading?: ReadingCost | null;
  minGapMs: number;
  lastAt: number | null;
  quiet?: Quiet;
  /** Kinds of touch that rest while the others go on. */
  rests?: Rests;
  campaigns: readonly CampaignFacts[];
};

/** The rests that a sender's provider asked for, as the planner takes them. */
export function providerRest({
  quietUntil,
  quietBecause,
  rests,
}: {
  quietUntil: Date | null;
  quietBecause: string | null;
  rests: Rests;
}): Pick<LaneFacts, 'quiet' | 'rests'> {
  const quiet = quietUntil
    ? { quiet: { until: quietUntil.getTime(), because: quietBecause as Quiet['because'] } }
    : {};
  return { ...quiet, rests };
}
