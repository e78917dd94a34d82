import type { Config } from '../../config.ts';
import { readUsage } from '../../db/ai/usage.ts';
import type { Db } from '../../db/database.ts';
import { readTimeZone } from '../../db/settings.ts';
import { dayStart, nextDayStart } from '../../domain/hours/schedule.ts';
import { defaultTimeZone } from '../../domain/sequence/campaign.ts';
import { minuteMs } from '../../domain/time.ts';

/**
 * Number of texts that a workspace's model may still write, at one instant. The day is that of the
 * workspace's zone.
 */
export type Budget = {
  perDay: number;
  usedToday: number;
  leftToday: number;
  leftThisMinute: number;
  nextDay: Date;
  /** Start of the present minute. */
  minute: Date;
};

/** Reads the budget; with `read: lockUsage` nobody else uses it until the transaction ends. */
export async function readBudget(
  db: Db,
  { aiDailyDrafts: perDay, aiPerMinute }: Pick<Config, 'aiDailyDrafts' | 'aiPerMinute'>,
  {
    workspaceId,
    now,
    read = readUsage,
  }: { workspaceId: string; now: Date; read?: typeof readUsage },
): Promise<Budget> {
  const zone = (await readTimeZone(db, workspaceId)) ?? defaultTimeZone;
  const minute = new Date(Math.floor(now.getTime() / minuteMs) * minuteMs);
  const used = await read(db, workspaceId, {
    minute,
    day: new Date(dayStart(zone, now.getTime())),
  });
  return {
    perDay,
    usedToday: used.day,
    leftToday: perDay - used.day,
    leftThisMinute: aiPerMinute - used.minute,
    nextDay: new Date(nextDayStart(zone, now.getTime())),
    minute,
  };
}
