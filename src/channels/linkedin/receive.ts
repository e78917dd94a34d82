import { z } from 'zod';
import { seeded } from '../../domain/sending/pacing.ts';
import { dayMs, hourMs } from '../../domain/time.ts';
import type { Account, Received } from '../channel.ts';
import { Ailing } from '../channel.ts';
import { type Client, pages, Unanswered, UnipileError } from './client.ts';
import { attendeeOf } from './find.ts';
import {
  isNoteOf,
  type Message,
  messageSchema,
  receivedConnection,
  receivedMessage,
  toMessage,
} from './received.ts';
import { healthOf, readSeat } from './seat.ts';

/** Messages may come to light later than others that were written after them. */
const overlapMs = 6 * hourMs;
const relationsOverlapMs = dayMs;
const slotMs = 6 * hourMs;
const relationsAgainMs = hourMs / 2;
const maxMessagePages = 40;
const maxRelationPages = 10;

const cursorSchema = z.object({
  messages: z.object({ upTo: z.iso.datetime().nullable(), seen: z.array(z.string()) }),
  relations: z.object({ upTo: z.iso.datetime(), nextAt: z.iso.datetime() }),
});
type Cursor = z.output<typeof cursorSchema>;
type Reading = { client: Client; account: Account; now: Date };

/**
 * The next instant to read the connections: four times a day, never at the same minute, as a person
 * would look. LinkedIn takes more frequent reads for a machine.
 */
export function nextRelationsAt(seatId: string, after: Date): Date {
  for (let slot = Math.floor(after.getTime() / slotMs); ; slot += 1) {
    const at = slot * slotMs + Math.floor(seeded(seatId, slot) * slotMs);
    if (at > after.getTime()) return new Date(at);
  }
}

/**
 * Messages and connections since the cursor: messages at each call, connections a few times a day.
 * @throws Ailing when LinkedIn or Unipile has let go of the seat, UnipileError, Unanswered
 */
export async function receiveSince(
  reading: Reading,
  cursor: unknown,
): Promise<{ received: Received[]; cursor: Cursor }> {
  const { client, account, now } = reading;
  await requireHealth(client, account);
  if (cursor === null || cursor === undefined)
    return { received: [], cursor: await start(reading) };
  const before = cursorSchema.parse(cursor);
  const messages = await readMessages(reading, before.messages);
  const due = now >= new Date(before.relations.nextAt);
  const relations = due
    ? await tryRelations(reading, before.relations)
    : { received: [], cursor: before.relations };
  return {
    received: [...messages.received, ...relations.received],
    cursor: { messages: messages.cursor, relations: relations.cursor },
  };
}

async function requireHealth(client: Client, account: Account): Promise<void> {
  const seat = await readSeat(client, account.providerAccountId ?? '').catch((error: unknown) => {
    const gone = error instanceof UnipileError && error.status === 404 ? healthOf('DELETED') : null;
    throw gone ? new Ailing(gone) : error;
  });
  if (seat.health.status !== 'active') throw new Ailing(seat.health);
}

async function start({ client, account, now }: Reading): Promise<Cursor> {
  const query = { account_id: account.providerAccountId ?? '', limit: 10 };
  const newest: z.output<typeof messageSchema>[] = [];
  for await (const items of pages(client, '/messages', { item: messageSchema, query, max: 1 }))
    newest.push(...items);
  const upTo =
    newest
      .map(({ timestamp }) => timestamp)
      .sort()
      .at(-1) ?? null;
  const relations = {
    upTo: now.toISOString(),
    nextAt: nextRelationsAt(account.id, now).toISOString(),
  };
  return {
    messages: { upTo: upTo && new Date(upTo).toISOString(), seen: newest.map(({ id }) => id) },
    relations,
  };
}

