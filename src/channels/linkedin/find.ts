import { z } from 'zod';
import { minuteMs } from '../../domain/time.ts';
import type { Account, Fault, Found, FoundTouch, SoughtTouch } from '../channel.ts';
import { type Client, isNotFound, nameText, pages } from './client.ts';
import { faultOfReading } from './fault.ts';
import { readLinkedInPerson, resolvePerson } from './profile.ts';
import { messageSchema, plain } from './received.ts';
import { readSeat } from './seat.ts';

const maxPages = 100;
const sentInvitation = z.object({ id: nameText, invited_user_id: z.string().nullish() });

/**
 * The id of the pending invitation to a person; null when there is none.
 * @throws UnipileError, Unanswered
 */
export async function pendingInvitation(
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
 * Finds out whether a touch went out, by the lists that LinkedIn shows. An invitation is among the
 * pending ones, or has become a connection; a message is among the seat's own. Never throws.
 */
export async function findTouch(
  client: Client,
  account: Account,
  sought: SoughtTouch,
): Promise<Found | FoundTouch> {
  try {
    const seat = await readSeat(client, account.providerAccountId ?? '');
    // While a seat is not connected, Unipile may show old data.
    if (seat.health.status !== 'active') return 'unreachable';
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

async function findInvitation(
  client: Client,
  account: Account,
  personKey: string,
): Promise<Found | FoundTouch> {
  const providerKey = await pendingInvitation(client, account, personKey);
  if (providerKey) return { found: true, providerKey, personKey };
  const { connected } = await readLinkedInPerson(client, account, personKey);
  return connected ? { found: true, connected: true, personKey } : 'absent';
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
      if (chat_id !== sought.threadKey && (await attendeeOf(client, chat_id)) !== personKey)
        continue;
      if (plain(text ?? '') === plain(sought.text))
        return { found: true, providerKey: id, threadKey: chat_id, personKey };
      others = true;
    }
  }
  return others ? 'unknown' : 'absent';
}

const chatSchema = z.object({ attendee_provider_id: z.string().nullish() });

/**
 * The other person of a conversation; null in a group.
 * @throws UnipileError, Unanswered
 */
export async function attendeeOf(client: Client, chatId: string): Promise<string | null> {
  const chat = await client.call('GET', `/chats/${encodeURIComponent(chatId)}`, {
    answer: chatSchema,
  });
  return chat.attendee_provider_id ?? null;
}

/** Withdraws an invitation that is still pending; `gone` when it is not. Never throws. */
export async function withdrawInvitation(
  client: Client,
  account: Account,
  invitation: SoughtTouch,
): Promise<'withdrawn' | 'gone' | Fault> {
  try {
    const id = invitation.providerKey ?? (await findPending(client, account, invitation));
    if (id === null) return 'gone';
    const query = { account_id: account.providerAccountId ?? '' };
    await client.call('DELETE', `/users/invite/sent/${encodeURIComponent(id)}`, {
      answer: z.unknown(),
      query,
    });
    return 'withdrawn';
  } catch (error) {
    if (isNotFound(error)) return 'gone';
    return faultOfReading(error);
  }
}

async function findPending(
  client: Client,
  account: Account,
  invitation: SoughtTouch,
): Promise<string | null> {
  const person = await resolvePerson(client, account, invitation);
  return 'kind' in person ? null : pendingInvitation(client, account, person.personKey);
}
