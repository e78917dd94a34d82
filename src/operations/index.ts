import type { Operation } from '../operation.ts';
import { everyOperation } from './index.gen.ts';

const methods = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'];

/**
 * Everything a caller can do: HTTP routes, OpenAPI and CLI commands follow from this list.
 * Sorted by the noun of the name, then by path, then by method.
 */
export const operations: readonly Operation[] = everyOperation.toSorted(
  (one, other) =>
    compare(nounOf(one), nounOf(other)) ||
    compare(pathOf(one), pathOf(other)) ||
    methodOf(one) - methodOf(other),
);

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function nounOf({ name }: Operation): string {
  return name.slice(0, name.indexOf('.'));
}

function pathOf({ route }: Operation): string {
  return route.slice(route.indexOf(' '));
}

function methodOf({ route }: Operation): number {
  return methods.indexOf(route.slice(0, route.indexOf(' ')));
}
