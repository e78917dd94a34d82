import { delayEnds, type Pause } from './delay.ts';

/**
 * Policies for touches that came due during a pause:
 * - `shift`: delays do not count through the pause, so every touch moves by its length
 * - `spread`: delays count through it; overdue touches go out at the senders' pace
 * - `drop_overdue`: overdue touches are left out; the next delay is counted from the resume
 */
export const resumePolicies = ['shift', 'spread', 'drop_overdue'] as const;
export type ResumePolicy = (typeof resumePolicies)[number];

/**
 * The pauses that delays do not count through, after a campaign paused at `pausedAt` resumes at
 * `now`.
 */
export function pausesAfter(
  { pauses, pausedAt }: { pauses: readonly Pause[]; pausedAt: Date | null },
  policy: ResumePolicy,
  now: Date,
): readonly Pause[] {
  if (policy !== 'shift' || !pausedAt || pausedAt >= now) return pauses;
  return [...pauses, [pausedAt.getTime(), now.getTime()]];
}

type Position = { nodeId: string | null; anchorAt: Date | null; hold: string | null };

/**
 * The positions of prospects once overdue touches are left out: before the next touch, anchored at
 * `now`. Prospects without a next touch are left out of the result.
 */
export function dropOverdue<Prospect extends Position>(
  prospects: readonly Prospect[],
  {
    touches,
    pauses,
    now,
  }: {
    touches: readonly { nodeId: string; waitMs: number }[];
    pauses: readonly Pause[];
    now: Date;
  },
): Prospect[] {
  return prospects.flatMap((prospect) => {
    const place = touches.findIndex((touch) => touch.nodeId === prospect.nodeId);
    const overdue =
      prospect.hold === null &&
      prospect.anchorAt &&
      place >= 0 &&
      delayEnds(prospect.anchorAt.getTime(), touches[place]!.waitMs, pauses) <= now.getTime();
    if (!overdue) return [prospect];
    const next = touches[place + 1];
    return next ? [{ ...prospect, nodeId: next.nodeId, anchorAt: now }] : [];
  });
}
