import { budgetOf, pricesOf } from './budget.ts';
import type { SenderLimits } from './lane-facts.ts';
import type { RampUp } from './limit.ts';

type Weekly = { connection: number; message: number };
type WeeklyLimits = { free: Weekly; premium: Weekly; max: Weekly; recommended: Weekly };

/**
 * Touches in any seven days over all campaigns, by type of sender; a type without an entry has
 * none.
 */
const weekly: Record<string, WeeklyLimits> = {
  linkedin: {
    free: { connection: 80, message: 100 },
    premium: { connection: 100, message: 150 },
    max: { connection: 150, message: 150 },
    recommended: { connection: 100, message: 150 },
  },
};

/**
 * Touches of one type in any 24 hours, by type of sender. Unipile advises 30 to 50 InMails and 80
 * to 100 profiles a day of one account ("Provider limits and restrictions"); the least counts. It
 * names no figure for follows and likes: they get the lowest one.
 */
const dailyOf: Record<string, Record<string, number>> = {
  linkedin: { follow: 30, inmail: 30, like: 30, profile_visit: 80 },
};

type StartLimits = { daily_limit: number; hourly_limit: number | null; min_gap_seconds: number };

/**
 * Notes with invitations: `perMonth` in any 30 days (null: as many as invitations); length in
 * characters.
 */
type NoteLimits = { perMonth: number | null; maxLength: number };

/**
 * By type of sender. Unipile's documents disagree on free seats; these are their lowest figures.
 */
const notes: Record<string, { free: NoteLimits; premium: NoteLimits }> = {
  linkedin: { free: { perMonth: 5, maxLength: 200 }, premium: { perMonth: null, maxLength: 300 } },
};

/** The limits of a sender's notes; null where its type has no notes. */
export function noteLimits({
  type,
  is_premium,
}: {
  type: string;
  is_premium: boolean;
}): NoteLimits | null {
  return notes[type]?.[is_premium ? 'premium' : 'free'] ?? null;
}

const usualStart: StartLimits = { daily_limit: 30, hourly_limit: null, min_gap_seconds: 60 };
const starts: Record<string, StartLimits> = {
  // Invitations less than two minutes apart look automated.
  linkedin: { daily_limit: 30, hourly_limit: null, min_gap_seconds: 120 },
  // 8 an hour for each account, as Inbox has it, in every hour of the day: 8 × 24 = 192.
  x: { daily_limit: 192, hourly_limit: 8, min_gap_seconds: 300 },
};

/** The limits a new sender of a type begins with. */
export function startLimits(type: string): StartLimits {
  return starts[type] ?? usualStart;
}

/**
 * X's limits for an account: 15 messages in 15 minutes, 1,440 in 24 hours (docs.x.com, Rate
 * Limits).
 */
export const maxOnX = { daily_limit: 1440, hourly_limit: 60 } as const;

const maxDaily: Record<string, number> = { linkedin: 200, x: maxOnX.daily_limit };

/** The highest daily limit that a sender of a type can have. */
export function maxPerDay(type: string): number {
  return maxDaily[type] ?? 1_000_000;
}

type LimitedSender = {
  type: string;
  is_premium: boolean;
  weekly_connection_limit: number | null;
  weekly_message_limit: number | null;
};

/** A sender's weekly limits: its own, else those of its type; null where the type has none. */
export function weeklyLimits(
  sender: LimitedSender,
): Pick<LimitedSender, 'weekly_connection_limit' | 'weekly_message_limit'> {
  const usual = weekly[sender.type]?.[sender.is_premium ? 'premium' : 'free'];
  return {
    weekly_connection_limit: sender.weekly_connection_limit ?? usual?.connection ?? null,
    weekly_message_limit: sender.weekly_message_limit ?? usual?.message ?? null,
  };
}

/**
 * A sender's weekly limits, with the highest and the recommended ones of its type; null where it
 * has none.
 */
export function limitsOf(sender: LimitedSender) {
  const { max, recommended } = weekly[sender.type] ?? {};
  return {
    ...weeklyLimits(sender),
    max_connection_limit: max?.connection ?? null,
    max_message_limit: max?.message ?? null,
    recommended_connection_limit: recommended?.connection ?? null,
    recommended_message_limit: recommended?.message ?? null,
  };
}

type PacedSender = LimitedSender & {
  daily_limit: number;
  hourly_limit: number | null;
  daily_window: string;
  ramp_up: RampUp | null;
  daily_budget_mills: number | null;
};

/** A sender's limits in the shape that the planner weighs. */
export function senderLimits(sender: PacedSender): SenderLimits {
  const { weekly_connection_limit: connections, weekly_message_limit: messages } =
    weeklyLimits(sender);
  return {
    perDay: sender.daily_limit,
    day: sender.daily_window === 'rolling' ? 'rolling' : 'calendar',
    perHour: sender.hourly_limit,
    perWeek: {
      ...(connections === null ? {} : { connection_request: connections }),
      ...(messages === null ? {} : { message: messages }),
    },
    perDayOf: dailyOf[sender.type] ?? {},
    perMonthNotes: noteLimits(sender)?.perMonth ?? null,
    rampUp: sender.ramp_up,
    budget: budgetOf(sender),
    prices: pricesOf(sender.type),
  };
}

/**
 * Whether the planner needs the sender's usage: some limit counts over another span than the local
 * day.
 */
export function needsUsage({ day, perHour, perWeek, budget }: SenderLimits): boolean {
  const counts = day === 'rolling' || perHour !== null || budget != null;
  return counts || Object.keys(perWeek).length > 0;
}
