import type { Db } from '../../db/database.ts';
import type { DueLane } from '../../db/sending/lanes.ts';
import {
  type DuePick,
  type Picked,
  type PoolPick,
  pickDue,
  pickPool,
} from '../../db/sending/picks.ts';
import { isCapped } from '../../domain/sending/contact-caps.ts';
import { type LanePlan, sparePicks } from '../../domain/sending/planner.ts';
import type { Facts } from './facts.ts';

/** A lane with the instant it is planned for. */
export type PlannedLane = DueLane & { at: Date };

/**
 * Claimed prospects behind one pick of a plan, in order; `next` is the index of the first one not
 * screened yet. Lanes that pick from the same pool share one queue. `first`: it is a first touch.
 */
export type PickQueue = { nodeId: string; first: boolean; people: Picked[]; next: number };

/** A lane's plan with its prospects: `count` are sent to, up to `maxPerQueue` screened a queue. */
export type LaneClaim = {
  lane: PlannedLane;
  campaignId: string;
  count: number;
  maxPerQueue: number;
  queues: PickQueue[];
};

type Planned = {
  workspaceId: string;
  lanes: readonly PlannedLane[];
  plans: ReadonlyMap<string, LanePlan>;
  facts: Facts;
};

/**
 * Locks the prospects that the plans call for, until the transaction ends. Prospects that another
 * transaction has locked are left out.
 */
export async function claim(
  db: Db,
  { workspaceId, lanes, plans, facts }: Planned,
): Promise<LaneClaim[]> {
  const due: (DuePick & { queue: PickQueue })[] = [];
  const pools = new Map<string, PoolPick & { queue: PickQueue }>();
  const claims = lanes.flatMap((lane): LaneClaim[] => {
    const send = plans.get(lane.senderId)?.send;
    if (!send) return [];
    const { campaignId, count, picks } = send;
    const campaign = facts.campaigns.get(campaignId)!;
    const maxPerQueue = count + (isCapped(campaign.capLimits) ? sparePicks : 0);
    const queues = picks.map((pick) => {
      if (!('pool' in pick)) {
        const queue = { nodeId: pick.nodeId, first: false, people: [], next: 0 };
        due.push({
          ...pick,
          queue,
          campaignId,
          senderId: lane.senderId,
          dueBefore: new Date(pick.dueBefore),
          count: maxPerQueue,
        });
        return queue;
      }
      const key = `${campaignId} ${pick.pool}`;
      const queue = pools.get(key)?.queue ?? {
        nodeId: campaign.touches[0]!.nodeId,
        first: true,
        people: [],
        next: 0,
      };
      pools.set(key, {
        campaignId,
        zone: pick.pool,
        upTo: campaign.poolUpTo,
        count: (pools.get(key)?.count ?? 0) + maxPerQueue,
        queue,
      });
      return queue;
    });
    return [{ lane, campaignId, count, maxPerQueue, queues }];
  });
  for (const person of await pickDue(db, workspaceId, due))
    due[person.pick]!.queue.people.push(person);
  const shared = [...pools.values()];
  for (const person of await pickPool(db, workspaceId, shared))
    shared[person.pick]!.queue.people.push(person);
  return claims;
}
