export const weekMs = 7 * 86_400_000;

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

type LimitedSender = { type: string; is_premium: boolean; weekly_connection_limit: number | null; weekly_message_limit: number | null };

/** The weekly limits that hold for a sender: its own, else its type's; null where the type has none. */
export function weeklyLimits(sender: LimitedSender): Pick<LimitedSender, 'weekly_connection_limit' | 'weekly_message_limit'> {
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
