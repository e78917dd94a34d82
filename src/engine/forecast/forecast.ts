import type { Db } from '../../db/database.ts';
import { countHeld } from '../../db/forecast/forecasts.ts';
import { forecast } from '../../domain/forecast/forecast.ts';
import { localDate } from '../../domain/hours/schedule.ts';
import { awaitsConnection } from '../../domain/sequence/invitation.ts';
import { dayMs } from '../../domain/time.ts';
import { type Changes, readForecastInput } from './forecast-input.ts';

/** A year: what is not sent by then is not forecast. */
export const horizonMs = 366 * dayMs;

export type DaySends = { date: string; sender_id: string; sends: number };
/** Instants in epoch ms. */
export type PersonForecast = { prospect_id: string; first_at: number; last_at: number };

export type CampaignForecast = {
  finished: boolean;
  startsAt: number | null;
  endsAt: number | null;
  sends: number;
  held: number;
  days: DaySends[];
  /** In the order of their first touch. */
  people: PersonForecast[];
  assumptions: string[];
};

/** What a campaign will send when, with the given changes. Reads, and changes nothing. */
export async function forecastCampaign(
  db: Db,
  asked: { workspaceId: string; campaignId: string; changes: Changes; now: Date },
): Promise<CampaignForecast> {
  const world = await readForecastInput(db, asked);
  const days = new Map<string, DaySends>();
  const people = new Map<string, PersonForecast>();
  let sends = 0;
  const now = asked.now.getTime();
  const end = forecast({ ...world, now, until: now + horizonMs }, (send) => {
    if (send.campaign !== world.target) return undefined;
    sends += 1;
    const senderId = world.lanes[send.lane]!.senderId;
    const date = localDate(world.timeZone, send.at);
    const key = `${date} ${senderId}`;
    const day = days.get(key);
    if (day) day.sends += 1;
    else days.set(key, { date, sender_id: senderId, sends: 1 });
    const person = people.get(send.person);
    if (person) person.last_at = send.at;
    else people.set(send.person, { prospect_id: send.person, first_at: send.at, last_at: send.at });
    return undefined;
  });
  const ordered = [...people.values()];
  const campaign = world.campaigns[world.target]!;
  const waits = campaign.touches.some(({ type }) => awaitsConnection(type));
  const held = await countHeld(db, asked.workspaceId, asked.campaignId);
  return {
    finished: end.reason === 'done',
    startsAt: ordered[0]?.first_at ?? null,
    endsAt:
      sends > 0 ? ordered.reduce((latest, person) => Math.max(latest, person.last_at), 0) : null,
    sends,
    held: held.reduce((sum, { lasting, n }) => sum + (lasting ? n : 0), 0),
    days: [...days.values()].sort(
      (a, b) => a.date.localeCompare(b.date) || a.sender_id.localeCompare(b.sender_id),
    ),
    people: ordered,
    assumptions: [
      ...assumptionsOf(
        world.left.map((sender) => `${sender.id} (${sender.status})`),
        end.reason === 'horizon',
      ),
      ...(waits ? [acceptance(campaign.acceptMs)] : []),
      ...(world.drafts ? ['The texts that a model writes are there before they are due.'] : []),
    ],
  };
}

function acceptance(acceptMs: number | null): string {
  if (acceptMs === 0) return 'In a dry run everybody counts as a connection.';
  if (acceptMs === null)
    return 'Nobody accepts an invitation in time, and who has not accepted yet does not.';
  const days = acceptMs / dayMs;
  const after = days === 1 ? 'a day' : `${days} days`;
  return `Everybody accepts the invitation after ${after}, and nobody is a connection before; who has taken longer already does not accept.`;
}

function assumptionsOf(left: readonly string[], cut: boolean): string[] {
  return [
    'Nobody replies, unsubscribes or bounces, and nobody is suppressed.',
    'Every active sender stays well, and other campaigns of the same senders run on as they are.',
    'A campaign that does not run yet is started now.',
    ...(left.length > 0 ? [`Senders that are not active do not send: ${left.join(', ')}.`] : []),
    ...(cut ? ['Only the next 366 days are looked at.'] : []),
  ];
}
