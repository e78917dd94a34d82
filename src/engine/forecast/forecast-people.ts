import type { Db } from '../../db/database.ts';
import { type WorldCampaign, type WorldPerson, worldReached } from '../../db/forecast/forecasts.ts';
import { readAllCapUse } from '../../db/sending/contact-caps.ts';
import type {
  ForecastCampaign,
  ForecastHeld,
  ForecastLane,
  ForecastQueue,
} from '../../domain/forecast/forecast.ts';
import { localDate, type Schedule } from '../../domain/hours/schedule.ts';
import { capKeysOf, isCapped } from '../../domain/sending/contact-caps.ts';
import { awaitingHold, withdrawingHold } from '../../domain/sequence/invitation.ts';
import { scheduleOf } from '../sending/facts.ts';

/** The hours of a campaign by the clocks of the zones its people live in. */
export function localHours(
  row: WorldCampaign,
  people: readonly WorldPerson[],
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

/** The pool by zone, with people who would be added. */
export function poolsOf(
  row: WorldCampaign,
  people: readonly WorldPerson[],
  more: readonly string[],
): ForecastCampaign['pools'] {
  const own = people.filter((person) => person.campaignId === row.id && person.senderId === null);
  const pools = Map.groupBy(own, (person) => person.zone);
  return [...new Set(['', ...pools.keys()])].map((zone) => {
    const standing = (pools.get(zone) ?? []).map((person) => person.id);
    return { zone, people: zone === '' ? [...standing, ...more] : standing };
  });
}

/** A sender's people in a campaign, by touch and zone. */
export function queuesOf(people: readonly WorldPerson[]): ForecastQueue[] {
  return [...Map.groupBy(people, ({ nodeId, zone }) => `${nodeId} ${zone}`).values()].map(
    (standing) => ({
      nodeId: standing[0]!.nodeId ?? '',
      zone: standing[0]!.zone,
      people: standing.map((person) => person.id),
      anchors: standing.map((person) => person.anchorAt?.getTime() ?? 0),
    }),
  );
}

/** Whoever is held until an instant, with where they stand then; those of lanes and touches that are not there are left out. */
export function heldOf(
  people: readonly WorldPerson[],
  {
    campaigns,
    lanes,
    now,
  }: { campaigns: readonly ForecastCampaign[]; lanes: readonly ForecastLane[]; now: Date },
): ForecastHeld[] {
  const places = new Map(campaigns.map(({ campaignId }, index) => [campaignId, index]));
  const indexes = new Map(lanes.map(({ senderId }, index) => [senderId, index]));
  return people.flatMap((given): ForecastHeld[] => {
    const { id: person, campaignId, senderId, nodeId, zone, invited } = given;
    const campaign = places.get(campaignId)!;
    const { acceptMs, touches } = campaigns[campaign]!;
    const wait = invited === null ? waitOf(given) : acceptanceFor(given, acceptMs, now);
    if (wait === null) return [];
    const held = { person, until: wait.until, campaign, zone };
    if (senderId === null) return [{ ...held, before: null }];
    const lane = indexes.get(senderId) ?? -1;
    const standing = touches.findIndex((candidate) => candidate.nodeId === nodeId);
    const touch = standing < 0 || invited === null ? standing : standing + 1;
    const attached = lanes[lane]?.attachments.some(
      (attachment) => attachment.campaign === campaign,
    );
    return attached && touch >= 0 && touch < touches.length
      ? [{ ...held, before: { lane, touch, anchorAt: wait.anchorAt } }]
      : [];
  });
}

type Wait = { until: number; anchorAt: number } | null;

function waitOf({ holdUntil, anchorAt }: WorldPerson): Wait {
  return holdUntil && { until: holdUntil.getTime(), anchorAt: anchorAt?.getTime() ?? 0 };
}

/** When somebody who was invited accepts. Who has taken longer than is assumed, or was not invited, is taken not to; a pause by hand lasts beyond it. */
function acceptanceFor(
  { invited, hold, holdUntil, anchorAt }: WorldPerson,
  acceptMs: number | null,
  now: Date,
): Wait {
  if (!invited || acceptMs === null || anchorAt === null || hold === withdrawingHold) return null;
  const acceptedAt = anchorAt.getTime() + acceptMs;
  if (acceptedAt <= now.getTime()) return null;
  const paused = hold === awaitingHold || holdUntil === null ? 0 : holdUntil.getTime();
  return { until: Math.max(acceptedAt, paused), anchorAt: acceptedAt };
}

/** What the campaigns' caps on domains and companies leave, and what their people count for. */
export async function readInputCaps(
  db: Db,
  read: {
    workspaceId: string;
    rows: readonly WorldCampaign[];
    schedules: readonly Schedule[];
    now: Date;
  },
): Promise<Map<string, NonNullable<ForecastCampaign['reach']>>> {
  const { workspaceId, rows, schedules, now } = read;
  const capped = rows.flatMap((row, index) =>
    isCapped(row.reach)
      ? [
          {
            campaignId: row.id,
            limits: row.reach,
            day: localDate(schedules[index]!.timeZone, now.getTime()),
          },
        ]
      : [],
  );
  const uses = Map.groupBy(await readAllCapUse(db, workspaceId, capped), (use) => use.campaignId);
  const ids = capped.map(({ campaignId }) => campaignId);
  const keys = new Map(
    (await worldReached(db, workspaceId, ids)).map((person) => [person.id, capKeysOf(person)]),
  );
  return new Map(
    capped.map(({ campaignId, limits }) => [
      campaignId,
      { limits, uses: uses.get(campaignId) ?? [], keys },
    ]),
  );
}
