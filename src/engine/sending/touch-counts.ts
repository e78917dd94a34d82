import type { Db } from '../../db/database.ts';
import { type Attachment, usage } from '../../db/sending/facts.ts';
import { dayStart } from '../../domain/hours/schedule.ts';
import { hourStart } from '../../domain/sending/limit.ts';
import type { PlannedCampaign } from './facts.ts';

/** Numbers of reserved touches, as the limits of senders and campaigns count them. */
export type ReservedCounts = {
  /** Today, by sender; the day is that of the workspace's zone. */
  bySender: Map<string, number>;
  /** Today, by campaign with a daily limit; the day is that of the campaign's zone. */
  byCampaign: Map<string, number>;
  /** Today, of a sender in a campaign; the day is that of the campaign's zone. */
  byAttachment: Map<Attachment, number>;
  /** This hour, of a sender in a campaign with an hourly limit. */
  inHour: Map<Attachment, number>;
};

/** Counts the touches that the limits of these senders and campaigns ask for, in one statement. */
export async function readTouchCounts(
  db: Db,
  workspaceId: string,
  read: {
    senderIds: readonly string[];
    attachments: readonly Attachment[];
    campaigns: ReadonlyMap<string, PlannedCampaign>;
    timeZone: string;
    now: Date;
  },
): Promise<ReservedCounts> {
  const at = read.now.getTime();
  const { senderIds, attachments } = read;
  const zoneOf = (campaignId: string) => read.campaigns.get(campaignId)!.schedule.timeZone;
  const today = new Date(dayStart(read.timeZone, at));
  const dayOf = (campaignId: string) => new Date(dayStart(zoneOf(campaignId), at));
  const hourOf = (campaignId: string) => new Date(hourStart(zoneOf(campaignId), at));
  const hourly = attachments.filter(
    ({ campaignId }) => read.campaigns.get(campaignId)!.hourlyLimit !== null,
  );
  const limited = [...read.campaigns.values()].flatMap(({ id, dailyLimit }) =>
    dailyLimit === null ? [] : [id],
  );
  const questions = [
    ...hourly.map(({ senderId, campaignId }) => ({
      senderId,
      campaignId,
      since: hourOf(campaignId),
    })),
    ...senderIds.map((senderId) => ({ senderId, campaignId: null, since: today })),
    ...limited.map((campaignId) => ({ senderId: null, campaignId, since: dayOf(campaignId) })),
    ...attachments.map(({ senderId, campaignId }) => ({
      senderId,
      campaignId,
      since: dayOf(campaignId),
    })),
  ];
  const numbers = questions.length > 0 ? await usage(db, workspaceId, questions) : [];
  // The numbers come in the order of the questions.
  let index = 0;
  const take = <Key>(keys: readonly Key[]) =>
    new Map(keys.map((key) => [key, numbers[index++] ?? 0]));
  return {
    inHour: take(hourly),
    bySender: take(senderIds),
    byCampaign: take(limited),
    byAttachment: take(attachments),
  };
}
