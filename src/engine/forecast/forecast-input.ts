import type { Db } from '../../db/database.ts';
import {
  countOpen,
  type ForecastAttachmentRow,
  type ForecastCampaignRow,
  type ForecastPersonRow,
  type ForecastSenderRow,
  readForecastAttachments,
  readForecastCampaigns,
  readForecastPeople,
  readForecastSenders,
} from '../../db/forecast/forecasts.ts';
import { readTimeZone } from '../../db/settings.ts';
import type {
  Fates,
  ForecastCampaign,
  ForecastHeld,
  ForecastLane,
} from '../../domain/forecast/forecast.ts';
import { delayEnds } from '../../domain/hours/delay.ts';
import { dropOverdue, pausesAfter, type ResumePolicy } from '../../domain/hours/resume.ts';
import type { OperatingHours } from '../../domain/hours/schedule.ts';
import { scheduleOf } from '../../domain/hours/schedules.ts';
import { defaultTimeZone } from '../../domain/sequence/campaign.ts';
import { usualAcceptanceMs, waitsUntil } from '../../domain/sequence/invitation.ts';
import { shiftsOf } from '../../domain/sequence/revision.ts';
import { draftOf, type SequenceNode, touches } from '../../domain/sequence/sequence.ts';
import { dayMs } from '../../domain/time.ts';
import { readFates } from './fates.ts';
import { countTouches, type ForecastCounts } from './forecast-counts.ts';
import { readLanes } from './forecast-lanes.ts';
import { heldOf, localHours, poolsOf, readInputCaps } from './forecast-people.ts';

/**
 * Changes of one campaign that a forecast tries out without saving them. Limits are touches a day.
 */
export type Changes = {
  operating_hours?: OperatingHours | undefined;
  timezone?: string | null | undefined;
  daily_limit?: number | null | undefined;
  /** Touches an hour of each sender. */
  hourly_limit?: number | null | undefined;
  sender_account_ids?: readonly string[] | undefined;
  sender_limits?: readonly { account_id: string; daily_limit: number }[] | undefined;
  more_leads?: number | undefined;
  /** Days after which invitations are accepted; a day by default; null: nobody accepts. */
  acceptance_days?: number | null | undefined;
  /** Another sequence, as a revision would have it. */
  nodes?: readonly SequenceNode[] | undefined;
  /** How a paused campaign would be resumed; `shift` by default. */
  resume?: ResumePolicy | undefined;
};

/**
 * All that a forecast of one campaign has to run: the campaign and every campaign and sender that
 * shares a sender with it, directly or through others.
 */
export type ForecastInput = {
  campaigns: ForecastCampaign[];
  /** The active senders. */
  lanes: ForecastLane[];
  held: ForecastHeld[];
  /** Place of the forecast campaign in `campaigns`. */
  target: number;
  /** The zone of the forecast campaign. */
  timeZone: string;
  /** Senders that are not active: they send nothing in the forecast. */
  inactive: ForecastSenderRow[];
  /** Ids of the forecast campaign's senders, active or not. */
  attached: Set<string>;
  /** Whether a model writes texts of the forecast campaign. */
  drafts: boolean;
};

export type ForecastRequest = {
  workspaceId: string;
  campaignId: string;
  changes: Changes;
  now: Date;
  /** Only these people, for explanations that need nobody else; all where absent. */
  among?: readonly string[] | null;
  /** Ends the work when nobody waits for the forecast any more. */
  signal?: AbortSignal | undefined;
};

/** The rows a forecast is built from, the changes already made to them. */
export type ForecastRows = {
  workspaceId: string;
  campaigns: readonly ForecastCampaignRow[];
  activeSenders: readonly ForecastSenderRow[];
  attachments: readonly ForecastAttachmentRow[];
  /** Zone of campaigns without their own, and of the senders' days. */
  defaultZone: string;
  now: Date;
};

/**
 * Reads the input of a campaign's forecast as of `now`, with the changes made to it.
 * A campaign that does not run yet counts as started at `now`.
 */
