import type { Db } from '../../db/database.ts';
import {
  type WorldAttachment,
  type WorldCampaign,
  type WorldPerson,
  type WorldSender,
  worldAttachments,
  worldCampaigns,
  worldPeople,
  worldSenders,
} from '../../db/forecast/forecasts.ts';
import { type UsageQuestion, usage } from '../../db/sending/facts.ts';
import { readTimeZone } from '../../db/settings.ts';
import type {
  ForecastCampaign,
  ForecastHeld,
  ForecastLane,
} from '../../domain/forecast/forecast.ts';
import { delayEnds } from '../../domain/hours/delay.ts';
import { dropOverdue, pausesAfter, type ResumePolicy } from '../../domain/hours/resume.ts';
import { dayStart, type OperatingHours } from '../../domain/hours/schedule.ts';
import { hourStart, type Usage } from '../../domain/sending/limit.ts';
import type { SenderLimits } from '../../domain/sending/planner.ts';
import { senderLimits } from '../../domain/sending/sender-limit.ts';
import { defaultTimeZone } from '../../domain/sequence/campaign.ts';
import { usualAcceptanceMs, waitsUntil } from '../../domain/sequence/invitation.ts';
import { draftOf, touches } from '../../domain/sequence/sequence.ts';
import { dayMs } from '../../domain/time.ts';
import { quietOf, readUsages, scheduleOf } from '../sending/facts.ts';
import { heldOf, localHours, poolsOf, queuesOf, readInputCaps } from './forecast-people.ts';

/** What would be different: for one campaign, without saving it. Limits are touches a day. */
export type Changes = {
  operating_hours?: OperatingHours | undefined;
  timezone?: string | null | undefined;
  daily_limit?: number | null | undefined;
  hourly_limit?: number | null | undefined;
  sender_account_ids?: readonly string[] | undefined;
  sender_limits?: readonly { account_id: string; daily_limit: number }[] | undefined;
  more_leads?: number | undefined;
  /** Days after which invitations are accepted, a day unless told; null: nobody accepts. */
  acceptance_days?: number | null | undefined;
  /** How a paused campaign would be resumed; `shift` unless told. */
  resume?: ResumePolicy | undefined;
};

/** A campaign with everything that shares its senders, directly or through others: what a forecast has to run. */
export type ForecastInput = {
  campaigns: ForecastCampaign[];
  lanes: ForecastLane[];
  held: ForecastHeld[];
  target: number;
  timeZone: string;
  left: WorldSender[];
  attached: Set<string>;
  /** A model writes texts of the campaign. */
  drafts: boolean;
};

type Asked = { workspaceId: string; campaignId: string; changes: Changes; now: Date };

