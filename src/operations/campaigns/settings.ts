import { z } from 'zod';
import { listSenderAccounts } from '../../db/campaigns/campaign-senders.ts';
import { touchesBySender } from '../../db/campaigns/stats.ts';
import { readTimeZone } from '../../db/settings.ts';
import { dayStart } from '../../domain/hours/schedule.ts';
import { limitsOf } from '../../domain/sending/sender-limit.ts';
import { defaultTimeZone } from '../../domain/sequence/campaign.ts';
import { weekMs } from '../../domain/time.ts';
import { defineOperation } from '../../operation.ts';
import { accountOnWire, accountOutput } from '../senders/account.ts';

const limit = z.int().nullable();

const usedAccount = accountOutput.extend({
  weekly_stats: z
    .object({ connections_sent: z.int(), messages_sent: z.int() })
    .describe('Rolling seven days, over all campaigns.'),
  limits: z.object({
    weekly_connection_limit: limit,
    weekly_message_limit: limit,
    max_connection_limit: limit,
    max_message_limit: limit,
    recommended_connection_limit: limit,
    recommended_message_limit: limit,
  }),
  daily_stats: z
    .object({ sent: z.int(), daily_limit: z.int() })
    .describe("Since midnight in the workspace's time zone, over all campaigns."),
});

export const campaignSettings = defineOperation({
  name: 'campaign.settings',
  route: 'GET /api/campaigns/settings',
  cli: 'campaign setting',
  summary: 'Show the limits of every sender and how much of them is used',
  description:
    'Limits belong to the sender and are shared by all campaigns that use it. `schedules` and ' +
    '`weekly_stats` are always empty.',
  scope: 'read',
  input: z.object({}),
  output: z.object({
    accounts: z.array(usedAccount),
    schedules: z.array(z.never()),
    weekly_stats: z.array(z.never()),
  }),
  errors: [],
  async run({ db, workspaceId, now }) {
    const senders = await listSenderAccounts(db, workspaceId);
    const senderIds = senders.map((sender) => sender.id);
    const midnight = dayStart(
      (await readTimeZone(db, workspaceId)) ?? defaultTimeZone,
      now.getTime(),
    );
    const week = await touchesBySender(db, {
      workspaceId,
      senderIds,
      since: new Date(now.getTime() - weekMs),
    });
    const today = await touchesBySender(db, { workspaceId, senderIds, since: new Date(midnight) });
    const accounts = senders.map((sender) => {
      const inWeek = week.filter(({ sender_id }) => sender_id === sender.id);
      const connections = inWeek.reduce(
        (total, { touch, n }) => (touch === 'connection_request' ? total + n : total),
        0,
      );
      const all = inWeek.reduce((total, { n }) => total + n, 0);
      const sent = today.reduce(
        (total, { sender_id, n }) => (sender_id === sender.id ? total + n : total),
        0,
      );
      return {
        ...accountOnWire(sender),
        limits: limitsOf(sender),
        weekly_stats: { connections_sent: connections, messages_sent: all - connections },
        daily_stats: { sent, daily_limit: sender.daily_limit },
      };
    });
    return { accounts, schedules: [], weekly_stats: [] };
  },
});