export async function readForecastInput(db: Db, request: ForecastRequest): Promise<ForecastInput> {
  const { workspaceId, campaignId, changes, now, among = null } = request;
  const attachments = await readAttachments(db, request);
  const campaignIds = [
    ...new Set([campaignId, ...attachments.map((attachment) => attachment.campaignId)]),
  ];
  const storedRows = await readForecastCampaigns(db, workspaceId, campaignIds);
  const campaignRows = storedRows.map((row) =>
    row.id === campaignId ? withChanges(row, changes, now) : row,
  );
  const senders = await readForecastSenders(db, {
    workspaceId,
    ids: [...new Set(attachments.map((attachment) => attachment.senderId))],
    now,
  });
  const rows: ForecastRows = {
    workspaceId,
    campaigns: campaignRows,
    activeSenders: senders.filter(({ status }) => status === 'active'),
    attachments,
    defaultZone: (await readTimeZone(db, workspaceId)) ?? defaultTimeZone,
    now,
  };
  const target = campaignRows.findIndex((row) => row.id === campaignId);
  const people = resumed(
    revised(
      await readForecastPeople(db, { workspaceId, campaignIds, among }),
      storedRows[target]!,
      changes,
    ),
    campaignRows[target]!,
    request,
  );
  const free = people.filter(({ holdUntil, invited }) => holdUntil === null && invited === null);
  const counts = await countTouches(db, rows);
  const campaigns = await readCampaigns(db, rows, { people, free, counts, senders, request });
  const lanes = await readLanes(db, rows, { free, counts, changes });
  return {
    campaigns,
    lanes,
    held: heldOf(people, { campaigns, lanes, now }),
    target,
    timeZone: campaigns[target]!.schedule.timeZone,
    inactive: senders.filter(({ status }) => status !== 'active'),
    drafts: campaignRows[target]!.nodes.some(draftOf),
    attached: new Set(
      attachments.flatMap((one) => (one.campaignId === campaignId ? [one.senderId] : [])),
    ),
  };
}

/** How many people a forecast of the campaign goes through: its own, and those of its senders. */
export async function forecastSize(
  db: Db,
  { workspaceId, campaignId }: { workspaceId: string; campaignId: string },
): Promise<number> {
  const connected = await readAttachments(db, { workspaceId, campaignId, changes: {} });
  const ids = new Set([campaignId, ...connected.map((one) => one.campaignId)]);
  return countOpen(db, workspaceId, [...ids]);
}

type CampaignSources = {
  people: readonly ForecastPersonRow[];
  /** People with neither a timed hold nor an open invitation. */
  free: readonly ForecastPersonRow[];
  counts: ForecastCounts;
  /** Active or not. */
  senders: readonly ForecastSenderRow[];
  request: ForecastRequest;
};

async function readCampaigns(
  db: Db,
  { workspaceId, campaigns, activeSenders, attachments, defaultZone, now }: ForecastRows,
  { people, free, counts, senders, request }: CampaignSources,
): Promise<ForecastCampaign[]> {
  const { campaignId, changes } = request;
  const schedules = campaigns.map(({ timeZone, operatingHours: hours, holidays }) =>
    scheduleOf({ timeZone: timeZone ?? defaultZone, hours, holidays }, now),
  );
  const { among = null } = request;
  const caps = await readInputCaps(db, { workspaceId, rows: campaigns, schedules, now, among });
  const activeIds = new Set(activeSenders.map(({ id }) => id));
  const fates: Fates[] = [];
  for (const campaign of campaigns) {
    const ids = attachments.flatMap((one) => (one.campaignId === campaign.id ? one.senderId : []));
    const own = senders.filter(({ id }) => ids.includes(id));
    fates.push(await readFates(db, { workspaceId, campaign, senders: own, among }));
  }
  const added = Array.from({ length: changes.more_leads ?? 0 }, (_, i) => `new-${i + 1}`);
  return campaigns.map((row, index) => ({
    campaignId: row.id,
    schedule: schedules[index]!,
    local: localHours(row, people, now),
    startsAt: row.startsAt?.getTime() ?? null,
    dailyLimit: row.dailyLimit,
    hourlyLimit: row.hourlyLimit,
    sentToday: counts.byCampaign.get(row.id) ?? 0,
    senders: attachments.filter((one) => one.campaignId === row.id && activeIds.has(one.senderId))
      .length,
    touches: touches(row.nodes),
    acceptMs: acceptanceOf(row, changes),
    pauses: row.pauses,
    poolFrom: delayEnds(row.launchedAt!.getTime(), touches(row.nodes)[0]?.waitMs ?? 0, row.pauses),
    pools: poolsOf(row, free, row.id === campaignId ? added : []),
    reach: caps.get(row.id) ?? null,
    fates: fates[index]!,
  }));
}

