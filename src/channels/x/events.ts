import { z } from 'zod';
import { dayMs, minuteMs } from '../../domain/time.ts';
import type { Account, Found, FoundTouch, Received, SoughtTouch } from '../channel.ts';
import type { XApi } from './api.ts';
import { Bill, paidSchema } from './bill.ts';
import { namesOf, personOf } from './people.ts';
import { receivedOf } from './received.ts';
import { isSameText } from './words.ts';

const eventSchema = z.object({
  id: z.string().regex(/^\d+$/),
  text: z.string().default(''),
  sender_id: z.string(),
  dm_conversation_id: z.string().optional(),
  created_at: z.iso.datetime(),
});
type DmEvent = z.output<typeof eventSchema>;
const pageSchema = z.object({
  data: z.array(z.unknown()).default([]),
  meta: z.object({ next_token: z.string().optional() }).optional(),
});

const cursorSchema = z.object({
  /** The id of the newest message that was read. X's ids grow with time. */
  after: z.string().regex(/^\d+$/),
  /** A read that has not reached `after` yet: its next page, and the newest message it has read. */
  rest: z.object({ token: z.string(), newest: z.string().regex(/^\d+$/) }).nullable(),
  /** When the messages were read last, by our clock; absent before X told of them by itself. */
  readAt: z.number().optional(),
  /** The messages and users that X has charged for on a day (UTC), the latest ones: once each. */
  paid: paidSchema.optional(),
});
type Cursor = z.output<typeof cursorSchema>;

/** Messages on the pages of a read: few at first, because X counts and charges for each. */
const pageSizes = [5, 20, 100];
/** The first page of a look into one conversation, which holds little since a reservation. */
const conversationPageSize = 10;
const fullPageSize = 100;
const maxPages = 5;
/** The greatest difference between our clock and X's that we allow for. */
const skewMs = 10 * minuteMs;
/** X shows 30 days of messages. One day less, so that the edge does not matter. */
const shownMs = 29 * dayMs;

const fields = {
  event_types: 'MessageCreate',
  'dm_event.fields': 'created_at,dm_conversation_id,sender_id,text',
};

type Page = {
  data: DmEvent[];
  /** Rows that are not in the expected form. They are left out and do not block the others. */
  unreadable: number;
  next: string | undefined;
  at: number;
};
type PageRequest = { path: string; size: number; token?: string | undefined };

async function readPage(
  api: XApi,
  account: Account,
  { path, size, token }: PageRequest,
): Promise<Page> {
  const query = {
    ...fields,
    max_results: String(size),
    ...(token === undefined ? {} : { pagination_token: token }),
  };
  const { body, at } = await api.call(account, { path, query });
  const { data: rows, meta } = pageSchema.parse(body);
  const data = rows.flatMap((row) => eventSchema.safeParse(row).data ?? []);
  return { data, unreadable: rows.length - data.length, next: meta?.next_token, at };
}

/** `now`: by our clock. `pages`: how many pages to read at most. */
type Look = { now: Date; pages?: number };
/** `cost`: X's price for it, in mills. */
type Read = { received: Received[]; cursor: Cursor; cost: number };

/** When an account was read last, epoch ms; null when a read has not come to its end. */
export function readAtOf(cursor: unknown): number | null {
  const known = cursorSchema.safeParse(cursor).data;
  return known?.rest === null ? (known.readAt ?? null) : null;
}

/**
 * The messages to this account since the cursor, at most `maxPages` pages of them; the next call
 * reads on. With fewer `pages` older messages are left out, because X has told of them.
 * @throws XFault, ZodError when X cannot be read
 */
