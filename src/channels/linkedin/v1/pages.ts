import { z } from 'zod';
import type { Client, Query } from '../client.ts';

/**
 * The pages of a list, at most `max`, in Unipile's order. A row that is not in the expected form is
 * left out, so that it does not block the others.
 */
export async function* pages<Item>(
  client: Client,
  path: string,
  { item, query, max }: { item: z.ZodType<Item>; query: Query; max: number },
): AsyncGenerator<Item[]> {
  const list = z.object({ items: z.array(z.unknown()), cursor: z.string().nullish() });
  let cursor: string | undefined;
  for (let count = 0; count < max; count += 1) {
    const found = await client.call('GET', path, { answer: list, query: { ...query, cursor } });
    yield found.items.flatMap((row) => {
      const parsed = item.safeParse(row);
      return parsed.success ? [parsed.data] : [];
    });
    if (!found.cursor) return;
    cursor = found.cursor;
  }
}
