import { z } from 'zod';
import type { OperatingHours } from '../../domain/hours/schedule.ts';
import { listAutomations } from '../../operations/automations/list.ts';
import { getCampaign } from '../../operations/campaigns/get.ts';
import { listCampaigns } from '../../operations/campaigns/list.ts';
import { getRules } from '../../operations/rules/get.ts';
import { getSettings } from '../../operations/settings/get.ts';
import { automationOf, automationOutput } from './automations.ts';
import { scheduleOf, scheduleOutput } from './hours.ts';
import { bare, idOutput } from './ids.ts';
import type { OutputOf, OwnApi } from './route.ts';
import { sequenceOutput, stepsOf } from './steps.ts';

const count = z.int().min(0);
const instant = z.iso.datetime();
const fraction = z.number().min(0).max(1);
/** The highest hourly rate of an account in Inbox. */
export const maxRate = 25;

/** Inbox's statuses. A launch takes almost no time here, so `launching` counts as active. */
const statuses = {
  draft: 'draft',
  launching: 'active',
  active: 'active',
  paused: 'paused',
  completed: 'completed',
} as const;

/**
 * Inbox shows a disabled draft as paused, and enabling it launches it. A campaign that was enabled
 * without prospects is active in Inbox, because it writes to those that are added later; ours is
 * completed until then.
 */
function statusOf(campaign: OwnCampaign['campaign']): Campaign['status'] {
  if (campaign.status === 'draft' && campaign.paused_at !== null) return 'paused';
  return isOpenAndEmpty(campaign) ? 'active' : statuses[campaign.status];
}

const isOpenAndEmpty = ({ status, roster, targets_count }: OwnCampaign['campaign']) =>
  status === 'completed' && roster === 'open' && targets_count === 0;

const rulesOutput = z.object({
  syncedLists: z.array(
    z.object({
      listId: idOutput,
      listName: z.string(),
      columnMapping: z.record(z.string(), z.string()),
    }),
  ),
  excludedLists: z.array(z.object({ listId: idOutput, listName: z.string() })),
  excludeContacted: z.boolean(),
  excludeMutuals: z.boolean(),
});

export const campaignOutput = z
  .object({
    id: idOutput,
    name: z.string(),
    description: z.string().nullable(),
    status: z.enum(['draft', 'active', 'paused', 'completed']),
    enabled: z.boolean().describe('Whether it is meant to send.'),
    dryRun: z.boolean().describe('Nothing is delivered. Not to be set here.'),
    targetsCount: count.describe('Leads in scope.'),
    contactedCount: count.describe('Leads who were written to.'),
    repliesCount: count.describe('Leads who replied, each once.'),
    completionRate: fraction.describe('Share of the leads in scope who finished the sequence.'),
    replyRate: fraction.describe('Share of those written to who replied.'),
    hourlyMessageRate: z
      .int()
      .min(1)
      .max(maxRate)
      .describe('For each account; a campaign made elsewhere may have none, and shows the most.'),
    scheduleTimezone: z.string(),
    scheduleHours: scheduleOutput.describe(
      'By day of the week, 0 is Sunday; minutes of the day. No sending on days that are missing.',
    ),
    isBuildingPlan: z.boolean().describe('Never true: people are shared out at once.'),
    isSyncing: z.boolean().describe('The rules are being carried out.'),
    scopeAssessedCount: count.describe(
      'Leads who were looked at: all, once it equals targetsCount.',
    ),
    accountLinkIds: z.array(idOutput),
    rules: rulesOutput,
    sequence: sequenceOutput,
    automations: z.array(automationOutput),
    createdAt: instant,
    updatedAt: instant,
    pausedAt: instant.nullable(),
    completedAt: instant.nullable(),
    lastStartedAt: instant.nullable().describe('When it was last enabled.'),
  })
  .meta({ id: 'CampaignV2' });
type Campaign = z.input<typeof campaignOutput>;

type OwnCampaign = {
  campaign: OutputOf<typeof getCampaign>['campaign'];
  nodes: OutputOf<typeof getCampaign>['sequence_nodes'];
  rules: OutputOf<typeof getRules>['rules'];
  automations: OutputOf<typeof listAutomations>['automations'];
};

/** The campaign with its sequence, senders and statistics. @throws campaign.not_found */
export async function showCampaign(api: OwnApi, id: string): Promise<Campaign> {
  const { campaign, sequence_nodes: nodes } = await api.call(getCampaign, { id });
  const { rules } = await api.call(getRules, { id });
  const { automations } = await api.call(listAutomations, { id });
  return campaignOf({ campaign, nodes, rules, automations }, await defaultZone(api, [campaign]));
}

/** A page of campaigns, newest first. */
export async function showCampaigns(
  api: OwnApi,
  page: { cursor?: string | undefined; limit: number },
) {
  const query = { ...page, sort: 'newest', include: ['sequence', 'rules', 'automations'] };
  const { campaigns, next_cursor: nextCursor = null } = await api.call(listCampaigns, query);
  const zone = await defaultZone(api, campaigns);
  const data = campaigns.map(
    ({ sequence_nodes: nodes = [], rules, automations = [], ...campaign }) =>
      campaignOf({ campaign, nodes, rules: rules!, automations }, zone),
  );
  return { data, nextCursor };
}

/** The time zone of campaigns without one of their own. */
async function defaultZone(
  api: OwnApi,
  campaigns: readonly { timezone: string | null }[],
): Promise<string> {
  return campaigns.some(({ timezone }) => timezone === null)
    ? (await api.call(getSettings, {})).timezone
    : 'UTC';
}

function campaignOf({ campaign, nodes, rules, automations }: OwnCampaign, zone: string): Campaign {
  const { stats } = campaign;
  return {
    id: bare(campaign.id),
    name: campaign.given_name ?? campaign.name,
    description: campaign.description,
    status: statusOf(campaign),
    enabled: campaign.enabled,
    dryRun: campaign.dry_run,
    targetsCount: campaign.targets_count,
    contactedCount: stats.contacted,
    repliesCount: stats.answered,
    completionRate: campaign.completion_rate,
    replyRate: campaign.reply_rate,
    hourlyMessageRate: Math.min(campaign.hourly_limit ?? maxRate, maxRate),
    scheduleTimezone: campaign.timezone ?? zone,
    scheduleHours: scheduleOf(campaign.operating_hours as OperatingHours),
    // There is no plan to build: each lane takes prospects from the pool when it can send.
    isBuildingPlan: false,
    isSyncing: campaign.syncing,
    scopeAssessedCount: campaign.scope_assessed_count,
    accountLinkIds: campaign.sender_accounts.map((sender) => bare(sender.id)),
    rules: rulesOf(rules),
    sequence: { version: campaign.revision, steps: stepsOf(nodes) },
    automations: automations.map(automationOf),
    createdAt: campaign.created_at,
    updatedAt: campaign.updated_at,
    pausedAt: campaign.paused_at,
    completedAt: isOpenAndEmpty(campaign) ? null : campaign.completed_at,
    lastStartedAt: campaign.last_started_at,
  };
}

function rulesOf(rules: OutputOf<typeof getRules>['rules']): Campaign['rules'] {
  const named = (id: string) => ({ listId: bare(id), listName: rules.list_names[id] ?? '' });
  return {
    syncedLists: rules.synced_list_ids.map((id) => ({
      ...named(id),
      columnMapping: rules.column_mappings[id] ?? {},
    })),
    excludedLists: rules.excluded_list_ids.map(named),
    excludeContacted: rules.exclude_contacted,
    excludeMutuals: rules.exclude_mutuals,
  };
}
