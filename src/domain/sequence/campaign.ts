import { type ProspectStatus, prospectStatuses } from '../people/prospect.ts';

export const campaignStatuses = ['draft', 'launching', 'active', 'paused', 'completed'] as const;
export type CampaignStatus = (typeof campaignStatuses)[number];

/** The time zone of workspaces that have set none, as in Puffle. */
export const defaultTimeZone = 'America/New_York';

type CampaignTypeRules = {
  /** Sender statuses that a launch accepts. */
  readySenders: readonly string[];
  /** Values of a new draft for fields that the caller left out; fields of other types stay null. */
  defaults: { stop_on_reply?: boolean; open_tracking?: boolean; skip_other_campaigns?: boolean };
  /** The server's settings that its channel needs, for messages; empty when it needs none. */
  settings: string;
  /** A warning for all who connect a sender or launch; empty when there is none. */
  warning: string;
  /** The name and year of the rules it warns of, which somebody acknowledges; empty for none. */
  rules: string;
};

/** The one list of campaign types: each is the type of a channel and of its senders. */
export const campaignTypes = {
  email: {
    readySenders: ['active'],
    defaults: { stop_on_reply: true, open_tracking: false },
    settings: '',
    warning: '',
    rules: '',
  },
  linkedin: {
    readySenders: ['connected', 'active'],
    defaults: { skip_other_campaigns: false },
    settings: 'POSTRIDER_UNIPILE_DSN and POSTRIDER_UNIPILE_API_KEY',
    warning: '',
    rules: '',
  },
  x: {
    readySenders: ['active'],
    defaults: {},
    settings: 'POSTRIDER_X_CLIENT_ID and POSTRIDER_PUBLIC_URL',
    // docs.x.com, Developer Guidelines and Developer Policy (2026).
    warning:
      'X allows automated messages only to people who wrote to the account first or agreed to ' +
      'them. Others can cost the app its access and the account itself: see docs/x.md.',
    rules: 'X Developer Guidelines 2026',
  },
} as const satisfies Record<string, CampaignTypeRules>;
export type CampaignType = keyof typeof campaignTypes;
export const campaignTypeNames = Object.keys(campaignTypes) as [CampaignType, ...CampaignType[]];

/** The rules of a campaign's type, which was checked when the campaign was created. */
export function typeOf(campaign: { type: string }): CampaignTypeRules {
  return campaignTypes[campaign.type as CampaignType];
}

type FieldRule = {
  types: readonly CampaignType[];
  /** Types that accept the field on create, when they are fewer (Puffle's page createCampaign). */
  typesOnCreate?: readonly CampaignType[];
  /** Whether it can change after the draft (page updateCampaign, "Allowed fields by status"). */
  afterDraft: boolean;
};

const all = campaignTypeNames;

/** The types of campaign that have each field, and when it can change. */
export const fieldRules = {
  name: { types: all, afterDraft: true },
  operating_hours: { types: all, typesOnCreate: ['linkedin', 'x'], afterDraft: true },
  timezone: { types: all, afterDraft: true },
  description: { types: all, afterDraft: true },
  holidays: { types: all, afterDraft: true },
  hourly_limit: { types: all, afterDraft: true },
  roster: { types: all, afterDraft: true },
  guard_bounce_rate: { types: all, afterDraft: true },
  guard_bounce_min: { types: all, afterDraft: true },
  dry_run: { types: all, afterDraft: false },
  local_hours: { types: all, afterDraft: false },
  domain_daily_limit: { types: ['email'], afterDraft: true },
  company_daily_limit: { types: all, afterDraft: true },
  daily_limit: { types: ['email', 'x'], afterDraft: true },
  account_limits: { types: ['email', 'x'], afterDraft: true },
  skip_other_campaigns: { types: all, afterDraft: false },
  exclude_replied: { types: all, afterDraft: true },
  starts_at: { types: all, afterDraft: true },
  connection_timeout_days: { types: ['linkedin'], afterDraft: true },
  stop_on_reply: { types: ['email'], afterDraft: false },
  open_tracking: { types: ['email'], afterDraft: false },
  signature: { types: ['email'], afterDraft: false },
  sender_account_ids: { types: all, afterDraft: false },
  sequence_nodes: { types: all, afterDraft: false },
} as const satisfies Record<string, FieldRule>;
export type CampaignField = keyof typeof fieldRules;

/**
 * Why a field is ignored, in words for the caller; null when it applies. `status` is null while the
 * campaign is being created.
 */
export function whyIgnored(
  field: CampaignField,
  campaign: { type: string; status: string | null },
): string | null {
  const rule: FieldRule = fieldRules[field];
  const takes = (types: readonly string[]) => types.includes(campaign.type);
  if (!takes(rule.types))
    return `${field} is not a field of ${campaign.type} campaigns; it was ignored.`;
  if (campaign.status === null && rule.typesOnCreate && !takes(rule.typesOnCreate)) {
    return `${field} is ignored when ${campaign.type} campaigns are created; PATCH accepts it.`;
  }
  if (campaign.status !== null && campaign.status !== 'draft' && !rule.afterDraft) {
    const reason = `this campaign is ${campaign.status}, so it was ignored.`;
    return `${field} can only be changed in a draft; ${reason}`;
  }
  return null;
}

export const nameLength = { min: 1, max: 255 } as const;

/** A campaign's name without its number in brackets, cut so that another number fits. */
export function nameStem(name: string): string {
  return name
    .replace(/ \(\d{1,9}\)$/, '')
    .slice(0, nameLength.max - 13)
    .toWellFormed();
}

/** The first of "Name (2)", "Name (3)", … that is not taken. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  const stem = nameStem(name);
  let n = 2;
  while (taken.has(`${stem} (${n})`)) n += 1;
  return `${stem} (${n})`;
}

export const statNames = [
  'total',
  ...prospectStatuses,
  'contacted',
  'answered',
  'opened',
  'clicked',
  'unknown',
] as const;
export type Stats = Record<(typeof statNames)[number], number>;

/**
 * Stats from counts by name: prospects by current status and their total; contacted, answered,
 * opened and clicked are cumulative; unknown are messages of which nobody can tell.
 */
export function statsFrom(counts: readonly { name: string; n: number }[]): Stats {
  const stats = Object.fromEntries(statNames.map((name) => [name, 0])) as Stats;
  for (const { name, n } of counts) {
    if (name in stats) stats[name as keyof Stats] += n;
    if (prospectStatuses.includes(name as ProspectStatus)) stats.total += n;
  }
  return stats;
}

/**
 * Stats for clients that know the statuses of Puffle's pages only (page /api/campaigns/{id}/leads):
 * pending to cancelled add up to the total, since those whose end the pages do not know count as
 * cancelled; each is shown besides as well.
 */
export function pageStats(stats: Stats): Stats {
  const { cancelled, unsubscribed, failed, skipped } = stats;
  return { ...stats, cancelled: cancelled + unsubscribed + failed + skipped };
}
