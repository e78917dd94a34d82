/**
 * Does something for each in turn, and adds up what comes of it. One that fails keeps no other from its turn. @throws afterwards, what failed first
 */
export async function eachApart<T>(
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
