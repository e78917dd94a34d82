import { z } from 'zod';
import { bodyId } from './ids.ts';

/** What a list takes: an opaque cursor, and how many. */
export const pageInput = { cursor: bodyId.optional(), limit: z.int().min(1).max(100).default(50) };

export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ data: z.array(item), nextCursor: z.string().nullable() });
}
