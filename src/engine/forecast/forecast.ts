import type { Db } from '../../db/database.ts';
import { countHeld } from '../../db/forecast/forecasts.ts';
import type { ForecastSend, ForecastStop } from '../../domain/forecast/forecast.ts';
import { localDate } from '../../domain/hours/schedule.ts';
import { budgetInWords } from '../../domain/sending/budget.ts';
import { awaitsConnection } from '../../domain/sequence/invitation.ts';
import { dayMs } from '../../domain/time.ts';
import { type ForecastInput, type ForecastRequest, readForecastInput } from './forecast-input.ts';
import { runForecast, takeForecastTurn } from './run-forecast.ts';

/** A year, in ms: sends after it are not forecast. */
export const horizonMs = 366 * dayMs;

export type DaySends = { date: string; sender_id: string; sends: number };
/** Instants in epoch ms. */
export type PersonForecast = { prospect_id: string; first_at: number; last_at: number };

export type CampaignForecast = {
  /** False when sends remain after the horizon. */
  finished: boolean;
  startsAt: number | null;
  endsAt: number | null;
  sends: number;
  /** The most that the provider charges for the sends, in mills; null where it charges nothing. */
  cost: number | null;
  /** Held now, until something is mended. */
  held: number;
  /** Will be held for the text of a later touch, until something is mended. */
  willBeHeld: number;
  /** Will be skipped: suppressed, or in another campaign. */
  willBeSkipped: number;
  days: DaySends[];
  /** In the order of their first touch. */
  people: PersonForecast[];
  assumptions: string[];
};

/**
 * Forecasts the sends of a campaign with the given changes. Reads only. Instants in epoch ms. While
 * it computes, other work runs, and `db` is not used.
 */
export function forecastCampaign(db: Db, request: ForecastRequest): Promise<CampaignForecast> {
  return takeForecastTurn(request, () => makeForecast(db, request));
}

async function makeForecast(db: Db, request: ForecastRequest): Promise<CampaignForecast> {
  const input = await readForecastInput(db, request);
  const { days, people, sends, cost, stops, isCut } = await collectSends(input, request);
  const held = await countHeld(db, request.workspaceId, request.campaignId);
  return {
    finished: !isCut,
    startsAt: people[0]?.first_at ?? null,
    endsAt:
      sends > 0 ? people.reduce((latest, person) => Math.max(latest, person.last_at), 0) : null,
    sends,
    cost,
    held: held.reduce((sum, { lasting, n }) => sum + (lasting ? n : 0), 0),
    willBeHeld: stops.hold,
    willBeSkipped: stops.skip,
    days: days.sort(
      (a, b) => a.date.localeCompare(b.date) || a.sender_id.localeCompare(b.sender_id),
    ),
    people,
    assumptions: [...assumptionsOf(input, isCut), ...budgets(input, request.now.getTime())],
  };
}

type CollectedSends = {
  days: DaySends[];
  people: PersonForecast[];
  sends: number;
  cost: number | null;
  /** People that will not get a touch whose turn comes. */
  stops: { hold: number; skip: number };
  /** The horizon ended the forecast before its last send. */
  isCut: boolean;
};

/** Runs the forecast and sums up the sends of its own campaign. */
async function collectSends(
  input: ForecastInput,
  { now: at, signal }: ForecastRequest,
): Promise<CollectedSends> {
  const now = at.getTime();
  const days = new Map<string, DaySends>();
  const people = new Map<string, PersonForecast>();
  const stops = { hold: 0, skip: 0 };
  let sends = 0;
  let cost: number | null = null;
  const { touches } = input.campaigns[input.target]!;
  const onSend = (send: ForecastSend) => {
    if (send.campaign !== input.target) return undefined;
    sends += 1;
    const { senderId, limits } = input.lanes[send.lane]!;
    const price = limits.prices?.[touches[send.touch]!.type];
    if (price !== undefined) cost = (cost ?? 0) + price;
    const date = localDate(input.timeZone, send.at);
    const key = `${date} ${senderId}`;
    const day = days.get(key);
    if (day) day.sends += 1;
    else days.set(key, { date, sender_id: senderId, sends: 1 });
    const person = people.get(send.person);
    if (person) person.last_at = send.at;
    else people.set(send.person, { prospect_id: send.person, first_at: send.at, last_at: send.at });
    return undefined;
  };
  const onStop = ({ campaign, fate }: ForecastStop) => {
    if (campaign === input.target && fate.act !== 'pass') stops[fate.act] += 1;
  };
  const start = { ...input, now, until: now + horizonMs };
  const end = await runForecast(start, { onSend, onStop }, { signal });
  return {
    days: [...days.values()],
    people: [...people.values()],
    sends,
    cost,
    stops,
    isCut: end.reason === 'horizon',
  };
}

function assumptionsOf(
  { campaigns, target, inactive, drafts }: ForecastInput,
  isCut: boolean,
): string[] {
  const { touches, acceptMs } = campaigns[target]!;
  const left = inactive.map(({ id, status }) => `${id} (${status})`);
  const invites = touches.some(({ type }) => awaitsConnection(type));
  return [
    'Nobody replies, unsubscribes or bounces, and nobody else is suppressed.',
    'Values that are missing stay missing: those people are held and get nothing more.',
    'Every active sender stays well, and other campaigns of the same senders run on as they are.',
    'A campaign that does not run is launched, or resumed, now.',
    ...(left.length > 0 ? [`Senders that are not active do not send: ${left.join(', ')}.`] : []),
    ...(isCut ? ['Only the next 366 days are looked at.'] : []),
    ...(invites ? [acceptanceAssumption(acceptMs)] : []),
    ...(drafts ? ['The texts that a model writes are there before they are due.'] : []),
  ];
}

/** The rest of the budgets of the campaign's senders, with their figures. */
function budgets({ lanes, attached }: ForecastInput, now: number): string[] {
  return lanes.flatMap((lane) => {
    const { budget } = lane.limits;
    if (!budget || !attached.has(lane.senderId)) return [];
    return [`Sender ${lane.senderId} has a budget: ${budgetInWords(budget, lane, now)}.`];
  });
}

function acceptanceAssumption(acceptMs: number | null): string {
  if (acceptMs === 0) return 'In a dry run everybody counts as a connection.';
  if (acceptMs === null)
    return 'Nobody accepts an invitation in time, not even people who are invited already.';
  const days = acceptMs / dayMs;
  const after = days === 1 ? 'a day' : `${days} days`;
  return (
    `Everybody accepts the invitation after ${after}, and nobody is a connection before; ` +
    'invitations that have been open longer are not accepted.'
  );
}
