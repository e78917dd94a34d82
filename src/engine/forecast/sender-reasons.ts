import type { Db } from '../../db/database.ts';
import { readHeldOf } from '../../db/instance.ts';
import { readLanesOf } from '../../db/sending/lanes.ts';
import { isServed } from '../../db/workers.ts';
import { dayFigures, type Figures } from '../../domain/sending/constraint.ts';
import { planLane } from '../../domain/sending/planner.ts';
import { readFacts } from '../sending/facts.ts';
import { bindingOfPlan, explainWork } from './explain-sender.ts';
import {
  bindingOfBecause,
  bindingOfHeld,
  bindingOfInactive,
  type ExplainRequest,
  type TimedBinding,
} from './explanation.ts';

export type SenderReason = {
  binding: TimedBinding;
  /** The limit of today, and what is used of it; null while the sender is out of service. */
  today: Figures | null;
  /** The reason in each of its active campaigns. */
  campaigns: { campaignId: string; binding: TimedBinding }[];
};

/**
 * Why each of these senders waits, from the facts of the tick, read without locks. People are not
 * read: an explanation of one sender tells besides when its next touch is expected.
 */
export async function readSenderReasons(
  db: Db,
  senderIds: readonly string[],
  { workspaceId, now }: ExplainRequest,
): Promise<Map<string, SenderReason>> {
  if (senderIds.length === 0) return new Map();
  const lanes = await readLanesOf(db, { workspaceId, senderIds, now });
  const facts = await readFacts(db, { workspaceId, lanes, now }, { isLook: true });
  const hold = await readHeldOf(db, workspaceId);
  const isRunning = await isServed(db, workspaceId);
  const stopped = hold ? bindingOfHeld(hold) : null;
  const unserved = isRunning ? null : bindingOfBecause('no_worker');
  return new Map(
    facts.lanes.map((lane): [string, SenderReason] => {
      const { senderId, status } = lane;
      if (status !== 'active') {
        const binding = bindingOfInactive({ id: senderId, status });
        return [senderId, { binding, today: null, campaigns: [] }];
      }
      const campaigns = lane.campaigns.map(({ campaignId }) => ({
        campaignId,
        ...explainWork(lane, campaignId, now),
      }));
      const plan = planLane(lane, now.getTime());
      const waits = plan.send
        ? bindingOfBecause('due', now.getTime())
        : bindingOfPlan(plan, campaigns, senderId);
      return [
        senderId,
        {
          binding: stopped ?? unserved ?? waits,
          today: dayFigures(lane, now.getTime()),
          campaigns: campaigns.map(({ campaignId, binding }) => ({ campaignId, binding })),
        },
      ];
    }),
  );
}
