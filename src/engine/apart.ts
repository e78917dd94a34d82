/**
 * Does the work for each in turn, and returns the sum of the results. A failure does not keep the
 * others from their turn. @throws the first failure, afterwards
 */
export async function forEachIsolated<T>(
  all: readonly T[],
  work: (one: T) => Promise<number>,
): Promise<number> {
  let sum = 0;
  const failures: unknown[] = [];
  for (const one of all) {
    try {
      sum += await work(one);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return sum;
}
