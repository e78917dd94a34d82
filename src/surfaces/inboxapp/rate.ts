/** So many requests in any stretch of so long. */
export type Window = { limit: number; ms: number };

/** Inbox's: for all keys of a workspace together, over all routes, three at a time. */
export const inboxWindows: readonly Window[] = [
  { limit: 300, ms: 60_000 },
  { limit: 10_000, ms: 3_600_000 },
  { limit: 100_000, ms: 86_400_000 },
];

/** How it stands with the window that has the least left. `reset`: when a request leaves it, epoch ms. */
export type Standing = { allowed: boolean; limit: number; remaining: number; reset: number };

/** A window is counted in so many slots; one leaves it as a whole, so a limit is never passed. */
const slots = 60;
const mostKept = 10_000;

type Count = { slot: number; n: number };

/** Counts requests by who sends them. Each process counts its own. */
export function createRate(windows: readonly Window[]): (who: string, now: number) => Standing {
  const known = new Map<string, Count[][]>();
  return (who, now) => {
    if (known.size >= mostKept && !known.has(who)) known.clear();
    const counts = known.get(who) ?? windows.map(() => []);
    known.set(who, counts);
    const before = windows.map((window, index) => look(window, counts[index]!, now));
    const allowed = before.every(({ remaining }) => remaining > 0);
    if (allowed) for (const [index, window] of windows.entries()) add(window, counts[index]!, now);
    const standings = allowed ? before.map((standing) => ({ ...standing, remaining: standing.remaining - 1 })) : before;
    const least = standings.reduce((a, b) => (b.remaining < a.remaining || (b.remaining === a.remaining && b.reset > a.reset) ? b : a));
    return { ...least, allowed };
  };
}

function look({ limit, ms }: Window, counts: Count[], now: number): Omit<Standing, 'allowed'> {
  const slotMs = ms / slots;
  while (counts[0] && (counts[0].slot + 1) * slotMs + ms <= now) counts.shift();
  const used = counts.reduce((sum, { n }) => sum + n, 0);
  return { limit, remaining: limit - used, reset: ((counts[0]?.slot ?? Math.floor(now / slotMs)) + 1) * slotMs + ms };
}

function add({ ms }: Window, counts: Count[], now: number): void {
  const slot = Math.floor(now / (ms / slots));
  const last = counts.at(-1);
  if (last?.slot === slot) last.n += 1;
  else counts.push({ slot, n: 1 });
}
