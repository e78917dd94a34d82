/** A longer word is no mistyped one: comparing takes the product of both lengths. */
const maxLength = 40;

/** The known word that a mistyped word most likely meant; null when none is near. */
export function nearest(word: string, among: readonly string[]): string | null {
  if (word.length > maxLength) return null;
  const far = Math.max(1, Math.floor(word.length / 3));
  const ranked = among
    .map((one) => ({
      one,
      steps:
        one.includes(word) || word.includes(one)
          ? 1
          : editDistance(word.toLowerCase(), one.toLowerCase()),
    }))
    .filter(({ one, steps }) => steps <= far && Math.min(one.length, word.length) > 2)
    .sort((a, b) => a.steps - b.steps || a.one.length - b.one.length);
  return ranked[0]?.one ?? null;
}

/** Letters to insert, delete, change or swap with a neighbour (optimal string alignment). */
export function editDistance(from: string, to: string): number {
  let before: number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const changed = row[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1);
      const swapped =
        i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]
          ? before[j - 2]! + 1
          : Infinity;
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, changed, swapped));
    }
    [before, row] = [row, next];
  }
  return row[to.length]!;
}
