/** A finished pause that delays do not count through: [from, to] in epoch ms. A campaign's are in order and do not overlap. */
export type Pause = readonly [from: number, to: number];

/** When a delay that is counted from `anchorAt` has run out, if only time outside the pauses counts. Epoch ms. */
export function delayEnds(anchorAt: number, waitMs: number, pauses: readonly Pause[]): number {
  let at = anchorAt;
  let left = waitMs;
  for (const [from, to] of pauses) {
    if (to <= at) continue;
    if (at < from) {
      if (left < from - at) break;
      left -= from - at;
    }
    at = to;
  }
  return at + left;
}

/**
 * The other way round: the latest anchor whose delay has run out at `now`. Everybody anchored until then is due, so a pause moves
 * a million people by one entry in a list.
 */
export function latestDueAnchor(now: number, waitMs: number, pauses: readonly Pause[]): number {
  let at = now;
  let left = waitMs;
  for (const [from, to] of pauses.toReversed()) {
    if (to > at || at - to >= left) continue;
    left -= at - to;
    at = from;
  }
  return at - left;
}
