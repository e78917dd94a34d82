/**
 * A person's life on one line: instants in, places out. Long gaps without anything are folded to a
 * fixed width, so that a delay of a month and an hour of answers both can be read.
 */

/** A gap of more than so many ms is folded. */
const foldMs = 12 * 3_600_000;
/** The width of a folded gap, in pixels; wider where the line has nothing else. */
const foldPx = 48;
const maxFoldPx = 140;
/** Two marks never lie nearer than this. */
const leastPx = 20;

export type Stretch = {
  /** Epoch ms. */
  from: number;
  to: number;
  /** Pixels from the start. */
  x: number;
  width: number;
  folded: boolean;
};

export type Timeline = { stretches: readonly Stretch[]; width: number };

/** Lays instants (epoch ms, in any order) on a line of some width. */
export function layOut(instants: readonly number[], width: number): Timeline {
  const sorted = [...new Set(instants)].sort((a, b) => a - b);
  const gaps = sorted.slice(1).map((to, at) => ({ from: sorted[at]!, to }));
  const folded = gaps.filter(({ from, to }) => to - from > foldMs);
  const open = gaps.length - folded.length;
  const openMs = gaps.reduce((sum, { from, to }) => sum + (to - from > foldMs ? 0 : to - from), 0);
  const fold =
    open > 0 ? foldPx : Math.max(foldPx, Math.min(maxFoldPx, width / Math.max(1, folded.length)));
  const room = Math.max(0, width - folded.length * fold - open * leastPx);
  const stretches: Stretch[] = [];
  let x = 0;
  for (const { from, to } of gaps) {
    const isFolded = to - from > foldMs;
    const share = openMs > 0 ? ((to - from) / openMs) * room : 0;
    const wide = isFolded ? fold : leastPx + share;
    stretches.push({ from, to, x, width: wide, folded: isFolded });
    x += wide;
  }
  return { stretches, width: x };
}

/** The place of an instant, in pixels. Before the first it is 0, after the last the width. */
export function placeOf({ stretches, width }: Timeline, at: number): number {
  const stretch = stretches.find(({ from, to }) => at >= from && at <= to);
  if (!stretch) return stretches.length > 0 && at > stretches[0]!.from ? width : 0;
  const { from, to, x, width: wide } = stretch;
  return x + ((at - from) / (to - from)) * wide;
}

/** The instant at a place: the inverse of `placeOf`. */
export function instantOf({ stretches }: Timeline, px: number): number | null {
  const stretch = stretches.find(({ x, width }) => px >= x && px <= x + width);
  if (!stretch) return null;
  return stretch.from + ((px - stretch.x) / stretch.width) * (stretch.to - stretch.from);
}

/**
 * Which labels can be shown so that none lies over another: the first ones win, in the given order.
 * Places and widths are pixels.
 */
export function labelsThatFit(labels: readonly { x: number; width: number }[]): boolean[] {
  const taken: { from: number; to: number }[] = [];
  return labels.map(({ x, width }) => {
    const span = { from: x - width / 2, to: x + width / 2 };
    const free = taken.every(({ from, to }) => span.to <= from || span.from >= to);
    if (free) taken.push(span);
    return free;
  });
}
