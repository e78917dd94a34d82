import { delayEnds, type Pause } from '../hours/delay.ts';
import type { Because } from '../sending/constraint.ts';
import type { HoldReason } from '../sending/hold.ts';
import { waitingHolds } from './invitation.ts';

type ProspectState = {
  endedAt: Date | null;
  hold: string | null;
  holdUntil: Date | null;
  senderId: string | null;
  nodeId: string | null;
  anchorAt: Date | null;
};

/** The facts of a campaign that decide when its prospects get their next touch. */
export type TouchOutlook = {
  status: string;
  launchedAt: Date | null;
  pauses: readonly Pause[];
  touches: readonly { nodeId: string; waitMs: number }[];
  /** Senders that cannot send now, with the reason; '' when none can, for prospects of the pool. */
  resting: ReadonlyMap<string, 'sender_removed' | 'sender_not_active'>;
};

/** The reason for which a prospect's next touch waits. */
type TouchBecause = Because | HoldReason | 'sender_removed' | `campaign_${string}`;

/**
 * The earliest instant (epoch ms) that a prospect's own delay and hold allow, null when something
 * else must happen first; and the reason for the wait. Both are null for prospects that have ended.
 */
export function nextTouchOf(
  prospect: ProspectState,
  outlook: TouchOutlook,
  now: number,
): { at: number | null; because: TouchBecause | null } {
  const { status, launchedAt, touches, pauses } = outlook;
  if (prospect.endedAt) return { at: null, because: null };
  if (status !== 'active') return { at: null, because: `campaign_${status}` };
  const hold = prospect.hold as HoldReason | null;
  if (hold && (!prospect.holdUntil || waitingHolds.includes(hold)))
    return { at: null, because: hold };
  const resting = outlook.resting.get(prospect.senderId ?? '');
  if (resting) return { at: null, because: resting };
  const touch = touches.find((candidate) => candidate.nodeId === prospect.nodeId) ?? touches[0];
  const dueAt = delayEnds(
    (prospect.anchorAt ?? launchedAt)?.getTime() ?? now,
    touch?.waitMs ?? 0,
    pauses,
  );
  if (hold) return { at: Math.max(dueAt, prospect.holdUntil!.getTime()), because: hold };
  if (dueAt > now) return { at: dueAt, because: 'delay' };
  return { at: dueAt, because: prospect.senderId ? 'due' : 'queue' };
}
