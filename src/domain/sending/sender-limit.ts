import type { RampUp } from './limit.ts';
import type { SenderLimits } from './planner.ts';

type Weekly = { connection: number; message: number };
type WeeklyLimits = { free: Weekly; premium: Weekly; max: Weekly; recommended: Weekly };

/** Weekly limits by type of sender, for the types that have them; rolling seven days, over all campaigns. */
const weekly: Record<string, WeeklyLimits> = {
  linkedin: {
    free: { connection: 80, message: 100 },
    premium: { connection: 100, message: 150 },
    max: { connection: 150, message: 150 },
    recommended: { connection: 100, message: 150 },
  },
};

type Start = { daily_limit: number; hourly_limit: number | null; min_gap_seconds: number };

/** Notes with invitations: how many go out in any 30 days (null: as many as invitations), and how long one may be. */
type Notes = { perMonth: number | null; maxLength: number };

/** By type of sender; the provider's documents disagree on free seats, and this is the least they say. */
const notes: Record<string, { free: Notes; premium: Notes }> = {
  linkedin: { free: { perMonth: 5, maxLength: 200 }, premium: { perMonth: null, maxLength: 300 } },
};

/** What a sender's notes may be; null where the type has none. */
export function noteLimits({
  type,
  is_premium,
}: {
  type: string;
  is_premium: boolean;
}): Notes | null {
  return notes[type]?.[is_premium ? 'premium' : 'free'] ?? null;
}

const usualStart: Start = { daily_limit: 30, hourly_limit: null, min_gap_seconds: 60 };
const starts: Record<string, Start> = {
  // Invitations closer than two minutes look like a machine's.
  linkedin: { daily_limit: 30, hourly_limit: null, min_gap_seconds: 120 },
  // 8 an hour for each account, as Inbox has it, and as many all day long.
  x: { daily_limit: 192, hourly_limit: 8, min_gap_seconds: 300 },
};

/** The limits a new sender of a type begins with. */
export function startLimits(type: string): Start {
  return starts[type] ?? usualStart;
}

/** The most that X takes from an account: 15 messages in a quarter of an hour, 1,440 in 24 hours (docs.x.com, Rate Limits). */
export const maxOnX = { daily_limit: 1440, hourly_limit: 60 } as const;

const maxDaily: Record<string, number> = { linkedin: 200, x: maxOnX.daily_limit };

/** The most touches a day that a sender of a type can be given. */
export function maxPerDay(type: string): number {
  return maxDaily[type] ?? 1_000_000;
}

type LimitedSender = {
  type: string;
  is_premium: boolean;
  weekly_connection_limit: number | null;
  weekly_message_limit: number | null;
};

/** The weekly limits that hold for a sender: its own, else its type's; null where the type has none. */
export function weeklyLimits(
  sender: LimitedSender,
): Pick<LimitedSender, 'weekly_connection_limit' | 'weekly_message_limit'> {
  const usual = weekly[sender.type]?.[sender.is_premium ? 'premium' : 'free'];
  return {
    weekly_connection_limit: sender.weekly_connection_limit ?? usual?.connection ?? null,
    weekly_message_limit: sender.weekly_message_limit ?? usual?.message ?? null,
  };
}

/** The limits of a sender with the most its type allows and what is recommended; null where the type has none. */
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
};

/** A sender's limits as the planner weighs them. */
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
    perMonthNotes: noteLimits(sender)?.perMonth ?? null,
    rampUp: sender.ramp_up,
  };
}

/** Whether limits look further back, or closer, than the day's count: then the planner needs the usage itself. */
export function needsUsage({ day, perHour, perWeek }: SenderLimits): boolean {
  return day === 'rolling' || perHour !== null || Object.keys(perWeek).length > 0;
}