/** Reads the world of a campaign as it stands, with the changes made to it. A campaign that does not run counts as started now. */
export async function readForecastInput(db: Db, asked: Asked): Promise<ForecastInput> {
  const { workspaceId, campaignId, changes, now } = asked;
  const attached = await closure(db, asked);
  const campaignIds = [
    ...new Set([campaignId, ...attached.map((attachment) => attachment.campaignId)]),
  ];
  const rows = (await worldCampaigns(db, workspaceId, campaignIds)).map((row) =>
    row.id === campaignId ? changed(row, changes, now) : row,
  );
  const senders = await worldSenders(db, {
    workspaceId,
    ids: [...new Set(attached.map((attachment) => attachment.senderId))],
    now,
  });
  const ready = senders.filter((sender) => sender.status === 'active');
  const zone = (await readTimeZone(db, workspaceId)) ?? defaultTimeZone;
  const standing = await worldPeople(db, workspaceId, campaignIds);
  const people =
    changes.resume === 'drop_overdue'
      ? dropIn(standing, rows.find((row) => row.id === campaignId)!, now)
      : standing;
  const counts = await countToday(db, { workspaceId, rows, ready, attached, zone, now });
  const more = Array.from({ length: changes.more_leads ?? 0 }, (_, i) => `new-${i + 1}`);
  const schedules = rows.map(({ timeZone, operatingHours: hours, holidays }) =>
    scheduleOf({ timeZone: timeZone ?? zone, hours, holidays }, now),
  );
  const caps = await readInputCaps(db, { workspaceId, rows, schedules, now });
  const free = people.filter((person) => person.holdUntil === null && person.invited === null);
  const campaigns = rows.map((row, index) => ({
    campaignId: row.id,
    schedule: schedules[index]!,
    local: localHours(row, people, now),
    dailyLimit: row.dailyLimit,
    hourlyLimit: row.hourlyLimit,
    sentToday: counts.get(row.id) ?? 0,
    senders: attached.filter(
      ({ campaignId: id, senderId }) =>
        id === row.id && ready.some((sender) => sender.id === senderId),
    ).length,
    touches: touches(row.nodes),
    acceptMs: acceptanceOf(row, changes),
    pauses: row.pauses,
    poolFrom: delayEnds(row.launchedAt!.getTime(), touches(row.nodes)[0]?.waitMs ?? 0, row.pauses),
    pools: poolsOf(row, free, row.id === campaignId ? more : []),
    reach: caps.get(row.id) ?? null,
  }));
  const queues = Map.groupBy(
    free.filter((person) => person.senderId !== null),
    (person) => `${person.senderId} ${person.campaignId}`,
  );
  const limits = new Map(ready.map((sender) => [sender.id, changedLimits(sender, changes)]));
  const usages = await readUsages(db, { workspaceId, limits, now });
  // Lanes sleep on what they planned unless something is changed; texts that are to be written count as written, so their lanes look anew.
  const asIs =
    Object.values(changes).every((change) => change === undefined) && rows.every(runsAsIs);
  const lanes = ready.map((sender) =>
    laneOf(sender, { rows, attached, counts, queues, zone, limits, usages, asIs, now }),
  );
  const target = rows.findIndex((row) => row.id === campaignId);
  return {
    campaigns,
    lanes,
    held: heldOf(people, { campaigns, lanes, now }),
    target,
    timeZone: campaigns[target]!.schedule.timeZone,
    left: senders.filter((sender) => sender.status !== 'active'),
    drafts: rows[target]!.nodes.some(draftOf),
    attached: new Set(
      attached.flatMap((one) => (one.campaignId === campaignId ? [one.senderId] : [])),
    ),
  };
}

/** How long invitations of a campaign take to be accepted: not at all when that is too late, and no time in a dry run. */
function acceptanceOf(
  { dryRun, connectionDays }: WorldCampaign,
  { acceptance_days: days }: Changes,
): number | null {
  if (dryRun) return 0;
  if (days === null) return null;
  const ms = days === undefined ? usualAcceptanceMs : days * dayMs;
  return ms < waitsUntil(new Date(0), connectionDays).getTime() ? ms : null;
}

/** All that shares a sender with the campaign, directly or through others. */
async function closure(
  db: Db,
  { workspaceId, campaignId, changes }: Asked,
): Promise<WorldAttachment[]> {
  const wanted = changes.sender_account_ids;
  let attached: WorldAttachment[] = [];
  for (let size = -1; size < attached.length; ) {
    size = attached.length;
    const campaignIds = [campaignId, ...attached.map((attachment) => attachment.campaignId)];
    const senderIds = [...(wanted ?? []), ...attached.map((attachment) => attachment.senderId)];
    const found = await worldAttachments(db, workspaceId, { campaignIds, senderIds });
    const own = wanted?.map((senderId) => ({
      campaignId,
      senderId,
      accountLimit:
        found.find(
          (attachment) => attachment.campaignId === campaignId && attachment.senderId === senderId,
        )?.accountLimit ?? null,
    }));
    attached = own
      ? [...own, ...found.filter((attachment) => attachment.campaignId !== campaignId)]
      : found;
  }
  return attached;
}

function changed(row: WorldCampaign, changes: Changes, now: Date): WorldCampaign {
  return {
    ...row,
    launchedAt: row.launchedAt ?? now,
    pauses:
      row.status === 'paused' ? [...pausesAfter(row, changes.resume ?? 'shift', now)] : row.pauses,
    timeZone: changes.timezone === undefined ? row.timeZone : changes.timezone,
    operatingHours:
      changes.operating_hours === undefined ? row.operatingHours : changes.operating_hours,
    dailyLimit: changes.daily_limit === undefined ? row.dailyLimit : changes.daily_limit,
    hourlyLimit: changes.hourly_limit === undefined ? row.hourlyLimit : changes.hourly_limit,
  };
}

