import { z } from 'zod';
import { listCampaignSenders } from '../../db/campaigns/campaign-senders.ts';
import { getCampaign } from '../../db/campaigns/campaigns.ts';
import { touchesBySender } from '../../db/campaigns/stats.ts';
import { statusOnWire } from '../../domain/sending/sender-status.ts';
import { uuid } from '../../domain/text.ts';
import { dayMs } from '../../domain/time.ts';
import { defineOperation } from '../../operation.ts';

export const accountUsage = defineOperation({
  name: 'campaign.account_usage',
  route: 'GET /api/campaigns/{id}/account-usage',
  cli: 'campaign account-usage',
  summary: "Show the sends of a campaign's senders on a day",
  description:
    'Over all campaigns of each sender, on a day in UTC; exact, because reserved messages are ' +
    'counted.',
  scope: 'read',
  input: z.object({
    id: uuid,
    date: z.iso.date().optional().describe('YYYY-MM-DD, today in UTC by default.'),
  }),
  output: z.object({
    accounts: z.array(
      z.object({
        account_id: z.uuid(),
        email: z.string().nullable(),
        daily_limit: z.int(),
        sent_today: z.int(),
        status: z.string(),
      }),
    ),
  }),
  errors: ['campaign.not_found'],
  async run({ db, workspaceId, now }, { id, date }) {
    await getCampaign(db, { workspaceId, campaignId: id });
    const senders = await listCampaignSenders(db, { workspaceId, campaignIds: [id] });
    const since = new Date(date ?? now.toISOString().slice(0, 10));
    const until = new Date(since.getTime() + dayMs);
    const sent = await touchesBySender(db, {
      workspaceId,
      senderIds: senders.map((sender) => sender.id),
      since,
      until,
    });
    const sentBy = (senderId: string) =>
      sent.reduce((total, { sender_id, n }) => (sender_id === senderId ? total + n : total), 0);
    return {
      accounts: senders.map((sender) => {
        const { id: account_id, email_address: email, daily_limit } = sender;
        const status = statusOnWire(sender);
        return { account_id, email, daily_limit, sent_today: sentBy(account_id), status };
      }),
    };
  },
});
