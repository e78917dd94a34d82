/** At most `limit` requests in every stretch of `ms`. */
export type RateWindow = { limit: number; ms: number };

/**
 * The window with the fewest requests left. `reset`: when its oldest requests no longer count, in
 * epoch ms.
 */
export type RateStatus = { allowed: boolean; limit: number; remaining: number; reset: number };

/**
 * A window is counted in this many slots. A slot leaves the window as a whole, once all of its
 * requests are old enough, so the limit is never exceeded.
 */
const slots = 60;
const maxCallers = 10_000;

/** The requests of one caller in a window, by slot, oldest first; `used` is their sum. */
type Count = { used: number; slots: { slot: number; n: number }[] };

/** Counts a request of a caller, if it is allowed, in this process alone. `now` is in epoch ms. */
export type RateCounter = ((caller: string, now: number) => RateStatus) & {
  /** Whether the next request of the caller would not be allowed. Counts nothing. */
  isSpent: (caller: string, now: number) => boolean;
  /** Takes back the caller's latest request, as if it had not been made. */
  giveBack: (caller: string) => void;
};

export function createRateCounter(windows: readonly RateWindow[]): RateCounter {
  const known = new Map<string, Count[]>();
  const isSpent = (caller: string, now: number): boolean => {
    const counts = known.get(caller) ?? [];
    for (const [index, count] of counts.entries()) forget(windows[index]!, count, now);
    return counts.some(({ used }, index) => used >= windows[index]!.limit);
  };
  const count = (caller: string, now: number): RateStatus => {
    const counts = known.get(caller) ?? windows.map(() => ({ used: 0, slots: [] }));
    // A map keeps the order of insertion, so its first caller is the one that was away longest.
    known.delete(caller);
    known.set(caller, counts);
    if (known.size > maxCallers) known.delete(known.keys().next().value!);
    for (const [index, window] of windows.entries()) forget(window, counts[index]!, now);
    const allowed = windows.every(({ limit }, index) => counts[index]!.used < limit);
    if (allowed) for (const [index, window] of windows.entries()) add(window, counts[index]!, now);
    const statuses = windows.map((window, index) => statusOf(window, counts[index]!, now));
    const least = statuses.reduce((a, b) =>
      b.remaining < a.remaining || (b.remaining === a.remaining && b.reset > a.reset) ? b : a,
    );
    return { ...least, allowed };
  };
  const giveBack = (caller: string): void => {
    for (const count of known.get(caller) ?? []) {
      const last = count.slots.at(-1);
      if (!last) continue;
      count.used -= 1;
      last.n -= 1;
    }
  };
  return Object.assign(count, { isSpent, giveBack });
}

function forget({ ms }: RateWindow, count: Count, now: number): void {
  for (
    let [first] = count.slots;
    first && (first.slot + 1) * (ms / slots) + ms <= now;
    [first] = count.slots
  ) {
    count.used -= first.n;
    count.slots.shift();
  }
}

function add({ ms }: RateWindow, count: Count, now: number): void {
  const slot = Math.floor(now / (ms / slots));
  const last = count.slots.at(-1);
  count.used += 1;
  if (last?.slot === slot) last.n += 1;
  else count.slots.push({ slot, n: 1 });
}

function statusOf(
  { limit, ms }: RateWindow,
  { used, slots: [first] }: Count,
  now: number,
): Omit<RateStatus, 'allowed'> {
  const slotMs = ms / slots;
  return {
    limit,
    remaining: limit - used,
    reset: ((first?.slot ?? Math.floor(now / slotMs)) + 1) * slotMs + ms,
  };
}