export async function receiveSince(
  api: XApi,
  account: Account,
  given: unknown,
  { now, pages }: Look,
): Promise<Read> {
  const readAt = now.getTime();
  const path = '/2/dm_events';
  const known = cursorSchema.safeParse(given).data;
  const bill = new Bill(now, known?.paid);
  if (!known) {
    const last = await readPage(api, account, { path, size: 1 });
    const { data, unreadable } =
      last.unreadable > 0 ? await readPage(api, account, { path, size: fullPageSize }) : last;
    // Without a newest message, every old message would count as a reply.
    if (unreadable > 0 && data.length === 0)
      throw new Error('What X shows of the messages cannot be understood.');
    for (const { id } of data) bill.add(id);
    const start = { after: data[0]?.id ?? '0', rest: null, readAt, paid: bill.paid };
    return { received: [], cursor: start, cost: bill.cost };
  }
  const news: DmEvent[] = [];
  let newest = known.rest?.newest ?? known.after;
  let token = known.rest?.token;
  for (let page = 0; page < maxPages; page += 1) {
    const size = (known.rest ? undefined : pageSizes[page]) ?? fullPageSize;
    const { data, next } = await readPage(api, account, { path, size, token });
    const fresh = data.filter(({ id }) => isNewer(id, known.after));
    for (const { id, sender_id: from } of data)
      bill.add(id, { isCounted: from === account.providerAccountId && isNewer(id, known.after) });
    news.push(...fresh.filter((event) => isForUs(account, event)));
    for (const { id } of fresh) if (isNewer(id, newest)) newest = id;
    token = next;
    if (!token || fresh.length < data.length || page + 1 === pages) {
      token = undefined;
      break;
    }
  }
  const received = await named(api, account, { news, bill });
  const place = token
    ? { after: known.after, rest: { token, newest } }
    : { after: newest, rest: null };
  return { received, cursor: { ...place, readAt, paid: bill.paid }, cost: bill.cost };
}

/** Messages with the handles of their authors, which are asked for only when there are some. */
async function named(
  api: XApi,
  account: Account,
  { news, bill }: { news: readonly DmEvent[]; bill: Bill },
): Promise<Received[]> {
  const authors = [...new Set(news.map((event) => event.sender_id))];
  const names = await namesOf(api, account, authors);
  for (const author of authors) bill.add(`user ${author}`);
  return news.map(({ created_at: at, ...event }) =>
    receivedOf({ ...event, created_at: new Date(at) }, names.get(event.sender_id)),
  );
}

const isNewer = (id: string, than: string): boolean => BigInt(id) > BigInt(than);

/** Whether another person wrote it, and not in a group. */
function isForUs(
  { providerAccountId: own }: Account,
  { sender_id: from, dm_conversation_id: conversation }: DmEvent,
): boolean {
  return from !== own && (conversation === undefined || conversation.split('-').includes(from));
}

/**
 * Looks for a message in the conversation with its person: by its text, from us, since its
 * reservation. `unknown` when we wrote another text since then, because X may have changed the text
 * beyond recognition.
 * @throws XFault, ZodError
 */
export async function findMessage(
  api: XApi,
  account: Account,
  sought: SoughtTouch,
): Promise<Found | FoundTouch> {
  const { id: personKey } = await personOf(api, account, sought);
  const path = `/2/dm_conversations/with/${personKey}/dm_events`;
  const since = sought.reservedAt.getTime() - skewMs;
  let others = false;
  let token: string | undefined;
  for (let page = 0; page < maxPages; page += 1) {
    const size = page === 0 ? conversationPageSize : fullPageSize;
    const request = { path, size, token };
    const { data, unreadable, next, at } = await readPage(api, account, request);
    const ours = data.filter(
      (event) =>
        event.sender_id === account.providerAccountId && Date.parse(event.created_at) >= since,
    );
    const same = ours.find((event) => isSameText(sought.text, event.text));
    if (same)
      return {
        found: true,
        providerKey: same.id,
        threadKey: same.dm_conversation_id ?? null,
        personKey,
      };
    others ||= ours.length > 0 || unreadable > 0;
    token = next;
    const readCompletely =
      data.some((event) => Date.parse(event.created_at) < since) ||
      (!token && at - since < shownMs);
    if (readCompletely) return others ? 'unknown' : 'absent';
    if (!token) return 'unknown';
  }
  return 'unknown';
}
