import type { Db } from '../../db/database.ts';
import {
  type ForecastCampaignRow,
  type ForecastPersonRow,
  readForecastReached,
} from '../../db/forecast/forecasts.ts';
import { readAllCapUse } from '../../db/sending/contact-caps.ts';
import type {
  ForecastCampaign,
  ForecastHeld,
  ForecastLane,
  ForecastQueue,
} from '../../domain/forecast/forecast.ts';
import { localDate, type Schedule } from '../../domain/hours/schedule.ts';
import { scheduleOf } from '../../domain/hours/schedules.ts';
import { capKeysOf, isCapped } from '../../domain/sending/contact-caps.ts';
import { awaitingHold, withdrawingHold } from '../../domain/sequence/invitation.ts';

/** The campaign's hours for each zone that its people live in; empty without `local_hours`. */
export function localHours(
  row: ForecastCampaignRow,
  people: readonly ForecastPersonRow[],
  now: Date,
): Map<string, Schedule> {
  if (!row.localHours) return new Map();
  const zones = new Set(
    people
      .filter((person) => person.campaignId === row.id && person.zone !== '')
      .map((person) => person.zone),
  );
  const { operatingHours: hours, holidays } = row;
  return new Map(
    [...zones].map((timeZone) => [timeZone, scheduleOf({ timeZone, hours, holidays }, now)]),
  );
}

/** The campaign's pool by zone. `added`: people that the forecast adds, without a zone. */
export function poolsOf(
  row: ForecastCampaignRow,
  people: readonly ForecastPersonRow[],
  added: readonly string[],
): ForecastCampaign['pools'] {
  const own = people.filter((person) => person.campaignId === row.id && person.senderId === null);
  const pools = Map.groupBy(own, (person) => person.zone);
  return [...new Set(['', ...pools.keys()])].map((zone) => {
    const ids = (pools.get(zone) ?? []).map((person) => person.id);
    return { zone, people: zone === '' ? [...ids, ...added] : ids };
  });
}

/** A sender's people in one campaign, grouped by the touch they stand before and by zone. */
export function queuesOf(people: readonly ForecastPersonRow[]): ForecastQueue[] {
  return [...Map.groupBy(people, ({ nodeId, zone }) => `${nodeId} ${zone}`).values()].map(
    (group) => ({
      nodeId: group[0]!.nodeId ?? '',
      zone: group[0]!.zone,
      people: group.map((person) => person.id),
      anchors: group.map((person) => person.anchorAt?.getTime() ?? 0),
    }),
  );
}

/**
 * People held until a known instant, with their position after it. Leaves out people of senders
 * without a lane in the forecast, and people before a touch that the sequence no longer has.
 */
export function heldOf(
  people: readonly ForecastPersonRow[],
  {
    campaigns,
    lanes,
    now,
  }: { campaigns: readonly ForecastCampaign[]; lanes: readonly ForecastLane[]; now: Date },
): ForecastHeld[] {
  const campaignIndexes = new Map(campaigns.map(({ campaignId }, index) => [campaignId, index]));
  const laneIndexes = new Map(lanes.map(({ senderId }, index) => [senderId, index]));
  return people.flatMap((given): ForecastHeld[] => {
    const { id: person, campaignId, senderId, nodeId, zone, invited } = given;
    const campaign = campaignIndexes.get(campaignId)!;
    const { acceptMs, touches } = campaigns[campaign]!;
    const wait = invited === null ? waitOf(given) : acceptanceOf(given, acceptMs, now);
    if (wait === null) return [];
    const held = { person, until: wait.until, campaign, zone };
    if (senderId === null) return [{ ...held, before: null }];
    const lane = laneIndexes.get(senderId) ?? -1;
    const standsAt = touches.findIndex((candidate) => candidate.nodeId === nodeId);
    // An invited person stands at the invitation that is out, and continues after it.
    const touch = standsAt < 0 || invited === null ? standsAt : standsAt + 1;
    const attached = lanes[lane]?.attachments.some(
      (attachment) => attachment.campaign === campaign,
    );
    return attached && touch >= 0 && touch < touches.length
      ? [{ ...held, before: { lane, touch, anchorAt: wait.anchorAt } }]
      : [];
  });
}

/** End of a hold, and the anchor that the next delay is counted from; both in epoch ms. */
type Wait = { until: number; anchorAt: number } | null;

function waitOf({ holdUntil, anchorAt }: ForecastPersonRow): Wait {
  return holdUntil && { until: holdUntil.getTime(), anchorAt: anchorAt?.getTime() ?? 0 };
}

/**
 * The instant at which an invited person accepts; a longer pause by hand ends later. Null: the
 * person does not accept, because no invitation went out or its answer is already later than
 * assumed.
 */
function acceptanceOf(
  { invited, hold, holdUntil, anchorAt }: ForecastPersonRow,
  acceptMs: number | null,
  now: Date,
): Wait {
  if (!invited || acceptMs === null || anchorAt === null || hold === withdrawingHold) return null;
  const acceptedAt = anchorAt.getTime() + acceptMs;
  if (acceptedAt <= now.getTime()) return null;
  const pausedUntil = hold === awaitingHold || holdUntil === null ? 0 : holdUntil.getTime();
  return { until: Math.max(acceptedAt, pausedUntil), anchorAt: acceptedAt };
}

/**
 * Caps on domains and companies, by campaign: limits, use so far, and the domain and company of
 * each person. Campaigns without caps are left out. `schedules` belong to `rows`, by index.
 */
export async function readInputCaps(
  db: Db,
  read: {
    workspaceId: string;
    rows: readonly ForecastCampaignRow[];
    schedules: readonly Schedule[];
    now: Date;
    among: readonly string[] | null;
  },
): Promise<Map<string, NonNullable<ForecastCampaign['reach']>>> {
  const { workspaceId, rows, schedules, now, among } = read;
  const capped = rows.flatMap((row, index) =>
    isCapped(row.capLimits)
      ? [
          {
            campaignId: row.id,
            limits: row.capLimits,
            day: localDate(schedules[index]!.timeZone, now.getTime()),
          },
        ]
      : [],
  );
  const uses = Map.groupBy(await readAllCapUse(db, workspaceId, capped), (use) => use.campaignId);
  const campaignIds = capped.map(({ campaignId }) => campaignId);
  const keys = new Map(
    (await readForecastReached(db, { workspaceId, campaignIds, among })).map((person) => [
      person.id,
      capKeysOf(person),
    ]),
  );
  return new Map(
    capped.map(({ campaignId, limits }) => [
      campaignId,
      { limits, uses: uses.get(campaignId) ?? [], keys },
    ]),
  );
}
