import { z } from 'zod';
import { seeded } from '../../domain/sending/pacing.ts';
import { dayMs, hourMs } from '../../domain/time.ts';
import type { Account, Received } from '../channel.ts';
import { AccountFailure, InboxRest } from '../channel.ts';
import { type ChatInfo, readChats } from './chats.ts';
import { isNotFound, NoAnswerError, UnipileError } from './client.ts';
import { isMemberId, profileUrl, readProductPerson } from './profile.ts';
import {
  isNoteOf,
  isOwnRow,
  type Message,
  receivedConnection,
  receivedMessage,
  toMessage,
} from './received.ts';
import { healthOf, notWell, type Seat } from './seat.ts';
import type { Unipile } from './unipile.ts';

/** Messages of so long ago are read again, because Unipile may show an older one later. */
const overlapMs = 6 * hourMs;
const relationsOverlapMs = dayMs;
/** So many messages stay known where each look reads a part of them. */
const maxSeen = 2_000;
/** The connections are read once in each slot. */
const relationsSlotMs = 6 * hourMs;
/** The wait after too many reads, where Unipile names none. */
const restMs = hourMs / 4;
/** The wait after a failed read of the connections. */
const relationsRetryMs = hourMs / 2;

const cursorSchema = z.object({
  messages: z.object({
    upTo: z.iso.datetime().nullable(),
    seen: z.array(z.string()),
    chats: z.array(z.string()).optional(),
  }),
  relations: z.object({ upTo: z.iso.datetime(), nextAt: z.iso.datetime() }),
});
type Cursor = z.output<typeof cursorSchema>;
/** `isThorough`: the connections too, whether or not they are due. */
type Reading = { client: Unipile; account: Account; now: Date; isThorough?: boolean };

/**
 * The next instant to read the connections: four times a day, each time at another minute, as a
 * person would, because LinkedIn takes more frequent reads for automation.
 */
export function nextRelationsAt(seatId: string, after: Date): Date {
  for (let slot = Math.floor(after.getTime() / relationsSlotMs); ; slot += 1) {
    const at = slot * relationsSlotMs + Math.floor(seeded(seatId, slot) * relationsSlotMs);
    if (at > after.getTime()) return new Date(at);
  }
}

/**
 * The messages and new connections since the cursor. Reads messages in each call, connections four
 * times a day.
 * @throws AccountFailure when LinkedIn or Unipile has disconnected the seat, InboxRest when Unipile
 * asks for one, UnipileError, NoAnswerError
 */
export async function receiveSince(
  reading: Reading,
  cursor: unknown,
): Promise<{ received: Received[]; cursor: Cursor }> {
  const { client, account, now } = reading;
  const seat = await requireHealth(client, account);
  if (cursor === null || cursor === undefined)
    return { received: [], cursor: await startCursor(reading) };
  const before = cursorSchema.parse(cursor);
  const messages = await readMessages(
    { ...reading, memberId: seat.memberId },
    before.messages,
  ).catch(restWhenAsked);
  const due = reading.isThorough || now >= new Date(before.relations.nextAt);
  const relations = due
    ? await tryReadRelations(reading, before.relations)
    : { received: [], cursor: before.relations };
  return {
    received: [...messages.received, ...relations.received],
    cursor: { messages: messages.cursor, relations: relations.cursor },
  };
}

/** @throws InboxRest instead of a refusal for too many requests */
function restWhenAsked(error: unknown): never {
  if (!(error instanceof UnipileError) || error.type !== 'too_many_requests') throw error;
  throw new InboxRest(error.message, error.retryAfterMs ?? restMs);
}

async function requireHealth(client: Unipile, account: Account): Promise<Seat> {
  const seat = await client.readSeat(account.providerAccountId ?? '').catch((error: unknown) => {
    const gone = isNotFound(error) ? healthOf('DELETED') : null;
    throw gone ? new AccountFailure(gone) : error;
  });
  const { health } = seat;
  if (health && health.status !== 'active') throw new AccountFailure(health);
  const reason = notWell(seat);
  if (reason !== null) throw new Error(reason);
  return seat;
}

async function startCursor({ client, account, now }: Reading): Promise<Cursor> {
  const relations = {
    upTo: now.toISOString(),
    nextAt: nextRelationsAt(account.id, now).toISOString(),
  };
  const messages = await client.newestMessages(account.providerAccountId ?? '', overlapMs);
  return { messages, relations };
}

