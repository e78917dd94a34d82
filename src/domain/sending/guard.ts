/** The guards of a campaign that sets none: it pauses at these figures. */
export const guardDefaults = { bounceRate: 0.05, bounceMin: 100, refusedInRow: 10 } as const;

type BounceCounts = { contacted: number; bounced: number };

/**
 * Whether the campaign must stop, because at least `min` prospects were contacted since `from` and
 * the share `rate` of them bounced. `from` has the counts at the last stop.
 */
export function bouncesTooMuch(
  now: BounceCounts,
  from: BounceCounts,
  { rate, min }: { rate: number | null; min: number | null },
): boolean {
  const contacted = now.contacted - from.contacted;
  return (
    contacted >= (min ?? guardDefaults.bounceMin) &&
    (now.bounced - from.bounced) / contacted >= (rate ?? guardDefaults.bounceRate)
  );
}

/**
 * Touches refused for good in a row, after more outcomes: true is refused, false went out, null
 * leaves the count as it is.
 */
export function refusedAfter(inRow: number, outcomes: readonly (boolean | null)[]): number {
  return outcomes.reduce((count, refused) => {
    if (refused === null) return count;
    return refused ? count + 1 : 0;
  }, inRow);
}
