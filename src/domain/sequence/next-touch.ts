import { delayEnds, type Pause } from '../hours/delay.ts';
import { waitingHolds } from './invitation.ts';

type Person = {
  endedAt: Date | null;
  hold: string | null;
  holdUntil: Date | null;
  senderId: string | null;
  nodeId: string | null;
  anchorAt: Date | null;
};

/** What the next touch of a campaign's people depends on beside themselves. */
export type TouchOutlook = {
  status: string;
  launchedAt: Date | null;
  pauses: readonly Pause[];
  touches: readonly { nodeId: string; waitMs: number }[];
  /** Senders that have no word in it now, and why; the empty one stands for all of them, before somebody in the pool. */
  resting: ReadonlyMap<string, 'sender_removed' | 'sender_not_active'>;
};

/**
 * The earliest instant (epoch ms) that a person's own delay and hold allow, null when something else must happen first, and what it
 * waits for: a hold, `campaign_…`, `sender_…`, `delay`, `queue` (the pool's turn) or `due`. Both null for whoever has ended.
 */
export function nextTouchOf(
  person: Person,
  standing: TouchOutlook,
  now: number,
): { at: number | null; because: string | null } {
  const { status, launchedAt, touches, pauses } = standing;
  if (person.endedAt) return { at: null, because: null };
  if (status !== 'active') return { at: null, because: `campaign_${status}` };
  if (person.hold && (!person.holdUntil || waitingHolds.includes(person.hold)))
    return { at: null, because: person.hold };
  const resting = standing.resting.get(person.senderId ?? '');
  if (resting) return { at: null, because: resting };
  const touch = touches.find((candidate) => candidate.nodeId === person.nodeId) ?? touches[0];
  const dueAt = delayEnds(
    (person.anchorAt ?? launchedAt)?.getTime() ?? now,
    touch?.waitMs ?? 0,
    pauses,
  );
  if (person.hold)
    return { at: Math.max(dueAt, person.holdUntil!.getTime()), because: person.hold };
  return { at: dueAt, because: dueAt > now ? 'delay' : person.senderId ? 'due' : 'queue' };
}
