import { z } from 'zod';
import type { CampaignSenderRow } from '../../db/campaigns/campaign-senders.ts';
import { listCampaignSenders } from '../../db/campaigns/campaign-senders.ts';
import type { CampaignRow } from '../../db/campaigns/campaigns.ts';
import { readNodes } from '../../db/campaigns/sequences.ts';
import { countByName, countMessagesSent } from '../../db/campaigns/stats.ts';
import { type RuleProgress, readRuleProgress } from '../../db/people/rules.ts';
import { canonicalHours, type OperatingHours } from '../../domain/hours/schedule.ts';
import {
  type CampaignStatus,
  campaignStatuses,
  pageStats,
  type Stats,
  statNames,
  statsFrom,
} from '../../domain/sequence/campaign.ts';
import type { SequenceNode } from '../../domain/sequence/sequence.ts';
import type { Context } from '../../operation.ts';
import { accountOnWire, accountOutput } from '../senders/account.ts';

const instant = z.iso.datetime();
const hours = z.record(z.string(), z.unknown());

const campaignSender = accountOutput
  .extend({
    campaign_daily_limit: z
      .int()
      .nullable()
      .describe("The campaign's own limit for this sender (account_limits), if it has one."),
  })
  .meta({ id: 'CampaignSender' });

export const nodeOutput = z
  .object({
    id: z.uuid(),
    campaign_id: z.uuid(),
    position: z.int().describe('From 0, without gaps.'),
    type: z.string(),
    subject: z.string().nullable(),
    body: z.string().nullable(),
    body_html: z.string().nullable(),
    signature: z.string().nullable(),
    from_name: z.string().nullable(),
    reply_to: z.string().nullable(),
    cc: z.string().nullable(),
    bcc: z.string().nullable(),
    attachments: z.array(z.never()).describe('Always empty.'),
    include_message: z.boolean().nullable(),
    is_reply: z.boolean().nullable(),
    delay_days: z.int().nullable(),
    delay_hours: z.int().nullable(),
    delay_minutes: z.int().nullable(),
    delay_seconds: z.int().nullish(),
    delay_unit: z.string().nullish().describe("The word in which Inbox's API shows the delay."),
    ai_node: z
      .object({
        purpose: z.string().nullable(),
        output_type: z.string().nullable(),
        examples: z.array(z.object({ subject: z.string().nullish(), body: z.string() })).nullish(),
      })
      .nullable(),
  })
  .meta({ id: 'SequenceNode' });

export const statsOutput = z
  .object({
    ...(Object.fromEntries(statNames.map((name) => [name, z.int()])) as Record<
      keyof Stats,
      z.ZodInt
    >),
    cancelled: z
      .int()
      .describe('All who ended without an end of their own: unsubscribed, failed, skipped too.'),
    messages_sent: z.int().describe('Messages and invitations that went out.'),
  })
  .meta({ id: 'CampaignStats' });

export const campaignOutput = z
  .object({
    id: z.uuid(),
    user_id: z.uuid(),
    type: z.string(),
    name: z.string(),
    given_name: z
      .string()
      .nullable()
      .describe('The name as it was given, when it got a number because another one had it.'),
    description: z.string().nullable(),
    status: z.enum(campaignStatuses),
    enabled: z.boolean().describe('Meant to run: launched, and not paused by hand.'),
    pause_reason: z.string().nullable(),
    daily_limit: z
      .int()
      .nullable()
      .describe(
        'Touches a day over all senders; null without a limit, and where the type has none.',
      ),
    hourly_limit: z.int().nullable().describe('Touches an hour of each sender in this campaign.'),
    stop_on_reply: z.boolean().nullable(),
    open_tracking: z.boolean().nullable(),
    signature: z.string().nullable(),
    skip_other_campaigns: z.boolean().nullable(),
    exclude_replied: z
      .boolean()
      .describe('People who replied to, or unsubscribed from, another campaign are skipped.'),
    connection_timeout_days: z
      .int()
      .nullable()
      .describe('How long an invitation waits for its answer; null means the usual 30 days.'),
    operating_hours: hours.nullable(),
    timezone: z.string().nullable().describe("IANA zone; null uses the workspace's."),
    starts_at: instant.nullable().describe('No touch goes out before it.'),
    local_hours: z
      .boolean()
      .describe("The hours count by each person's own clock, where it is known."),
    domain_daily_limit: z.int().nullable(),
    company_daily_limit: z.int().nullable(),
    holidays: z.object({ dates: z.array(z.iso.date()), countries: z.array(z.string()) }).nullable(),
    dry_run: z.boolean().describe('Nothing is delivered.'),
    guard_bounce_rate: z.number().nullable(),
    guard_bounce_min: z.int().nullable(),
    revision: z.int().describe('Number of the sequence as it is now.'),
    roster: z.enum(['frozen', 'open']).describe('open: people can be added after the launch too.'),
    stats: statsOutput.describe(
      'People by current status: pending to cancelled add up to total, and unsubscribed, failed ' +
        'and skipped, shown besides, are among the cancelled. Cumulative: contacted, answered, ' +
        'opened, clicked and messages_sent. `unknown`: messages of which nobody can tell ' +
        'whether they went out.',
    ),
    syncing: z.boolean().describe('Lead rules are being carried out.'),
    targets_count: z
      .int()
      .describe('People in scope; while syncing with leads that may still come in.'),
    scope_assessed_count: z
      .int()
      .describe('Of these, people already checked; all of them when not syncing.'),
    completion_rate: z
      .number()
      .describe('Share of the targets who have finished the sequence, 0 to 1.'),
    reply_rate: z
      .number()
      .describe(
        'Share of the people written to who replied, 0 to 1, also when replies do not stop them.',
      ),
    created_at: instant,
    updated_at: instant,
    launched_at: instant.nullable(),
    last_started_at: instant.nullable().describe('When it was last launched or resumed.'),
    paused_at: instant.nullable(),
    completed_at: instant.nullable(),
    last_synced_at: instant.nullable(),
    sender_accounts: z.array(campaignSender),
  })
  .meta({ id: 'Campaign' });

