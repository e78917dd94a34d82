import { countWithRemoved, firstSenders } from '../../db/campaigns/campaign-senders.ts';
import type { CampaignRow } from '../../db/campaigns/campaigns.ts';
import type { Db } from '../../db/database.ts';
import { countHeld } from '../../db/forecast/forecasts.ts';
import { readHeldOf } from '../../db/instance.ts';
import { isServed } from '../../db/workers.ts';
import { bindingOfHold, type Evaluated } from '../../domain/forecast/explain.ts';
import { bindingOfCampaign } from '../../domain/forecast/explain-status.ts';
import { factsOf } from '../../domain/forecast/forecast.ts';
import { createRest } from '../rest.ts';
import { explainWork } from './explain-sender.ts';
import {
  bindingOfBecause,
  bindingOfHeld,
  bindingOfInactive,
  type ExplainRequest,
  firstSend,
  opensByForecast,
  type TimedBinding,
  withoutEnd,
} from './explanation.ts';
import { forecastCampaign } from './forecast.ts';
import { type ForecastInput, forecastSize, readForecastInput } from './forecast-input.ts';
import { takeForecastTurn } from './run-forecast.ts';
import { readSenderReasons } from './sender-reasons.ts';

export type LaneExplanation = {
  senderId: string;
  binding: TimedBinding;
  constraints: Evaluated[];
};
export type CampaignExplanation = {
  binding: TimedBinding;
  expectedAt: number | null;
  senders: LaneExplanation[];
  held: HeldCount[];
};
/** Why a campaign does not send, for a list: instants as forecast, null where it is too large. */
export type CampaignReason = {
  binding: TimedBinding;
  expectedAt: number | null;
  endsAt: number | null;
};
type HeldCount = { hold: string; n: number; words: string; unblock: string | null };

/**
 * Explains why a campaign does not send right now, sender by sender, and when its next touch goes
 * out (epoch ms).
 */
export function explainCampaign(
  db: Db,
  campaign: CampaignRow,
  request: ExplainRequest,
): Promise<CampaignExplanation> {
  return takeForecastTurn(request, () => explain(db, campaign, request));
}

async function explain(
  db: Db,
  campaign: CampaignRow,
  request: ExplainRequest,
): Promise<CampaignExplanation> {
  const { workspaceId, now } = request;
  const campaignId = campaign.id;
  const held = await countHeldPeople(db, { workspaceId, campaignId });
  const stopped = bindingOfCampaign(campaign);
  if (stopped) return { binding: withoutEnd(stopped), expectedAt: null, senders: [], held };
  const hold = await readHeldOf(db, workspaceId);
  if (hold) return { binding: bindingOfHeld(hold), expectedAt: null, senders: [], held };
  const input = await readForecastInput(db, { workspaceId, campaignId, changes: {}, now });
  const isRunning = await isServed(db, workspaceId);
  const senders = [...(await explainLanes(input, campaignId, now)), ...explainInactive(input)];
  const [first] = senders.toSorted((a, b) => byOpening(a.binding, b.binding));
  const binding = first?.binding ?? {
    ...bindingOfBecause('sender_not_active'),
    words: 'The campaign has no senders.',
    unblock: 'Give it senders.',
  };
  if (!isRunning)
    return { binding: bindingOfBecause('no_worker'), expectedAt: null, senders, held };
  const send = await firstSend(input, request, ({ campaign: own }) => own === input.target);
  return {
    binding: opensByForecast(binding, send),
    expectedAt: send?.at ?? null,
    senders,
    held,
  };
}

const byOpening = (a: TimedBinding, b: TimedBinding) =>
  (a.opensAt ?? Infinity) - (b.opensAt ?? Infinity);

/** Senders of a large campaign that are asked for its reason: those whose turn comes first. */
const askedSenders = 100;

/**
 * The same in short. Of a campaign with more than `maxForecast` people the reason is that of its
 * senders whose turns come first, from the facts of the tick, and nothing is forecast.
 */
export async function readCampaignReason(
  db: Db,
  campaign: CampaignRow,
  { maxForecast, ...request }: ExplainRequest & { maxForecast: number },
): Promise<CampaignReason> {
  const { workspaceId, now } = request;
  const campaignId = campaign.id;
  const stopped = bindingOfCampaign(campaign);
  if (stopped) return { binding: withoutEnd(stopped), expectedAt: null, endsAt: null };
  if ((await forecastSize(db, { workspaceId, campaignId })) <= maxForecast) {
    const { binding, expectedAt } = await explainCampaign(db, campaign, request);
    const isSent = expectedAt !== null;
    const asked = { workspaceId, campaignId, changes: {}, now, signal: request.signal };
    const endsAt = isSent ? (await forecastCampaign(db, asked)).endsAt : null;
    return { binding, expectedAt, endsAt };
  }
  const senderIds = await firstSenders(db, { workspaceId, campaignId }, askedSenders);
  const reasons = await readSenderReasons(db, senderIds, request);
  const bindings = [...reasons.values()].map(({ binding, campaigns }) => {
    const isWaiting = campaigns.length > 0 && binding.code !== 'no_worker';
    const own = campaigns.find((one) => one.campaignId === campaignId);
    return isWaiting && own ? own.binding : binding;
  });
  const [first = bindingOfBecause('sender_not_active')] = bindings.sort(byOpening);
  return { binding: first, expectedAt: null, endsAt: null };
}

/** Counts held people by reason; a removed sender is a reason too (`sender_removed`). */
async function countHeldPeople(
  db: Db,
  campaign: { workspaceId: string; campaignId: string },
): Promise<HeldCount[]> {
  const withRemoved = await countWithRemoved(db, campaign);
  const counted = [
    ...(await countHeld(db, campaign.workspaceId, campaign.campaignId)),
    ...(withRemoved > 0 ? [{ hold: 'sender_removed', n: withRemoved }] : []),
  ];
  return counted.map(({ hold, n }) => ({ hold, n, ...bindingOfHold(hold, null) }));
}

async function explainLanes(
  input: ForecastInput,
  campaignId: string,
  now: Date,
): Promise<LaneExplanation[]> {
  const explained: LaneExplanation[] = [];
  const rest = createRest();
  for (const [lane, { senderId }] of input.lanes.entries()) {
    const facts = factsOf({ ...input, now: now.getTime() }, lane);
    const isAttached = facts.campaigns.some((own) => own.campaignId === campaignId);
    if (isAttached) explained.push({ senderId, ...explainWork(facts, campaignId, now) });
    await rest();
  }
  return explained;
}

function explainInactive({ inactive, attached }: ForecastInput): LaneExplanation[] {
  return inactive
    .filter(({ id }) => attached.has(id))
    .map((sender) => ({
      senderId: sender.id,
      constraints: [],
      binding: bindingOfInactive(sender),
    }));
}
