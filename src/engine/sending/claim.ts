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

/** People behind a pick of a plan, in order. Lanes that pick from the same pool share them: who was looked at is `next`'s past. */
export type PickLine = { nodeId: string; first: boolean; people: Picked[]; next: number };

/** What a lane's plan calls for: `count` people of these lines, looking at `looks` of each at most. */
export type ClaimCall = {
  lane: PlannedLane;
  campaignId: string;
  count: number;
  looks: number;
  lines: PickLine[];
};

type Planned = {
  workspaceId: string;
  lanes: readonly PlannedLane[];
  plans: ReadonlyMap<string, LanePlan>;
  facts: Facts;
};

/** Locks the people the plans call for, until the transaction ends. People whom another holds are left out. */
export async function claim(
  db: Db,
  { workspaceId, lanes, plans, facts }: Planned,
): Promise<ClaimCall[]> {
  const due: (DuePick & { line: PickLine })[] = [];
  const pools = new Map<string, PoolPick & { line: PickLine }>();
  const calls = lanes.flatMap((lane): ClaimCall[] => {
    const send = plans.get(lane.senderId)?.send;
    if (!send) return [];
    const { campaignId, count, picks } = send;
    const campaign = facts.campaigns.get(campaignId)!;
    const looks = count + (isCapped(campaign.capLimits) ? sparePicks : 0);
    const lines = picks.map((pick) => {
      if (!('pool' in pick)) {
        const line = { nodeId: pick.nodeId, first: false, people: [], next: 0 };
        due.push({
          ...pick,
          line,
          campaignId,
          senderId: lane.senderId,
          dueBefore: new Date(pick.dueBefore),
          count: looks,
        });
        return line;
      }
      const key = `${campaignId} ${pick.pool}`;
      const line = pools.get(key)?.line ?? {
        nodeId: campaign.touches[0]!.nodeId,
        first: true,
        people: [],
        next: 0,
      };
      pools.set(key, {
        campaignId,
        zone: pick.pool,
        upTo: campaign.poolUpTo,
        count: (pools.get(key)?.count ?? 0) + looks,
        line,
      });
      return line;
    });
    return [{ lane, campaignId, count, looks, lines }];
  });
  for (const person of await pickDue(db, workspaceId, due))
    due[person.pick]!.line.people.push(person);
  const shared = [...pools.values()];
  for (const person of await pickPool(db, workspaceId, shared))
    shared[person.pick]!.line.people.push(person);
  return calls;
}