type CampaignOnWire = z.input<typeof campaignOutput>;

export function nodesOnWire(
  campaign: CampaignRow,
  nodes: readonly SequenceNode[],
): z.input<typeof nodeOutput>[] {
  return nodes.map((node) => ({ ...node, campaign_id: campaign.id, attachments: [] }));
}

/** The campaigns as the wire shows them, with stats, senders and rules, in three reads for all. */
export async function showCampaigns(
  { db, workspaceId }: Pick<Context, 'db' | 'workspaceId'>,
  rows: readonly CampaignRow[],
): Promise<CampaignOnWire[]> {
  const campaignIds = rows.map((row) => row.id);
  const counts = Map.groupBy(
    await countByName(db, { workspaceId, campaignIds }),
    (count) => count.campaign_id,
  );
  const senders = Map.groupBy(
    await listCampaignSenders(db, { workspaceId, campaignIds }),
    (sender) => sender.campaign_id,
  );
  const sent = await countMessagesSent(db, { workspaceId, campaignIds });
  const ruled = rows.flatMap((row) => (row.ruled ? row.id : []));
  const scopes = await readRuleProgress(db, workspaceId, ruled);
  return rows.map((row) =>
    campaignOnWire(row, {
      counts: counts.get(row.id) ?? [],
      messagesSent: sent.get(row.id) ?? 0,
      senders: senders.get(row.id) ?? [],
      scope: scopes.get(row.id),
    }),
  );
}

export async function showCampaign(
  context: Pick<Context, 'db' | 'workspaceId'>,
  row: CampaignRow,
): Promise<CampaignOnWire> {
  return (await showCampaigns(context, [row]))[0]!;
}

/** `{campaign, sequence_nodes}`, the answer of the routes that get and change a campaign. */
export async function showWithNodes(
  context: Pick<Context, 'db' | 'workspaceId'>,
  row: CampaignRow,
) {
  const nodes = await readNodes(context.db, row);
  return { campaign: await showCampaign(context, row), sequence_nodes: nodesOnWire(row, nodes) };
}

function campaignOnWire(
  row: CampaignRow,
  {
    counts,
    messagesSent,
    senders,
    scope,
  }: {
    counts: { name: string; n: number }[];
    messagesSent: number;
    senders: CampaignSenderRow[];
    scope: RuleProgress | undefined;
  },
): CampaignOnWire {
  const stats = statsFrom(counts);
  return {
    ...row,
    user_id: row.member_id,
    status: row.status as CampaignStatus,
    timezone: row.time_zone,
    operating_hours: canonicalHours(row.operating_hours as OperatingHours),
    roster: row.roster as CampaignOnWire['roster'],
    enabled: row.status === 'paused' ? row.pause_reason !== 'user' : row.status !== 'draft',
    stats: { ...pageStats(stats), messages_sent: messagesSent },
    ...progressOf(stats, scope),
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    starts_at: row.starts_at?.toISOString() ?? null,
    launched_at: row.launched_at?.toISOString() ?? null,
    last_started_at: row.last_started_at?.toISOString() ?? null,
    paused_at: row.paused_at?.toISOString() ?? null,
    completed_at: row.completed_at?.toISOString() ?? null,
    last_synced_at: row.last_synced_at?.toISOString() ?? null,
    sender_accounts: senders.map((sender) => ({
      ...accountOnWire(sender),
      campaign_daily_limit: sender.campaign_daily_limit,
    })),
  };
}

/** The progress of a campaign: of its roster, and of the leads that its rules still check. */
function progressOf(
  { total, completed, answered, contacted }: Stats,
  scope: RuleProgress | undefined,
) {
  const inScope = total - (scope?.removed ?? 0);
  const targets = inScope + (scope?.unassessed ?? 0);
  return {
    syncing: scope?.syncing ?? false,
    targets_count: targets,
    scope_assessed_count: Math.max(0, inScope - (scope?.reassessed ?? 0)),
    completion_rate: targets === 0 ? 0 : Math.min(1, completed / targets),
    reply_rate: contacted === 0 ? 0 : Math.min(1, answered / contacted),
  };
}
