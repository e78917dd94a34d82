/** So many requests in any stretch of so long. */
export type Window = { limit: number; ms: number };

/**
 * How it stands with the window that has the least left. `reset`: when a request leaves it, epoch
 * ms.
 */
export type Standing = { allowed: boolean; limit: number; remaining: number; reset: number };

/** A window is counted in so many slots; one leaves it as a whole, so a limit is never passed. */
const slots = 60;
const maxKept = 10_000;

/** One caller's use of a window, by slot, oldest first; `used` is the sum. */
type Count = { used: number; slots: { slot: number; n: number }[] };

/** Counts requests by caller. Each process counts its own. */
export function createRate(windows: readonly Window[]): (who: string, now: number) => Standing {
  const known = new Map<string, Count[]>();
  return (who, now) => {
    const counts = known.get(who) ?? windows.map(() => ({ used: 0, slots: [] }));
    // Last in the map: the caller that has been away longest is forgotten first.
    known.delete(who);
    known.set(who, counts);
    if (known.size > maxKept) known.delete(known.keys().next().value!);
    for (const [index, window] of windows.entries()) forget(window, counts[index]!, now);
    const allowed = windows.every(({ limit }, index) => counts[index]!.used < limit);
    if (allowed) for (const [index, window] of windows.entries()) add(window, counts[index]!, now);
    const standings = windows.map((window, index) => standingIn(window, counts[index]!, now));
    const least = standings.reduce((a, b) =>
      b.remaining < a.remaining || (b.remaining === a.remaining && b.reset > a.reset) ? b : a,
    );
    return { ...least, allowed };
  };
}

function forget({ ms }: Window, count: Count, now: number): void {
  for (
    let [first] = count.slots;
    first && (first.slot + 1) * (ms / slots) + ms <= now;
    [first] = count.slots
  ) {
    count.used -= first.n;
    count.slots.shift();
  }
}

function add({ ms }: Window, count: Count, now: number): void {
  const slot = Math.floor(now / (ms / slots));
  const last = count.slots.at(-1);
  count.used += 1;
  if (last?.slot === slot) last.n += 1;
  else count.slots.push({ slot, n: 1 });
}

function standingIn(
  { limit, ms }: Window,
  { used, slots: [first] }: Count,
  now: number,
): Omit<Standing, 'allowed'> {
  const slotMs = ms / slots;
  return {
    limit,
    remaining: limit - used,
    reset: ((first?.slot ?? Math.floor(now / slotMs)) + 1) * slotMs + ms,
  };
}
