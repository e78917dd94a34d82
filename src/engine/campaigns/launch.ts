import type { Channel } from '../../channels/channel.ts';
import type { Config } from '../../config.ts';
import { markDrafting } from '../../db/ai/schedule.ts';
import type { CampaignSenderRow } from '../../db/campaigns/campaign-senders.ts';
import { type CampaignRow, updateCampaign } from '../../db/campaigns/campaigns.ts';
import {
  findOverlaps,
  lockOverlaps,
  type Overlapping,
  skipOverlaps,
  tellOverlaps,
} from '../../db/campaigns/overlaps.ts';
import { readNodes } from '../../db/campaigns/sequences.ts';
import { countByName } from '../../db/campaigns/stats.ts';
import type { Db } from '../../db/database.ts';
import { appendEvents } from '../../db/events.ts';
import { hasOpenImport } from '../../db/imports/imports.ts';
import { hasSyncedLists } from '../../db/people/syncs.ts';
import { wakeCampaign } from '../../db/sending/lanes.ts';
import { countMessages } from '../../db/texts/drafts.ts';
import type { OperatingHours } from '../../domain/hours/schedule.ts';
import { unusualTimes } from '../../domain/hours/spelling.ts';
import { inOtherCampaign } from '../../domain/people/prospect.ts';
import { statsFrom, typeOf } from '../../domain/sequence/campaign.ts';
import { noteProblems } from '../../domain/sequence/note.ts';
import { contentProblems, contentWarnings, draftOf } from '../../domain/sequence/sequence.ts';
import { AppError, type Problem } from '../../errors.ts';
import type { TextModel } from '../text-model.ts';
import { readRenderSource } from '../texts/drafts.ts';
import { hasAcknowledged } from './acknowledge.ts';
import {
  checkRoster,
  longNotes,
  type RosterFinding,
  rosterKeys,
  rosterWarning,
} from './roster-check.ts';
import { signatureProblems } from './text-problems.ts';

type LaunchServices = {
  db: Db;
  channels: ReadonlyMap<string, Channel>;
  config: Pick<Config, 'publicUrl'>;
  ai: TextModel | null;
  /** The workspace reaches nobody. */
  sandbox?: boolean | undefined;
};

/** The state of a campaign before its launch: `problems` prevent it, `warnings` do not. */
export type Readiness = {
  checks: {
    is_draft: boolean;
    has_sender_accounts: boolean;
    sender_accounts_ready: boolean;
    has_prospects: boolean;
    prospect_count: number;
    has_sendable_nodes: boolean;
    all_nodes_have_content: boolean;
    messages_generated: boolean;
    message_count: number;
  };
  /** Lists feed the campaign: it stays active without prospects. */
  live: boolean;
  problems: Problem[];
  warnings: string[];
  /** The findings about people behind the warnings. */
  findings: RosterFinding[];
};

const maxMessagesCounted = 10_000;

/**
 * Checks whether a campaign can be launched. Reads the whole roster, in a few statements, because a
 * hole in one of a million texts is one too many.
 */
