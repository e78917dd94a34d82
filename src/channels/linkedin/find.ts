import { minuteMs } from '../../domain/time.ts';
import type { Account, Fault, Found, FoundTouch, SoughtTouch } from '../channel.ts';
import { UnipileError } from './client.ts';
import { faultOfReading } from './fault.ts';
import { readFresh, resolvePerson } from './profile.ts';
import { plain } from './received.ts';
import { faultOfSeat, notWell } from './seat.ts';
import type { Unipile } from './unipile.ts';
import { isWarmUp } from './warm-up.ts';

/** The id of the pending invitation to a person; null when there is none. */
async function pendingInvitation(
  client: Unipile,
  account: Account,
  personKey: string,
): Promise<string | null> {
  for await (const items of client.listInvitations(account.providerAccountId ?? '')) {
    const found = items.find((one) => one.personKey === personKey);
    if (found) return found.id;
  }
  return null;
}

/**
 * Finds out whether a touch went out, by what LinkedIn shows. An invitation shows in the profile,
 * or has become a connection; a message is among the seat's own; touches without words show
 * nowhere. Never throws.
 */
export async function findTouch(
  client: Unipile,
  account: Account,
  sought: SoughtTouch,
): Promise<Found | FoundTouch> {
  if (isWarmUp(sought.touch)) return 'unknown';
  try {
    const seat = await client.readSeat(account.providerAccountId ?? '');
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
  client: Unipile,
  account: Account,
  personKey: string,
): Promise<Found | FoundTouch> {
  const { connected, invitation } = await readFresh(client, account, personKey);
  if (connected) return { found: true, connected: true, personKey };
  if (invitation === 'PENDING') return { found: true, personKey };
  return invitation === 'IGNORED' ? 'unknown' : 'absent';
}

/**
 * `unknown` when the seat wrote only other texts to the person since the reservation, or when a row
 * cannot be read: LinkedIn may change a text, so one of them may be the message.
 */
async function findMessage(
  client: Unipile,
  account: Account,
  sought: SoughtTouch & { personKey: string; ownerKey: string | null },
): Promise<Found | FoundTouch> {
  const { personKey } = sought;
  const after = new Date(sought.reservedAt.getTime() - minuteMs);
  const own = client.ownMessagesTo(account.providerAccountId ?? '', { ...sought, after });
  let others = false;
  for await (const { rows, unreadable } of own) {
    const found = rows.find(({ text }) => plain(text ?? '') === plain(sought.text));
    if (found) return { found: true, providerKey: found.id, threadKey: found.chat_id, personKey };
    others ||= rows.length > 0 || unreadable > 0;
  }
  return others ? 'unknown' : 'absent';
}

/**
 * Withdraws an invitation that is still pending; `gone` when the list has none to the person. The
 * id that an answer named need not be the list's, so a refused id proves nothing. Never throws.
 */
export async function withdrawInvitation(
  client: Unipile,
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
async function take(client: Unipile, account: Account, id: string): Promise<boolean> {
  try {
    await client.cancelInvitation(account.providerAccountId ?? '', id);
    return true;
  } catch (error) {
    if (error instanceof UnipileError && [400, 404].includes(error.status)) return false;
    throw error;
  }
}

/** The id of the invitation; null when the person is a connection, or has none that is pending. */
async function findPending(
  client: Unipile,
  account: Account,
  invitation: SoughtTouch,
): Promise<string | null> {
  const person = await resolvePerson(client, account, invitation);
  if ('kind' in person) return null;
  const { personKey } = person;
  const standing = await readFresh(client, account, personKey);
  const over = standing.connected || ['WITHDRAWN', 'IGNORED'].includes(standing.invitation ?? '');
  return over ? null : pendingInvitation(client, account, personKey);
}
