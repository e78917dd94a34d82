import { delayEnds, type Pause } from './delay.ts';

/**
 * What happens to those whose delay ran out during a pause:
 * - `shift`: delays do not count through the pause, so everybody's touch moves by its length
 * - `spread`: delays count through it; overdue touches go out at the senders' pace
 * - `drop_overdue`: overdue touches are left out; the next delay is counted from the resume
 */
export const resumePolicies = ['shift', 'spread', 'drop_overdue'] as const;
export type ResumePolicy = (typeof resumePolicies)[number];

/** The pauses that delays do not count through, once a campaign that is paused since `pausedAt` is resumed. */
export function pausesAfter(
  { pauses, pausedAt }: { pauses: readonly Pause[]; pausedAt: Date | null },
  policy: ResumePolicy,
  now: Date,
): readonly Pause[] {
  if (policy !== 'shift' || !pausedAt || pausedAt >= now) return pauses;
  return [...pauses, [pausedAt.getTime(), now.getTime()]];
}

type Standing = { nodeId: string | null; anchorAt: Date | null; hold: string | null };

/** Where people stand when overdue touches are left out: before the next touch, from `now` on. Whoever has none left is not among them. */
export function dropOverdue<Person extends Standing>(
  people: readonly Person[],
  {
    touches,
    pauses,
    now,
  }: {
    touches: readonly { nodeId: string; waitMs: number }[];
    pauses: readonly Pause[];
    now: Date;
  },
): Person[] {
  return people.flatMap((person) => {
    const place = touches.findIndex((touch) => touch.nodeId === person.nodeId);
    const overdue =
      person.hold === null &&
      person.anchorAt &&
      place >= 0 &&
      delayEnds(person.anchorAt.getTime(), touches[place]!.waitMs, pauses) <= now.getTime();
    if (!overdue) return [person];
    const next = touches[place + 1];
    return next ? [{ ...person, nodeId: next.nodeId, anchorAt: now }] : [];
  });
}
