import { awaitsConnection } from './invitation.ts';
import { definitionOf } from './nodes/index.ts';
import type { Touch } from './sequence.ts';

/** The status that a touch leads to; of nobody's touch, that of the pool. */
export function statusAfter(touch: Touch | undefined): string {
  if (!touch) return 'pending';
  if (awaitsConnection(touch.type)) return 'connected';
  return definitionOf(touch.type)?.reached ?? 'pending';
}
