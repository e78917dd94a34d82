// The answers of Puffle, as its pages show them: what a client that was generated
// from the pages reads. Members that the pages do not have may be there besides.
import { z } from 'zod';

const id = z.uuid();
const text = z.string();
const maybe = text.nullable();
const count = z.int().min(0);
const instant = z.iso.datetime();

/** The nine counters of the page updateCampaign, and `contacted` of createCampaign. */
const stats = z.object({
  total: count,
  sent: count,
  replied: count,
  bounced: count,
  completed: count,
  timed_out: count,
  connection_sent: count,
  connected: count,
  message_sent: count,
  contacted: count,
});

/** Nullable where the field belongs to the other channel, or may be unset. */
const campaign = z.object({
  id,
  user_id: id,
  type: z.enum(['linkedin', 'email']),
  name: text.min(1),
  status: z.enum(['draft', 'launching', 'active', 'paused', 'completed']),
  daily_limit: z.int().nullable(),
  stop_on_reply: z.boolean().nullable(),
  open_tracking: z.boolean().nullable(),
  signature: maybe,
  skip_other_campaigns: z.boolean().nullable(),
  operating_hours: z.record(text, z.unknown()).nullable(),
  stats,
  created_at: instant,
  updated_at: instant,
});

const senderAccount = z.object({
  id,
  type: z.enum(['linkedin', 'email']),
  email_address: maybe,
  provider_account_id: maybe,
  display_name: maybe,
  first_name: maybe,
  last_name: maybe,
  status: text,
  daily_limit: count,
  weekly_connection_limit: count.nullable(),
  weekly_message_limit: count.nullable(),
  is_premium: z.boolean(),
});

const node = z.object({
  id,
  campaign_id: id,
  position: count,
  type: z.enum(['connection_request', 'message', 'email', 'delay', 'ai', 'end']),
  subject: maybe,
  body: maybe,
  include_message: z.boolean().nullable(),
  is_reply: z.boolean().nullable(),
  delay_days: count.nullable(),
  delay_hours: count.nullable(),
  delay_minutes: count.nullable(),
  ai_node: z.object({ output_type: maybe }).nullable(),
});

const detailed = campaign.extend({ sender_accounts: z.array(senderAccount) });
const counts = z.record(text, count);

/** The stages of the page /api/campaigns/{id}/leads, and the ends that only we have. */
const stages = ['pending', 'sent', 'connection_sent', 'connected', 'message_sent'] as const;
const ends = ['replied', 'bounced', 'completed', 'timed_out', 'cancelled'] as const;
const ownEnds = ['unsubscribed', 'failed', 'skipped'] as const;

const prospect = z.object({
  id,
  campaign_id: id,
  user_id: id,
  status: z.enum([...stages, ...ends, ...ownEnds]),
  email: maybe,
  linkedin_url: maybe,
  first_name: maybe,
  last_name: maybe,
  name: maybe,
  company: maybe,
  position: maybe,
  headline: maybe,
  custom_fields: z.record(text, z.unknown()).nullable(),
  source: text,
  source_ref: maybe,
  created_at: instant,
  updated_at: instant,
});

const message = z.object({
  id,
  campaign_id: id,
  prospect_id: id,
  node_id: id.nullable(),
  subject: maybe,
  body_text: maybe,
  body_html: maybe,
  status: text,
  manually_edited: z.boolean(),
  created_at: instant,
});

