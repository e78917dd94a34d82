import type { Db } from '../../db/database.ts';
import { readForecastSenders } from '../../db/forecast/forecasts.ts';
import { readHeldOf } from '../../db/instance.ts';
import { attachments } from '../../db/sending/facts.ts';
import { isServed } from '../../db/workers.ts';
import { bindingOf, type Evaluated, evaluate } from '../../domain/forecast/explain.ts';
import { factsOf } from '../../domain/forecast/forecast.ts';
import type { LaneFacts, Quiet } from '../../domain/sending/lane-facts.ts';
import { followUpDueAt } from '../../domain/sending/lane-work.ts';
import { constraintsAt, type LanePlan, planLane } from '../../domain/sending/planner.ts';
import { AppError } from '../../errors.ts';
import {
  bindingOfBecause,
  bindingOfHeld,
  bindingOfInactive,
  type ExplainRequest,
  firstSend,
  opensByForecast,
  type TimedBinding,
} from './explanation.ts';
import { readForecastInput } from './forecast-input.ts';
import { takeForecastTurn } from './run-forecast.ts';

export type SenderExplanation = {
  binding: TimedBinding;
  /** When its next touch goes out (epoch ms). */
  expectedAt: number | null;
  campaigns: { campaignId: string; binding: TimedBinding; constraints: Evaluated[] }[];
};

/**
 * Explains why a sender waits: it is out of service, no worker runs, or the planner's own answer;
 * and every constraint in each active campaign. @throws sender.not_found
 */
export function explainSender(
  db: Db,
  senderId: string,
  request: ExplainRequest,
): Promise<SenderExplanation> {
  return takeForecastTurn(request, () => explain(db, senderId, request));
}

async function explain(
  db: Db,
  senderId: string,
  request: ExplainRequest,
): Promise<SenderExplanation> {
  const { workspaceId, now } = request;
  const [sender] = await readForecastSenders(db, { workspaceId, ids: [senderId], now });
  if (!sender) throw new AppError('sender.not_found');
  const idle = { expectedAt: null, campaigns: [] };
  if (sender.status !== 'active') return { ...idle, binding: bindingOfInactive(sender) };
  const hold = await readHeldOf(db, workspaceId);
  if (hold) return { ...idle, binding: bindingOfHeld(hold) };
  const [attachment] = await attachments(db, workspaceId, [senderId]);
  const isRunning = await isServed(db, workspaceId);
  if (!attachment)
    return { ...idle, binding: bindingOfBecause(isRunning ? 'nothing_to_send' : 'no_worker') };
  const { campaignId } = attachment;
  const input = await readForecastInput(db, { workspaceId, campaignId, changes: {}, now });
  const lane = input.lanes.findIndex((candidate) => candidate.senderId === senderId);
  const facts = factsOf({ ...input, now: now.getTime() }, lane);
  const campaigns = facts.campaigns.map((own) => ({
    campaignId: own.campaignId,
    ...explainWork(facts, own.campaignId, now),
  }));
  if (!isRunning) return { expectedAt: null, binding: bindingOfBecause('no_worker'), campaigns };
  const plan = planLane(facts, now.getTime());
  const send = await firstSend(input, request, (own) => own.lane === lane);
  // A person put off by the provider is held meanwhile, so that the planner has no work to weigh.
  const quiet = plan.because === 'nothing_to_send' && send ? restOf(facts, now.getTime()) : null;
  const waits = quiet
    ? bindingOfBecause(quiet.because, quiet.until, { senderId })
    : bindingOfPlan(plan, campaigns, senderId);
  const binding = plan.send ? bindingOfBecause('due', now.getTime()) : waits;
  return { expectedAt: send?.at ?? null, binding: opensByForecast(binding, send), campaigns };
}

/** The plan's reason, with the figures of the campaign whose touch it weighed. */
export function bindingOfPlan(
  { because, nextAt }: LanePlan,
  campaigns: SenderExplanation['campaigns'],
  senderId: string,
): TimedBinding {
  const weighed = campaigns.find(
    ({ binding }) => binding.code === because && binding.opensAt === nextAt,
  );
  return weighed?.binding ?? bindingOfBecause(because, nextAt, { senderId });
}

/** The rest of the sender, or the first end of a rest of one kind of touch; null without any. */
function restOf({ quiet, rests = {} }: LaneFacts, now: number): Quiet | null {
  if (quiet && quiet.until > now) return quiet;
  const ends = Object.values(rests).flatMap(({ until }) => (until && until > now ? [until] : []));
  return ends.length > 0 ? { until: Math.min(...ends), because: 'provider_rate_limit' } : null;
}

/** The work of a sender in one campaign that may be sent first, with its constraints. */
export function explainWork(
  facts: LaneFacts,
  campaignId: string,
  now: Date,
): { constraints: Evaluated[]; binding: TimedBinding } {
  const owners = { senderId: facts.senderId, campaignId };
  const explained = dueWork(facts, campaignId).map((work) => {
    const constraints = constraintsAt(facts, { campaignId, ...work }, now.getTime());
    return {
      constraints: evaluate(constraints, now.getTime(), owners),
      binding: bindingOf(constraints, now.getTime(), owners),
    };
  });
  const [first] = explained.sort(
    (a, b) => (a.binding.opensAt ?? Infinity) - (b.binding.opensAt ?? Infinity),
  );
  return first ?? { constraints: [], binding: bindingOfBecause('nothing_to_send') };
}

type DueWork = { touch: string; zone: string; noted: boolean; dueAt: number };

/** A sender's follow-ups and first touches in one campaign, the earliest due first. */
function dueWork({ campaigns }: LaneFacts, campaignId: string): DueWork[] {
  const own = campaigns.find((candidate) => candidate.campaignId === campaignId);
  if (!own) return [];
  const works = own.followUps.map(({ touch, zone, noted = false, ...followUp }) => ({
    touch,
    zone,
    noted,
    dueAt: followUpDueAt(own, followUp),
  }));
  const { poolFrom, poolTouch: touch, poolNoted: noted = false } = own;
  if (poolFrom !== null)
    works.push(...own.poolZones.map((zone) => ({ touch, zone, noted, dueAt: poolFrom })));
  return works.sort((a, b) => a.dueAt - b.dueAt);
}
