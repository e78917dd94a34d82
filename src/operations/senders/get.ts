import { z } from 'zod';
import { campaignsOfSender, findSender } from '../../db/accounts/senders.ts';
import { countByPlace, touchesByCampaign, touchesBySender } from '../../db/campaigns/stats.ts';
import { readTimeZone } from '../../db/settings.ts';
import { dayStart } from '../../domain/hours/schedule.ts';
import { isTerminal } from '../../domain/people/prospect.ts';
import { defaultTimeZone } from '../../domain/sequence/campaign.ts';
import { uuid } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { type Context, defineOperation } from '../../operation.ts';
import { sumByOutcome, sumByStatus } from '../campaigns/get.ts';
import { senderOnWire, senderOutput } from './wire.ts';

const byStatus = z.record(z.string(), z.int());

export const getSender = defineOperation({
  name: 'sender.get',
  route: 'GET /api/senders/{id}',
  cli: 'sender detail',
  summary: 'Get a sender with its campaigns and its work in each',
  scope: 'read',
  input: z.object({ id: uuid.describe('Sender') }),
  output: z.object({
    account: senderOutput.extend({
      stats: z.object({
        today_sent: z
          .int()
          .describe("Over all campaigns since midnight in the workspace's time zone."),
        today_committed: z.int().describe('People under way with this sender.'),
      }),
    }),
    campaigns: z.array(z.object({ id: z.uuid(), name: z.string(), status: z.string() })),
    mappings: z.array(z.object({ campaign_id: z.uuid(), account_id: z.uuid() })),
    campaignStatsByStatus: z.record(z.string(), byStatus).describe('Campaign id, status, count.'),
    campaignSenderStatsByStatus: z
      .record(z.string(), byStatus)
      .describe('"campaign:sender", status, count.'),
    campaignSenderTodayStatsByStatus: z
      .record(z.string(), byStatus)
      .describe('"campaign:sender", status that the send led to, sends today.'),
    campaignActiveProspectsCount: z
      .record(z.string(), z.int())
      .describe('Campaign id, people who have not ended.'),
  }),
  errors: ['sender.not_found'],
  async run(context, { id }) {
    const { db, workspaceId, now } = context;
    const sender = { workspaceId, senderId: id };
    const row = await findSender(db, sender);
    if (!row) throw new AppError('sender.not_found');
    const since = new Date(
      dayStart((await readTimeZone(db, workspaceId)) ?? defaultTimeZone, now.getTime()),
    );
    const campaigns = await campaignsOfSender(db, sender);
    const shares: Share[] = [];
    for (const campaign of campaigns)
      shares.push(await readShare(context, { campaignId: campaign.id, senderId: id, since }));
    const today = await touchesBySender(db, { workspaceId, senderIds: [id], since });
    const keyed = <Value>(value: (share: Share) => Value) =>
      Object.fromEntries(shares.map((share) => [`${share.campaignId}:${id}`, value(share)]));
    const byCampaign = <Value>(value: (share: Share) => Value) =>
      Object.fromEntries(shares.map((share) => [share.campaignId, value(share)]));
    const stats = {
      today_sent: total(today),
      today_committed: shares.reduce((sum, share) => sum + share.committed, 0),
    };
    return {
      account: { ...senderOnWire(row), stats },
      campaigns,
      mappings: campaigns.map((campaign) => ({ campaign_id: campaign.id, account_id: id })),
      campaignStatsByStatus: byCampaign((share) => share.all),
      campaignSenderStatsByStatus: keyed((share) => share.own),
      campaignSenderTodayStatsByStatus: keyed((share) => share.today),
      campaignActiveProspectsCount: byCampaign((share) => openOf(share.all)),
    };
  },
});

type Counts = Record<string, number>;
type Share = { campaignId: string; all: Counts; own: Counts; today: Counts; committed: number };

/** Counts of a campaign's people: all, those of the sender, and its sends today. */
async function readShare(
  { db, workspaceId }: Context,
  { campaignId, senderId, since }: { campaignId: string; senderId: string; since: Date },
): Promise<Share> {
  const places = await countByPlace(db, { workspaceId, campaignId });
  const touches = await touchesByCampaign(db, { workspaceId, campaignId, since });
  const own = sumByStatus(places.filter((place) => place.sender_id === senderId));
  const sent = touches.filter((touch) => touch.sender_id === senderId);
  const today = sumByOutcome(sent);
  return { campaignId, all: sumByStatus(places), own, today, committed: openOf(own) };
}

const total = (counts: readonly { n: number }[]): number =>
  counts.reduce((sum, { n }) => sum + n, 0);

function openOf(counts: Counts): number {
  return Object.entries(counts).reduce(
    (sum, [status, n]) => (isTerminal(status) ? sum : sum + n),
    0,
  );
}