/** Puffle's answers by route. */
export const pufflePages: Record<string, z.ZodType> = {
  'POST /api/campaigns': z.object({
    campaign: campaign.extend({ sequence_nodes: z.array(node).min(2) }),
  }),
  'GET /api/campaigns': z.object({ campaigns: z.array(detailed.extend({ node_count: count })) }),
  'GET /api/campaigns/{id}': z.object({
    campaign: detailed,
    sequence_nodes: z.array(node),
    prospects_by_status: counts,
    prospects_by_node: z.record(text, counts),
  }),
  'PATCH /api/campaigns/{id}': z.object({ campaign: detailed, sequence_nodes: z.array(node) }),
  'DELETE /api/campaigns/{id}': z.object({ success: z.literal(true) }),
  'POST /api/campaigns/{id}/launch': z.object({
    success: z.literal(true),
    message: text,
    runId: text,
    prospectsToProcess: count,
  }),
  'POST /api/campaigns/{id}/pause': z.object({ campaign: detailed }),
  'POST /api/campaigns/{id}/resume': z.object({ campaign: detailed }),
  'POST /api/campaigns/{id}/sync-stats': z.object({
    campaign,
    prospects_by_status: counts,
  }),
  'GET /api/campaigns/{id}/validate': z.object({
    ready: z.boolean(),
    checks: z.object({ is_draft: z.boolean(), has_prospects: z.boolean(), prospect_count: count }),
    errors: z.array(text),
    warnings: z.array(text),
  }),
  'GET /api/campaigns/{id}/leads': z.object({
    prospects: z.array(prospect),
    total: count,
    page: z.int().min(1),
    limit: z.int().min(1).max(200),
  }),
  'POST /api/campaigns/{id}/leads': z.object({ imported: count, duplicates: count }),
  'PATCH /api/campaigns/{id}/leads': z.object({ prospect }),
  'DELETE /api/campaigns/{id}/leads': z.object({ deleted: z.union([count, z.literal('all')]) }),
  'GET /api/campaigns/{id}/senders': z.object({
    senders: z.array(
      senderAccount.omit({ id: true, provider_account_id: true }).extend({
        account_id: id,
        profile_url: maybe,
        weekly_connections_sent: count,
        weekly_messages_sent: count,
        campaign_messages_sent: count.nullable(),
        committed_count: count,
        today_sent: count,
      }),
    ),
    campaign_total_sent: count,
    campaign_total_replies: count,
    campaign_total_bounced: count,
    campaign_total_completed: count,
    campaign_total_committed: count,
    campaignStatsByStatus: z.record(text, counts),
    campaignSenderStatsByStatus: z.record(text, counts),
    campaignSenderTodayStatsByStatus: z.record(text, counts),
    campaignActiveProspectsCount: counts,
  }),
  'GET /api/campaigns/{id}/account-usage': z.object({
    accounts: z.array(
      z.object({
        account_id: id,
        email: maybe,
        daily_limit: count,
        sent_today: count,
        status: text,
      }),
    ),
  }),
  'GET /api/campaigns/settings': z.object({
    accounts: z.array(
      senderAccount.extend({
        weekly_stats: z.object({ connections_sent: count, messages_sent: count }),
        daily_stats: z.object({ sent: count, daily_limit: count }),
      }),
    ),
    schedules: z.array(z.unknown()),
    weekly_stats: z.array(z.unknown()),
  }),
  'GET /api/campaigns/{id}/generate-messages': z.object({ messages: z.array(message) }),
  'POST /api/campaigns/{id}/generate-messages': z.object({ messages: z.array(message) }),
  'PATCH /api/campaigns/{id}/generate-messages': z.object({ message }),
  'PUT /api/campaigns/{id}/sequence/nodes/{id}': z.object({ node }),
  'GET /api/senders': z.object({ accounts: z.array(senderAccount) }),
  'GET /api/accounts': z.object({ accounts: z.array(senderAccount) }),
  'GET /api/activities': z.object({
    activities: z.array(
      z.object({
        activity_type: text,
        channel: text,
        metadata: z.record(text, z.unknown()),
        prospect: z.object({ id }),
        campaign: z.object({ id }),
      }),
    ),
  }),
  'GET /api/dashboard/analytics': z.object({
    allTime: z.object({ email: counts, linkedin: counts }),
    weekly: z.array(z.object({ email: counts, linkedin: counts })),
  }),
};
