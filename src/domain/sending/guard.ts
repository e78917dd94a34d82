/** What a campaign's guards begin with. */
export const guardDefaults = { bounceRate: 0.05, bounceMin: 100, refusedInRow: 10 } as const;

type Bounces = { contacted: number; bounced: number };

/** Whether so many of those who were written to bounced that the campaign must stop, counted from where it was stopped last. */
export function bouncesTooMuch(
  now: Bounces,
  from: Bounces,
  { rate, min }: { rate: number | null; min: number | null },
): boolean {
  const contacted = now.contacted - from.contacted;
  return (
    contacted >= (min ?? guardDefaults.bounceMin) &&
    (now.bounced - from.bounced) / contacted >= (rate ?? guardDefaults.bounceRate)
  );
}

/** Touches refused for good in a row, after more outcomes: true is refused, false went out, null says nothing about it. */
export function refusedAfter(inRow: number, outcomes: readonly (boolean | null)[]): number {
  return outcomes.reduce((n, refused) => (refused === null ? n : refused ? n + 1 : 0), inRow);
}
