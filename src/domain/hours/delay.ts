/**
 * A finished pause that delays do not count through: [from, to] in epoch ms. The pauses of a
 * campaign are in order and do not overlap.
 */
export type Pause = readonly [from: number, to: number];

/** The instant (epoch ms) at which `waitMs` outside the pauses has passed since `anchorAt`. */
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
 * The inverse of `delayEnds`: the latest anchor (epoch ms) with a delay over at `now`. Every
 * prospect anchored until then is due, so a pause moves a million prospects by one entry in a list.
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
