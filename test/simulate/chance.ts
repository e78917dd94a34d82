import { seeded } from '../../src/domain/sending/pacing.ts';

/** Random choices from a seed: the same seed makes the same run. */
export function chance(seed: string) {
  let drawn = 0;
  let named = 0;
  const number = () => seeded(seed, drawn++);
  const upTo = (n: number) => Math.floor(number() * n);
  const one = <T>(items: readonly T[]): T => items[upTo(items.length)]!;
  const happens = (share: number) => number() < share;
  /** Ids in the order they are drawn. They do not depend on the other draws. */
  const newId = () => {
    named += 1;
    const digits = (word: string, n: number) =>
      Array.from({ length: n }, (_, i) =>
        Math.floor(seeded(seed, 'id', named, word, i) * 16).toString(16),
      ).join('');
    const serial = named.toString(16).padStart(8, '0');
    return `${serial}-0000-7${digits('a', 3)}-8${digits('b', 3)}-${digits('c', 12)}`;
  };
  return { number, upTo, one, newId, happens };
}
export type Chance = ReturnType<typeof chance>;
