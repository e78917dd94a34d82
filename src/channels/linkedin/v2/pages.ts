import { z } from 'zod';
import type { Client, Query } from '../client.ts';

/** Asks LinkedIn itself: reads are answered from a cache of an hour otherwise. */
export const fresh = { headers: { 'cache-control': 'no-store' } };

const list = z.object({
  data: z.array(z.unknown()),
  next_cursor: z.string().nullish().catch(null),
});

/**
 * The pages of a list, at most `max`, in Unipile's order, as LinkedIn has them now. LinkedIn's own
 * lists are read by offset, others by cursor ("List chats & messages"). A row that is not in the
 * expected form is counted, and blocks no other.
 */
export async function* pages<Item>(
  client: Client,
  path: string,
  { item, query, max }: { item: z.ZodType<Item>; query: Query & { limit: number }; max: number },
): AsyncGenerator<{ items: Item[]; unreadable: number }> {
  let offset = 0;
  let next: Query = {};
  for (let count = 0; count < max; count += 1) {
    const found = await client.call('GET', path, {
      answer: list,
      query: { ...query, ...next },
      ...fresh,
    });
    const items = found.data.flatMap((row) => {
      const parsed = item.safeParse(row);
      return parsed.success ? [parsed.data] : [];
    });
    yield { items, unreadable: found.data.length - items.length };
    offset += found.data.length;
    if (!found.next_cursor && found.data.length < query.limit) return;
    next = found.next_cursor ? { cursor: found.next_cursor } : { offset };
  }
}

/** The path of a call in an account's name. */
export const inAccount = (accountId: string, ...parts: readonly string[]): string =>
  `/${[accountId, ...parts].map(encodeURIComponent).join('/')}`;