/**
 * How long after an invitation of a campaign it is accepted, in ms: 0 in a dry run, null when
 * nobody accepts or the campaign's limit comes first.
 */
function acceptanceOf(
  { dryRun, connectionDays }: ForecastCampaignRow,
  { acceptance_days: days }: Changes,
): number | null {
  if (dryRun) return 0;
  if (days === null) return null;
  const ms = days === undefined ? usualAcceptanceMs : days * dayMs;
  // An answer of the last moment counts: the invitation is not open any more when it is taken back.
  return ms <= waitsUntil(new Date(0), connectionDays).getTime() ? ms : null;
}

/**
 * Attachments of senders to campaigns, all that are connected to the forecast campaign through a
 * shared sender, directly or through other campaigns. Reads until a round finds nothing new.
 */
async function readAttachments(
  db: Db,
  { workspaceId, campaignId, changes }: Omit<ForecastRequest, 'now'>,
): Promise<ForecastAttachmentRow[]> {
  const wanted = changes.sender_account_ids;
  let attachments: ForecastAttachmentRow[] = [];
  for (let size = -1; size < attachments.length; ) {
    size = attachments.length;
    const campaignIds = [campaignId, ...attachments.map((attachment) => attachment.campaignId)];
    const senderIds = [...(wanted ?? []), ...attachments.map((attachment) => attachment.senderId)];
    const found = await readForecastAttachments(db, workspaceId, { campaignIds, senderIds });
    const own = wanted?.map((senderId) => ({
      campaignId,
      senderId,
      accountLimit:
        found.find(
          (attachment) => attachment.campaignId === campaignId && attachment.senderId === senderId,
        )?.accountLimit ?? null,
    }));
    attachments = own
      ? [...own, ...found.filter((attachment) => attachment.campaignId !== campaignId)]
      : found;
  }
  return attachments;
}

function withChanges(row: ForecastCampaignRow, changes: Changes, now: Date): ForecastCampaignRow {
  return {
    ...row,
    launchedAt: row.launchedAt ?? now,
    nodes: changes.nodes ? [...changes.nodes] : row.nodes,
    pauses:
      row.status === 'paused' ? [...pausesAfter(row, changes.resume ?? 'shift', now)] : row.pauses,
    timeZone: changes.timezone === undefined ? row.timeZone : changes.timezone,
    operatingHours:
      changes.operating_hours === undefined ? row.operatingHours : changes.operating_hours,
    dailyLimit: changes.daily_limit === undefined ? row.dailyLimit : changes.daily_limit,
    hourlyLimit: changes.hourly_limit === undefined ? row.hourlyLimit : changes.hourly_limit,
  };
}

/** The people after the revision that the changes name: those before a touch that is gone move. */
function revised(
  people: readonly ForecastPersonRow[],
  { id, nodes: before }: ForecastCampaignRow,
  { nodes: after }: Changes,
): readonly ForecastPersonRow[] {
  if (!after) return people;
  const places = new Map(shiftsOf(before, after).map(({ nodeId, to }) => [nodeId, to]));
  return people.flatMap((person) => {
    const to = person.campaignId === id && person.nodeId ? places.get(person.nodeId) : undefined;
    if (to === undefined) return [person];
    return to === null ? [] : [{ ...person, nodeId: to }];
  });
}

/**
 * The people after the resume that the changes name: `drop_overdue` moves those of the campaign.
 */
function resumed(
  people: readonly ForecastPersonRow[],
  { id, nodes, pauses }: ForecastCampaignRow,
  { changes, now }: ForecastRequest,
): readonly ForecastPersonRow[] {
  if (changes.resume !== 'drop_overdue') return people;
  const own = people.filter(({ campaignId }) => campaignId === id);
  const others = people.filter(({ campaignId }) => campaignId !== id);
  return [...others, ...dropOverdue(own, { touches: touches(nodes), pauses, now })];
}