export async function checkReadiness(
  { db, channels, config, ai, sandbox }: LaunchServices,
  campaign: CampaignRow,
  { acknowledges = false }: { acknowledges?: boolean | undefined } = {},
): Promise<Readiness> {
  const id = { workspaceId: campaign.workspace_id, campaignId: campaign.id };
  const source = await readRenderSource(db, campaign);
  const stats = statsFrom(
    await countByName(db, { workspaceId: id.workspaceId, campaignIds: [campaign.id] }),
  );
  const messages = await countMessages(db, { ...id, atMost: maxMessagesCounted });
  const unready = senderProblems(campaign, source.senders);
  const isDraft = campaign.status === 'draft';
  const keys = isDraft && stats.pending > 0 ? await rosterKeys(db, id, source) : null;
  const live = isDraft && (await hasSyncedLists(db, id));
  // People that are still to come may have fields that nobody has yet.
  const isComplete = campaign.roster === 'frozen' && !live;
  const at = { channel: campaign.type, ai: ai !== null, keys: isComplete ? keys : null };
  const content = contentProblems(source.sequence, at);
  const checks = {
    is_draft: isDraft,
    has_sender_accounts: source.senders.length > 0,
    sender_accounts_ready: unready.length === 0,
    has_prospects: stats.pending > 0,
    prospect_count: stats.pending,
    has_sendable_nodes: source.touchNodes.length > 0,
    all_nodes_have_content: content.length === 0,
    messages_generated: messages > 0,
    message_count: messages,
  };
  if (!isDraft) return { checks, live, problems: [notDraft(campaign)], warnings: [], findings: [] };
  const imports = (await hasOpenImport(db, id)) ? [importRunning] : [];
  const notes = noteProblems(source.sequence, source.senders);
  const isAllowed =
    acknowledges ||
    sandbox === true ||
    (await hasAcknowledged(db, { workspaceId: id.workspaceId, type: campaign.type }));
  const problems = [
    ...channelProblems(campaign, channels),
    ...(isAllowed ? [] : [notAcknowledged(campaign)]),
    ...unready,
    ...content,
    ...notes,
    ...imports,
    ...signatureProblems(source, at),
  ];
  const warnings =
    checks.has_prospects || live
      ? []
      : ['The roster is empty: launching completes the campaign at once.'];
  if (campaign.open_tracking && !config.publicUrl)
    warnings.push('Opens cannot be seen: POSTRIDER_PUBLIC_URL is not set.');
  const { warning } = typeOf(campaign);
  if (warning !== '') warnings.push(warning);
  warnings.push(...unusualHours(campaign));
  warnings.push(...contentWarnings(source.sequence, at).map(({ message }) => message));
  if (problems.length > 0) return { checks, live, problems, warnings, findings: [] };
  const findings = checks.has_prospects
    ? await checkRoster(db, id, { source, keys: keys ?? [] })
    : [];
  warnings.push(
    ...findings.map((finding) => rosterWarning(finding, campaign, checks.prospect_count)),
  );
  warnings.push(...(await longNotes(db, source, checks.prospect_count)));
  return { checks, live, problems, warnings, findings };
}

/** Warns of hours at which hardly anybody writes: mostly they were left out, not meant. */
function unusualHours({ operating_hours }: CampaignRow): string[] {
  const times = unusualTimes(operating_hours as OperatingHours);
  if (times.length === 0) return [];
  const usual = 'for working days set operating_hours, e.g. --operating-hours "mon-fri 9-17".';
  return [`It sends ${times.join(' and ')} too: ${usual}`];
}

function notDraft({ status }: CampaignRow): Problem {
  return {
    pointer: '/status',
    code: 'not_draft',
    message: `Campaign is ${status} — must be draft to launch`,
  };
}

/** A launch now would complete the campaign, or freeze its roster, before its prospects are in. */
const importRunning: Problem = {
  pointer: '/leads',
  code: 'import_running',
  message:
    'An import into this campaign is still running: launch when it is finished, or cancel it.',
};

function notAcknowledged(campaign: CampaignRow): Problem {
  const message =
    `${typeOf(campaign).warning} Nobody in this workspace has acknowledged it: launch with ` +
    'acknowledge_rules=true, once.';
  return { pointer: '/acknowledge_rules', code: 'rules_not_acknowledged', message };
}

function channelProblems({ type }: CampaignRow, channels: LaunchServices['channels']): Problem[] {
  if (channels.has(type)) return [];
  const { settings } = typeOf({ type });
  const message =
    `The ${type} channel is not available here: ` +
    `its campaigns can be prepared, not launched. Set ${settings}.`;
  return [{ pointer: '/type', code: 'channel_unavailable', message }];
}

