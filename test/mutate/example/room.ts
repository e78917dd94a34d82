/** How many of `wanted` a limit still leaves. An example for the test of the mutants. */
export function roomOf(limit: number, used: number, wanted: number): number {
  if (used >= limit) return 0;
  return Math.min(limit - used, wanted);
}
