import type { Db } from '../../db/database.ts';
import { bindingOf, type Evaluated, evaluate } from '../../domain/forecast/explain.ts';
import { factsOf } from '../../domain/forecast/forecast.ts';
import type { LaneFacts } from '../../domain/sending/lane-facts.ts';
import { followUpDueAt } from '../../domain/sending/lane-work.ts';
import { constraintsAt, planLane } from '../../domain/sending/planner.ts';
import {
  becauseInactive,
  bindingOfBecause,
  type ExplainRequest,
  type TimedBinding,
} from './explanation.ts';
import { readForecastInput } from './forecast-input.ts';

export type SenderExplanation = {
  binding: TimedBinding;
  campaigns: { campaignId: string; binding: TimedBinding; constraints: Evaluated[] }[];
};

/**
 * Explains why a sender waits: the planner's own answer, and every constraint in each campaign.
 * `campaignIds` are the active campaigns the sender sends for.
 */
export async function explainSender(
  db: Db,
  { senderId, campaignIds }: { senderId: string; campaignIds: readonly string[] },
  { workspaceId, now }: ExplainRequest,
): Promise<SenderExplanation> {
  const [campaignId] = campaignIds;
  if (!campaignId) return { binding: bindingOfBecause('nothing_to_send'), campaigns: [] };
  const input = await readForecastInput(db, { workspaceId, campaignId, changes: {}, now });
  const lane = input.lanes.findIndex((candidate) => candidate.senderId === senderId);
  if (lane < 0) {
    const because = becauseInactive(input.inactive.find(({ id }) => id === senderId));
    return { binding: bindingOfBecause(because), campaigns: [] };
  }
  const facts = factsOf({ ...input, now: now.getTime() }, lane);
  const plan = planLane(facts, now.getTime());
  return {
    binding: plan.send
      ? bindingOfBecause('due', now.getTime())
      : bindingOfBecause(plan.because, plan.nextAt),
    campaigns: facts.campaigns.map((own) => ({
      campaignId: own.campaignId,
      ...explainWork(facts, own.campaignId, now),
    })),
  };
}

/** The work of a sender in one campaign that may be sent first, with its constraints. */
export function explainWork(
  facts: LaneFacts,
  campaignId: string,
  now: Date,
): { constraints: Evaluated[]; binding: TimedBinding } {
  const explained = dueWork(facts, campaignId).map((work) => {
    const constraints = constraintsAt(facts, { campaignId, ...work }, now.getTime());
    return {
      constraints: evaluate(constraints, now.getTime()),
      binding: bindingOf(constraints, now.getTime()),
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