/** People as they stand after a resume that drops what is overdue in one of the campaigns. */
function dropIn(people: readonly WorldPerson[], row: WorldCampaign, now: Date): WorldPerson[] {
  const [own, others] = [
    people.filter((p) => p.campaignId === row.id),
    people.filter((p) => p.campaignId !== row.id),
  ];
  return [...others, ...dropOverdue(own, { touches: touches(row.nodes), pauses: row.pauses, now })];
}

type Reading = {
  workspaceId: string;
  rows: readonly WorldCampaign[];
  ready: readonly WorldSender[];
  attached: readonly WorldAttachment[];
  zone: string;
  now: Date;
};

/** Today's touches by sender, by campaign and by both, each by the day of its own zone; and this hour's by both where a limit counts them. */
async function countToday(
  db: Db,
  { workspaceId, rows, ready, attached, zone, now }: Reading,
): Promise<Map<string, number>> {
  const since = (timeZone: string) => new Date(dayStart(timeZone, now.getTime()));
  const day = new Map(rows.map((row) => [row.id, since(row.timeZone ?? zone)]));
  const questions: (UsageQuestion & { key: string })[] = [
    ...ready.map((sender) => ({
      key: sender.id,
      senderId: sender.id,
      campaignId: null,
      since: since(zone),
    })),
    ...rows.map((row) => ({
      key: row.id,
      senderId: null,
      campaignId: row.id,
      since: day.get(row.id)!,
    })),
    ...attached.map(({ senderId, campaignId }) => ({
      key: `${senderId} ${campaignId}`,
      senderId,
      campaignId,
      since: day.get(campaignId)!,
    })),
  ];
  const hourly = rows
    .filter((row) => row.hourlyLimit !== null)
    .map((row) => [row.id, row.timeZone ?? zone] as const);
  const inHour = attached.flatMap(({ senderId, campaignId }) => {
    const own = hourly.find(([id]) => id === campaignId);
    return own
      ? [
          {
            key: `hour ${senderId} ${campaignId}`,
            senderId,
            campaignId,
            since: new Date(hourStart(own[1], now.getTime())),
          },
        ]
      : [];
  });
  questions.push(...inHour);
  const numbers = await usage(db, workspaceId, questions);
  return new Map(questions.map(({ key }, index) => [key, numbers[index] ?? 0]));
}

type LaneInput = {
  rows: readonly WorldCampaign[];
  attached: readonly WorldAttachment[];
  counts: Map<string, number>;
  queues: Map<string, WorldPerson[]>;
  zone: string;
  limits: ReadonlyMap<string, SenderLimits>;
  usages: ReadonlyMap<string, Usage>;
  asIs: boolean;
  now: Date;
};

const runsAsIs = ({ status, nodes }: WorldCampaign) => status === 'active' && !nodes.some(draftOf);

function changedLimits(sender: WorldSender, { sender_limits: changes }: Changes): SenderLimits {
  const own = senderLimits(sender);
  return {
    ...own,
    perDay: changes?.findLast((limit) => limit.account_id === sender.id)?.daily_limit ?? own.perDay,
  };
}

function laneOf(sender: WorldSender, world: LaneInput): ForecastLane {
  const own = world.attached.filter((attachment) => attachment.senderId === sender.id);
  return {
    senderId: sender.id,
    status: sender.status,
    timeZone: world.zone,
    limits: world.limits.get(sender.id)!,
    usage: world.usages.get(sender.id) ?? [],
    sentToday: world.counts.get(sender.id) ?? 0,
    minGapMs: sender.minGapSeconds * 1000,
    lastAt: sender.lastAt?.getTime() ?? null,
    ...quietOf(sender),
    nextAt: world.asIs
      ? sender.nextAt && Math.max(sender.nextAt.getTime(), world.now.getTime())
      : world.now.getTime(),
    attachments: own.map(({ campaignId, accountLimit }) => {
      const campaign = world.rows.findIndex((row) => row.id === campaignId);
      return {
        campaign,
        accountLimit,
        sentTodayBySender: world.counts.get(`${sender.id} ${campaignId}`) ?? 0,
        sentThisHour: world.counts.get(`hour ${sender.id} ${campaignId}`) ?? 0,
        queues: queuesOf(world.queues.get(`${sender.id} ${campaignId}`) ?? []),
      };
    }),
  };
}
