import type { Db } from '../../db/database.ts';
import type { ForecastAttachmentRow } from '../../db/forecast/forecasts.ts';
import { type UsageQuestion, usage } from '../../db/sending/facts.ts';
import { dayStart } from '../../domain/hours/schedule.ts';
import { hourStart } from '../../domain/sending/limit.ts';
import type { ForecastRows } from './forecast-input.ts';

/**
 * Touches of today by id or attachment; `inHour`: of this hour, where a campaign limits the hour.
 */
export type ForecastCounts = {
  bySender: Map<string, number>;
  byCampaign: Map<string, number>;
  byAttachment: Map<ForecastAttachmentRow, number>;
  inHour: Map<ForecastAttachmentRow, number>;
};

/**
 * Counts the touches that limits look at, in one statement. A sender's day is that of the
 * workspace's zone; a campaign's day and hour are those of the campaign's own zone.
 */
export async function countTouches(
  db: Db,
  { workspaceId, campaigns, activeSenders, attachments, defaultZone, now }: ForecastRows,
): Promise<ForecastCounts> {
  const at = now.getTime();
  const day = (timeZone: string) => new Date(dayStart(timeZone, at));
  const zones = new Map(campaigns.map((row) => [row.id, row.timeZone ?? defaultZone]));
  const hourly = new Set(campaigns.flatMap((row) => (row.hourlyLimit === null ? [] : [row.id])));
  const days = new Map([...zones].map(([id, zone]) => [id, day(zone)]));
  const counts: ForecastCounts = {
    bySender: new Map(),
    byCampaign: new Map(),
    byAttachment: new Map(),
    inHour: new Map(),
  };
  const questions: (UsageQuestion & { note: (n: number) => void })[] = [];
  for (const { id } of activeSenders) {
    const note = (n: number) => counts.bySender.set(id, n);
    questions.push({ senderId: id, campaignId: null, since: day(defaultZone), note });
  }
  for (const { id } of campaigns) {
    const note = (n: number) => counts.byCampaign.set(id, n);
    questions.push({ senderId: null, campaignId: id, since: days.get(id)!, note });
  }
  for (const attachment of attachments) {
    const { senderId, campaignId } = attachment;
    const note = (n: number) => counts.byAttachment.set(attachment, n);
    questions.push({ senderId, campaignId, since: days.get(campaignId)!, note });
    if (!hourly.has(campaignId)) continue;
    const since = new Date(hourStart(zones.get(campaignId)!, at));
    const noteHour = (n: number) => counts.inHour.set(attachment, n);
    questions.push({ senderId, campaignId, since, note: noteHour });
  }
  const numbers = await usage(db, workspaceId, questions);
  for (const [index, { note }] of questions.entries()) note(numbers[index] ?? 0);
  return counts;
}
