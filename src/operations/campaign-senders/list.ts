import { z } from 'zod';
import {
  type CampaignSenderRow,
  listCampaignSenders,
} from '../../db/campaigns/campaign-senders.ts';
import { getCampaign } from '../../db/campaigns/campaigns.ts';
import {
  type CountedPlace,
  countByPlace,
  type Touches,
  touchesByCampaign,
  touchesBySender,
} from '../../db/campaigns/stats.ts';
import { readTimeZone } from '../../db/settings.ts';
import { dayStart } from '../../domain/hours/schedule.ts';
import { defaultTimeZone, statsFrom } from '../../domain/sequence/campaign.ts';
import { uuid } from '../../domain/text.ts';
import { weekMs } from '../../domain/time.ts';
import { defineOperation } from '../../operation.ts';
import { isOpen, sumByOutcome, sumByStatus } from '../campaigns/get.ts';
import { accountOnWire, accountOutput } from '../senders/account.ts';

const byStatus = z.record(z.string(), z.int());

const senderOutput = accountOutput.omit({ id: true }).extend({
  account_id: z.uuid(),
  profile_url: z.string().nullable(),
  status_reason: z.string().nullable(),
  removed_at: z.iso
    .datetime()
    .nullable()
    .describe('When it was taken off the campaign; people it still has wait.'),
  warmup_status: z.null().describe('There is no warm-up here.'),
  campaign_daily_limit: z.int().nullable(),
  weekly_connections_sent: z.int().describe('Over all campaigns, rolling seven days.'),
  weekly_messages_sent: z.int().describe('Over all campaigns, rolling seven days.'),
  campaign_messages_sent: z
    .int()
    .describe('Sends of this sender for this campaign, on every channel.'),
  committed_count: z.int().describe('People of this campaign under way with this sender.'),
  today_sent: z.int().describe("For this campaign since midnight in the workspace's time zone."),
});

export const listSendersOfCampaign = defineOperation({
  name: 'campaign.senders',
  route: 'GET /api/campaigns/{id}/senders',
  cli: 'campaign sender',
  summary: "List a campaign's senders with what each has sent",
  description:
    'A draft gets other senders by PATCH sender_account_ids, any campaign by POST and DELETE ' +
    '…/senders; senders taken off stay listed. Every send counts for its sender, on every ' +
    'channel.',
  scope: 'read',
  input: z.object({ id: uuid }),
  output: z.object({
    senders: z.array(senderOutput),
    campaign_type: z.string(),
    campaign_total_sent: z.int(),
    campaign_total_replies: z.int(),
    campaign_total_bounced: z.int(),
    campaign_total_completed: z.int(),
    campaign_total_committed: z.int(),
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
  errors: ['campaign.not_found'],
  async run({ db, workspaceId, now }, { id }) {
    const campaign = { workspaceId, campaignId: id };
    const { type } = await getCampaign(db, campaign);
    const senders = await listCampaignSenders(db, {
      workspaceId,
      campaignIds: [id],
      removed: true,
    });
    const week = {
      workspaceId,
      senderIds: senders.map((sender) => sender.id),
      since: new Date(now.getTime() - weekMs),
    };
    const midnight = dayStart(
      (await readTimeZone(db, workspaceId)) ?? defaultTimeZone,
      now.getTime(),
    );
    const facts: Facts = {
      places: await countByPlace(db, campaign),
      ever: await touchesByCampaign(db, { ...campaign, since: null }),
      today: await touchesByCampaign(db, { ...campaign, since: new Date(midnight) }),
      week: await touchesBySender(db, week),
    };
    const stats = statsFrom(facts.places);
    const keyOf = (sender: { id: string }) => `${id}:${sender.id}`;
    return {
      senders: senders.map((sender) => senderOnWire(sender, facts)),
      campaign_type: type,
      campaign_total_sent: sum(facts.ever),
      campaign_total_replies: stats.answered,
      campaign_total_bounced: stats.bounced,
      campaign_total_completed: stats.completed,
      campaign_total_committed: sum(facts.places.filter(isCommitted)),
      campaignStatsByStatus: { [id]: sumByStatus(facts.places) },
      campaignSenderStatsByStatus: Object.fromEntries(
        senders.map((sender) => [keyOf(sender), sumByStatus(facts.places.filter(by(sender)))]),
      ),
      campaignSenderTodayStatsByStatus: Object.fromEntries(
        senders.map((sender) => [keyOf(sender), sumByOutcome(facts.today.filter(by(sender)))]),
      ),
      campaignActiveProspectsCount: { [id]: sum(facts.places.filter(isOpen)) },
    };
  },
});

type Facts = { places: CountedPlace[]; ever: Touches[]; today: Touches[]; week: Touches[] };

function senderOnWire(
  sender: CampaignSenderRow,
  { places, ever, today, week }: Facts,
): z.input<typeof senderOutput> {
  const { id: account_id, ...account } = accountOnWire(sender);
  const isConnection = ({ touch }: Touches) => touch === 'connection_request';
  const sentInWeek = week.filter(by(sender));
  return {
    ...account,
    account_id,
    profile_url: sender.profile_url,
    status_reason: sender.status_reason,
    campaign_daily_limit: sender.campaign_daily_limit,
    removed_at: sender.removed_at?.toISOString() ?? null,
    warmup_status: null,
    weekly_connections_sent: sum(sentInWeek.filter(isConnection)),
    weekly_messages_sent: sum(sentInWeek.filter((touches) => !isConnection(touches))),
    campaign_messages_sent: sum(ever.filter(by(sender))),
    committed_count: sum(places.filter(by(sender)).filter(isCommitted)),
    today_sent: sum(today.filter(by(sender))),
  };
}

const sum = (counts: readonly { n: number }[]): number =>
  counts.reduce((total, { n }) => total + n, 0);
const by = (sender: { id: string }) => (count: { sender_id: string | null }) =>
  count.sender_id === sender.id;
const isCommitted = (place: CountedPlace) => isOpen(place) && place.sender_id !== null;
