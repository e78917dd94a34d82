import { isDeepStrictEqual } from 'node:util';

/**
 * The given fields without those that already have their value: an object that is sent back as it
 * was shown changes nothing, whatever it stands for.
 */
export function changesOf<Given extends object>(given: Given, shown: object): Partial<Given> {
  const before = shown as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(given).filter(
      ([name, value]) => value !== undefined && !isDeepStrictEqual(value, before[name]),
    ),
  ) as Partial<Given>;
}

/** Whether nothing is left to change. */
export function isEmpty(changes: object): boolean {
  return Object.keys(changes).length === 0;
}