async function readMessages(
  reading: Reading,
  { upTo, seen }: Cursor['messages'],
): Promise<{ received: Received[]; cursor: Cursor['messages'] }> {
  const { client, account } = reading;
  const after = upTo === null ? undefined : new Date(Date.parse(upTo) - overlapMs).toISOString();
  const query = { account_id: account.providerAccountId ?? '', after, limit: 250 };
  const rows: z.output<typeof messageSchema>[] = [];
  for await (const items of pages(client, '/messages', {
    item: messageSchema,
    query,
    max: maxMessagePages,
  }))
    rows.push(...items);
  const known = new Set(seen);
  const fresh = rows.filter(({ id }) => !known.has(id)).flatMap((row) => toMessage(row) ?? []);
  const last = rows.reduce(
    (latest, { timestamp }) => Math.max(latest, Date.parse(timestamp)),
    upTo === null ? 0 : Date.parse(upTo),
  );
  const recent = rows
    .filter(({ timestamp }) => Date.parse(timestamp) > last - overlapMs)
    .map(({ id }) => id);
  const received = fresh
    .toSorted((a, b) => a.at.getTime() - b.at.getTime())
    .flatMap((message) => receivedMessage(message) ?? []);
  const notes = await readNotes(reading, fresh);
  const cursor = {
    upTo: rows.length > 0 ? new Date(last).toISOString() : upTo,
    seen: rows.length > 0 ? recent : seen,
  };
  return { received: [...notes, ...received], cursor };
}

/** Acceptances that show in the seat's own messages. */
async function readNotes(
  { client, account }: Reading,
  messages: readonly Message[],
): Promise<Received[]> {
  const received: Received[] = [];
  for (const message of messages.filter(({ own, inmail }) => own && !inmail)) {
    // A hint only: a person that cannot be looked up now shows among the connections later.
    const personKey = await attendeeOf(client, message.threadKey).catch(() => null);
    if (personKey) received.push(...(await acceptanceIn(account, message, personKey)));
  }
  return received;
}

/**
 * The acceptance that a seat's own message to somebody shows; none when it is an ordinary message.
 */
export async function acceptanceIn(
  account: Account,
  message: Message,
  personKey: string,
): Promise<Received[]> {
  const invitations = (await account.invited?.([personKey])) ?? [];
  return invitations
    .filter((invitation) => isNoteOf(message, invitation))
    .map((invitation) => receivedConnection(invitation, message.at));
}

/**
 * Connections that cannot be read just now keep nobody's messages back: they are read a little
 * later.
 */
async function tryRelations(
  reading: Reading,
  before: Cursor['relations'],
): Promise<{ received: Received[]; cursor: Cursor['relations'] }> {
  try {
    return await readRelations(reading, before);
  } catch (error) {
    if (!(error instanceof UnipileError) && !(error instanceof Unanswered)) throw error;
    return {
      received: [],
      cursor: {
        ...before,
        nextAt: new Date(reading.now.getTime() + relationsAgainMs).toISOString(),
      },
    };
  }
}

const relationSchema = z.object({
  member_id: z.string().nullish(),
  created_at: z.number().nullish(),
});

/**
 * Connections come newest first: those older than the last look, and a day before it, are known.
 */
async function readRelations(
  { client, account, now }: Reading,
  { upTo }: Cursor['relations'],
): Promise<{ received: Received[]; cursor: Cursor['relations'] }> {
  const since = Date.parse(upTo) - relationsOverlapMs;
  const received: Received[] = [];
  const query = { account_id: account.providerAccountId ?? '', limit: 100 };
  for await (const items of pages(client, '/users/relations', {
    item: relationSchema,
    query,
    max: maxRelationPages,
  })) {
    const made = new Map(
      items.flatMap(({ member_id, created_at }) =>
        member_id ? [[member_id, created_at ?? now.getTime()] as const] : [],
      ),
    );
    const recent = [...made].filter(([, at]) => at >= since);
    const invitations =
      recent.length > 0
        ? ((await account.invited?.(recent.map(([personKey]) => personKey))) ?? [])
        : [];
    received.push(
      ...invitations.map((invitation) =>
        receivedConnection(
          invitation,
          new Date(Math.min(made.get(invitation.personKey)!, now.getTime())),
        ),
      ),
    );
    if (recent.length < made.size) break;
  }
  return {
    received,
    cursor: { upTo: now.toISOString(), nextAt: nextRelationsAt(account.id, now).toISOString() },
  };
}
