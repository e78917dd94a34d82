import { type DuePick, type Picked, pickDue, pickPool } from '../db/claims.ts';
import type { Db } from '../db/database.ts';
import type { DueLane } from '../db/lanes.ts';
import type { LanePlan } from '../domain/planner.ts';
import type { Facts } from './facts.ts';

/** A lane with the instant it is planned for. */
export type PlannedLane = DueLane & { at: Date };

/** A claim on a person before it is weighed: who, before which touch, from which lane. */
export type Claim = { lane: PlannedLane; campaignId: string; nodeId: string; person: Picked };

type Plans = ReadonlyMap<string, LanePlan>;
type Planned = { workspaceId: string; lanes: readonly PlannedLane[]; plans: Plans; facts: Facts };

/** Locks the people the plans call for, until the transaction ends. People whom another holds are left out. */
export async function claim(db: Db, { workspaceId, lanes, plans, facts }: Planned): Promise<Claim[]> {
  const due: (DuePick & { lane: PlannedLane })[] = [];
  const pools = new Map<string, PlannedLane[]>();
  for (const lane of lanes) {
    const send = plans.get(lane.senderId)?.send;
    if (!send) continue;
    const { campaignId, count } = send;
    for (const pick of send.picks) {
      if (pick === 'pool') pools.set(campaignId, [...(pools.get(campaignId) ?? []), ...Array<PlannedLane>(count).fill(lane)]);
      else due.push({ lane, campaignId, senderId: lane.senderId, nodeId: pick.nodeId, dueBefore: new Date(pick.dueBefore), count });
    }
  }
  const followUps = (await pickDue(db, workspaceId, due)).map((person) => ({ ...due[person.pick]!, person }));
  const first = await takeFromPools(db, { workspaceId, pools, facts });
  return [...followUps, ...first].filter(withinCount(plans));
}

/** People of the pools, dealt out to the lanes that asked, in their order. */
async function takeFromPools(
  db: Db,
  { workspaceId, pools, facts }: { workspaceId: string; pools: ReadonlyMap<string, PlannedLane[]>; facts: Facts },
): Promise<Claim[]> {
  const asked = [...pools].map(([campaignId, takers]) => ({ campaignId, takers, count: takers.length, dealt: 0 }));
  return (await pickPool(db, workspaceId, asked)).map((person) => {
    const pool = asked[person.pick]!;
    const lane = pool.takers[pool.dealt++]!;
    return { lane, campaignId: pool.campaignId, nodeId: facts.campaigns.get(pool.campaignId)!.touches[0]!.nodeId, person };
  });
}

/** A lane's picks may together hold more people than its plan allows; the earliest picks win. */
function withinCount(plans: Plans): (claim: Claim) => boolean {
  const taken = new Map<string, number>();
  return ({ lane }) => {
    const n = (taken.get(lane.senderId) ?? 0) + 1;
    taken.set(lane.senderId, n);
    return n <= (plans.get(lane.senderId)?.send?.count ?? 0);
  };
}