function senderProblems(campaign: CampaignRow, senders: readonly CampaignSenderRow[]): Problem[] {
  if (senders.length === 0)
    return [
      {
        pointer: '/sender_account_ids',
        code: 'no_senders',
        message: 'The campaign has no sender accounts.',
      },
    ];
  const ready = typeOf(campaign).readySenders;
  return senders.flatMap(({ id, email_address, display_name, status, status_reason }, index) => {
    if (ready.includes(status)) return [];
    const name = email_address ?? display_name ?? id;
    const why = status_reason ? ` (${status_reason})` : '';
    const message = `Sender ${name} is ${status}${why}, not ${ready.join(' or ')}.`;
    return [{ pointer: `/sender_account_ids/${index}`, code: 'sender_not_ready', message }];
  });
}

export type Launch = {
  status: 'active' | 'completed';
  prospectsToProcess: number;
  warnings: string[];
  /** Prospects left out because another campaign has them: the first of them, and how many. */
  skipped: { people: Overlapping[]; count: number };
};

const maxSkippedListed = 1_000;

/**
 * Launches a campaign that the caller has locked; with `dryRun` only returns the outcome. Writes
 * O(senders) rows, whatever the roster's size, and one for each prospect that is left out.
 * @throws campaign.launch_in_progress, campaign.not_launchable with everything that prevents it
 */
export async function launch(
  services: LaunchServices,
  campaign: CampaignRow,
  act: { now: Date; actor: string; dryRun: boolean; acknowledges?: boolean | undefined },
): Promise<Launch> {
  if (campaign.status === 'launching') throw new AppError('campaign.launch_in_progress');
  const { checks, live, problems, warnings } = await checkReadiness(services, campaign, act);
  if (problems.length > 0) {
    throw new AppError(
      'campaign.not_launchable',
      problems.map((problem) => problem.message).join(' '),
      { errors: problems },
    );
  }
  const skipped = campaign.skip_other_campaigns
    ? await skipOthers(services.db, campaign, act)
    : { people: [], count: 0 };
  const left = checks.prospect_count - skipped.count;
  if (skipped.count > 0 && left === 0 && !live)
    throw new AppError('campaign.not_launchable', allSkipped.message, { errors: [allSkipped] });
  const status = left > 0 || live ? 'active' : 'completed';
  if (!act.dryRun) await start(services.db, campaign, { ...act, status });
  const id = { workspaceId: campaign.workspace_id, campaignId: campaign.id };
  if (!act.dryRun && skipped.count > 0)
    await tellOverlaps(services.db, id, { ...act, reason: inOtherCampaign });
  return { status, prospectsToProcess: left, warnings, skipped };
}

const allSkipped: Problem = {
  pointer: '/leads',
  code: 'all_skipped',
  message: 'Everybody on the roster is in another active campaign: nobody is left to reach.',
};

/** Skips prospects that another active campaign has; with `dryRun` only finds them. */
async function skipOthers(
  db: Db,
  campaign: CampaignRow,
  { now, dryRun }: { now: Date; dryRun: boolean },
) {
  const target = {
    workspaceId: campaign.workspace_id,
    campaignId: campaign.id,
    type: campaign.type,
  };
  if (!dryRun) await lockOverlaps(db, target);
  const found = await findOverlaps(db, target, maxSkippedListed);
  if (!dryRun && found.count > 0) await skipOverlaps(db, target, { reason: inOtherCampaign, now });
  return found;
}

async function start(
  db: Db,
  campaign: CampaignRow,
  { status, now, actor }: { status: Launch['status']; now: Date; actor: string },
): Promise<void> {
  const { workspace_id: workspaceId, id: campaignId } = campaign;
  const completed_at = status === 'completed' ? now : null;
  await updateCampaign(db, campaign, {
    status,
    launched_at: now,
    last_started_at: now,
    completed_at,
    updated_at: now,
  });
  const drafts = (await readNodes(db, campaign)).some(draftOf);
  if (drafts) await markDrafting(db, { workspaceId, campaignId }, { drafts: true });
  if (status === 'active') await wakeCampaign(db, { workspaceId, campaignId, now });
  const ended = status === 'completed' ? [{ kind: 'campaign.completed' as const, campaignId }] : [];
  await appendEvents(db, { workspaceId, at: now, actor }, [
    { kind: 'campaign.launched', campaignId },
    ...ended,
  ]);
}