async function readMessages(
  reading: Reading & { memberId: string | null },
  before: Cursor['messages'],
): Promise<{ received: Received[]; cursor: Cursor['messages'] }> {
  const { client, account, isThorough = false } = reading;
  const { upTo, seen } = before;
  const after = upTo === null ? null : new Date(Date.parse(upTo) - overlapMs);
  const { rows, chats: states } = await client.messagesSince(account.providerAccountId ?? '', {
    after,
    cursor: before,
    isThorough,
  });
  const known = new Set(seen);
  const fresh = rows
    .filter(({ id }) => !known.has(id))
    .flatMap((row) => toMessage({ ...row, is_sender: isOwnRow(row, reading.memberId) }) ?? []);
  const last = rows.reduce(
    (latest, { timestamp }) => Math.max(latest, Date.parse(timestamp)),
    upTo === null ? 0 : Date.parse(upTo),
  );
  const recent = rows
    .filter(({ timestamp }) => Date.parse(timestamp) > last - overlapMs)
    .map(({ id }) => id);
  const cursor = {
    upTo: rows.length > 0 ? new Date(last).toISOString() : upTo,
    seen: rows.length > 0 ? recent : seen,
    // Conversations that did not change are not read again, so that their messages stay known.
    ...(states
      ? { chats: states, seen: [...new Set([...recent, ...seen])].slice(0, maxSeen) }
      : {}),
  };
  return { received: await receivedOf(reading, fresh), cursor };
}

/** The acceptances and the messages of others in these messages. */
export async function receivedOf(
  reading: Reading,
  messages: readonly Message[],
): Promise<Received[]> {
  const { client, account } = reading;
  const told = messages.filter(({ own, inmail }) => !(own && inmail));
  const chats = await readChats(client, {
    accountId: account.providerAccountId ?? '',
    chatIds: new Set(told.map((one) => one.threadKey)),
  });
  const received: Received[] = [];
  for (const message of messages.toSorted((a, b) => a.at.getTime() - b.at.getTime()))
    received.push(...(await receivedIn(reading, message, chats)));
  return [...(await readNotes(reading, messages, chats)), ...received];
}

type Chats = ReadonlyMap<string, ChatInfo>;

/**
 * The message as received, unless the seat wrote it, or it went to a group: such a one says nothing
 * about its author and us. A conversation that cannot be read counts as one with one person.
 */
async function receivedIn(
  { client, account }: Reading,
  message: Message,
  chats: Chats,
): Promise<Received[]> {
  if (message.own || message.from === null) return [];
  const chat = chats.get(message.threadKey);
  if (chat?.isGroup) return [];
  const known = isMemberId(message.from)
    ? []
    : await otherNames(client, account, { from: message.from, slug: chat?.slug ?? null });
  return [receivedMessage(message, known)].filter((one) => one !== null);
}

/** The names of a person that is known by an id of Sales Navigator or Recruiter here. */
async function otherNames(
  client: Unipile,
  account: Account,
  { from, slug }: { from: string; slug: string | null },
): Promise<string[]> {
  if (slug !== null) return [profileUrl(slug)];
  const person = await readProductPerson(client, account, from).catch(() => null);
  if (!person || 'kind' in person) return [];
  return [person.personKey, ...(person.slug ? [profileUrl(person.slug)] : [])];
}

/** The acceptances that the seat's own messages show. */
async function readNotes(
  { account }: Reading,
  messages: readonly Message[],
  chats: Chats,
): Promise<Received[]> {
  const received: Received[] = [];
  for (const message of messages.filter(({ own, inmail }) => own && !inmail)) {
    // A failed lookup loses nothing: the acceptance also shows among the connections later.
    const personKey = chats.get(message.threadKey)?.attendee;
    if (personKey) received.push(...(await acceptanceIn(account, message, personKey)));
  }
  return received;
}

/** The acceptance that a seat's own message to a person shows, when it is an invitation's note. */
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

/** Reads the connections. A failure is retried later, so that it does not block the messages. */
async function tryReadRelations(
  reading: Reading,
  before: Cursor['relations'],
): Promise<{ received: Received[]; cursor: Cursor['relations'] }> {
  try {
    return await readRelations(reading, before);
  } catch (error) {
    if (!(error instanceof UnipileError) && !(error instanceof NoAnswerError)) throw error;
    return {
      received: [],
      cursor: {
        ...before,
        nextAt: new Date(reading.now.getTime() + relationsRetryMs).toISOString(),
      },
    };
  }
}

/**
 * Unipile lists connections with the newest first. Those from more than a day before the last read
 * are known already, so the read ends there.
 */
async function readRelations(
  { client, account, now }: Reading,
  { upTo }: Cursor['relations'],
): Promise<{ received: Received[]; cursor: Cursor['relations'] }> {
  const since = Date.parse(upTo) - relationsOverlapMs;
  const received: Received[] = [];
  for await (const items of client.listRelations(account.providerAccountId ?? '')) {
    const connectedAt = new Map(items.map(({ personKey, at }) => [personKey, at ?? now.getTime()]));
    const recent = [...connectedAt].filter(([, at]) => at >= since);
    const personKeys = recent.map(([personKey]) => personKey);
    const invitations = personKeys.length > 0 ? await account.invited?.(personKeys) : [];
    for (const invitation of invitations ?? []) {
      const at = Math.min(connectedAt.get(invitation.personKey)!, now.getTime());
      received.push(receivedConnection(invitation, new Date(at)));
    }
    if (recent.length < connectedAt.size) break;
  }
  return {
    received,
    cursor: { upTo: now.toISOString(), nextAt: nextRelationsAt(account.id, now).toISOString() },
  };
}
