import { z } from 'zod';
import { minuteMs } from '../../domain/time.ts';
import type { Account, Fault, Found, FoundTouch, SoughtTouch } from '../channel.ts';
import { readChat } from './chats.ts';
import { type Client, nameText, pages, UnipileError } from './client.ts';
import { faultOfReading } from './fault.ts';
import { readLinkedInPerson, resolvePerson } from './profile.ts';
import { messageSchema, plain } from './received.ts';
import { faultOfSeat, notWell, readSeat } from './seat.ts';

const maxPages = 100;
const sentInvitation = z.object({ id: nameText, invited_user_id: z.string().nullish() });

/**
 * The id of the pending invitation to a person; null when there is none.
 * @throws UnipileError, Unanswered
 */
async function pendingInvitation(
  client: Client,
  account: Account,
  personKey: string,
): Promise<string | null> {
  const query = { account_id: account.providerAccountId ?? '', limit: 100 };
  for await (const items of pages(client, '/users/invite/sent', {
    item: sentInvitation,
    query,
    max: maxPages,
  })) {
    const found = items.find(({ invited_user_id }) => invited_user_id === personKey);
    if (found) return found.id;
  }
  return null;
}

/**
 * Finds out whether a touch went out, by what LinkedIn shows. An invitation shows in the profile,
 * or has become a connection; a message is among the seat's own; a visit shows nowhere. Never
 * throws.
 */
export async function findTouch(
  client: Client,
  account: Account,
  sought: SoughtTouch,
): Promise<Found | FoundTouch> {
  if (sought.touch === 'profile_visit') return 'unknown';
  try {
    const seat = await readSeat(client, account.providerAccountId ?? '');
    // While a seat is not connected, Unipile may show old data.
    if (notWell(seat) !== null) return 'unreachable';
    const person = await resolvePerson(client, account, sought);
    // The person does not exist: a touch goes out only after the person was found.
    if ('kind' in person) return 'absent';
    const { personKey } = person;
    return sought.touch === 'connection_request'
      ? await findInvitation(client, account, personKey)
      : await findMessage(client, account, { ...sought, personKey, ownerKey: seat.memberId });
  } catch (error) {
    return faultOfReading(error).kind === 'unreachable_person' ? 'absent' : 'unreachable';
  }
}

/**
 * `unknown` when the person has ignored an invitation, because it may be an earlier one. The id of
 * a pending one is known to the list alone, which a withdrawal reads.
 */
async function findInvitation(
  client: Client,
  account: Account,
  personKey: string,
): Promise<Found | FoundTouch> {
  const { connected, invitation } = await readLinkedInPerson(client, account, personKey);
  if (connected) return { found: true, connected: true, personKey };
  if (invitation === 'PENDING') return { found: true, personKey };
  return invitation === 'IGNORED' ? 'unknown' : 'absent';
}

/**
 * `unknown` when the seat wrote only other texts to the person since the reservation, or when a row
 * cannot be read: LinkedIn may change a text, so one of them may be the message. The seat's own
 * messages are also told by their author, because Unipile does not flag each of them.
 */
async function findMessage(
  client: Client,
  account: Account,
  sought: SoughtTouch & { personKey: string; ownerKey: string | null },
): Promise<Found | FoundTouch> {
  const { personKey, ownerKey } = sought;
  const after = new Date(sought.reservedAt.getTime() - minuteMs).toISOString();
  const query = { account_id: account.providerAccountId ?? '', after, limit: 250 };
  let others = false;
  for await (const items of pages(client, '/messages', {
    item: z.unknown(),
    query,
    max: maxPages,
  })) {
    const messages = items.flatMap((row) => messageSchema.safeParse(row).data ?? []);
    others ||= messages.length < items.length;
    const own = messages.filter(
      ({ is_sender, sender_id }) => is_sender || (ownerKey !== null && sender_id === ownerKey),
    );
    for (const { id, text, chat_id } of own) {
      if (chat_id !== sought.threadKey && (await readChat(client, chat_id)).attendee !== personKey)
        continue;
      if (plain(text ?? '') === plain(sought.text))
        return { found: true, providerKey: id, threadKey: chat_id, personKey };
      others = true;
    }
  }
  return others ? 'unknown' : 'absent';
}

/**
 * Withdraws an invitation that is still pending; `gone` when the list has none to the person. The
 * id that an answer named need not be the list's, so a refused id proves nothing. Never throws.
 */
export async function withdrawInvitation(
  client: Client,
  account: Account,
  invitation: SoughtTouch,
): Promise<'withdrawn' | 'gone' | Fault> {
  try {
    const { providerKey } = invitation;
    if (providerKey && (await take(client, account, providerKey))) return 'withdrawn';
    const id = await findPending(client, account, invitation);
    if (id === null) return 'gone';
    return (await take(client, account, id)) ? 'withdrawn' : 'gone';
  } catch (error) {
    return (await faultOfSeat(client, account, error)) ?? faultOfReading(error);
  }
}

/** Takes an invitation back. Returns whether there was one of this id. */
async function take(client: Client, account: Account, id: string): Promise<boolean> {
  try {
    await client.call('DELETE', `/users/invite/sent/${encodeURIComponent(id)}`, {
      answer: z.unknown(),
      query: { account_id: account.providerAccountId ?? '' },
    });
    return true;
  } catch (error) {
    if (error instanceof UnipileError && [400, 404].includes(error.status)) return false;
    throw error;
  }
}

/** The id of the invitation; null when the person is a connection, or has none that is pending. */
async function findPending(
  client: Client,
  account: Account,
  invitation: SoughtTouch,
): Promise<string | null> {
  const person = await resolvePerson(client, account, invitation);
  if ('kind' in person) return null;
  const { personKey } = person;
  const standing = await readLinkedInPerson(client, account, personKey);
  const over = standing.connected || ['WITHDRAWN', 'IGNORED'].includes(standing.invitation ?? '');
  return over ? null : pendingInvitation(client, account, personKey);
}
