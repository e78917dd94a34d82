import { z } from 'zod';
import type { Account, Received } from '../../channel.ts';
import { nameText } from '../client.ts';
import { receivedOf } from '../receive.ts';
import { isOwnRow, toMessage } from '../received.ts';
import { healthOf, isKnownStatus } from '../seat.ts';
import type { Unipile } from '../unipile.ts';
import { readRelation, type SeatEvent } from '../webhook.ts';
import { messageSchema } from './chats.ts';

/** The event object ("Event types" in the reference); other fields are not read. */
const envelope = z.object({ type: z.string(), account_id: nameText, payload: z.unknown() });
const login = z.object({ state: z.string().min(1).max(500) });
const relation = z.object({ user: z.object({ id: nameText }) });

/** A login that Unipile reports: the name of its link, and the seat. */
type FinishedLogin = { name: string; providerAccountId: string };
type UnipileEvent = { event: SeatEvent | null; login: FinishedLogin | null };

/** An event of version 2 in the body of a webhook; null when it does not concern us. */
export function readEvent(client: Unipile, body: unknown): UnipileEvent | null {
  const { data } = envelope.safeParse(body);
  if (!data) return null;
  const { type, account_id: providerAccountId, payload } = data;
  const seat = { providerAccountId, health: null };
  if (type === 'message.new')
    return {
      login: null,
      event: { ...seat, read: (account, now) => readMessage(client, { account, now, payload }) },
    };
  if (type === 'relation.new' || type === 'relation.request.accept') {
    const personKey = relation.safeParse(payload).data?.user.id;
    if (!personKey) return null;
    return {
      login: null,
      event: { ...seat, read: (account, now) => readRelation(account, personKey, now) },
    };
  }
  if (!type.startsWith('account.')) return null;
  const status = statusIn(type);
  const isKnown = isKnownStatus(status);
  const event = {
    providerAccountId,
    health: isKnown ? healthOf(status) : null,
    isUnclear: !isKnown,
    read: async () => [],
  };
  const isLogin = type === 'account.add' || type === 'account.reconnect';
  const name = isLogin ? login.safeParse(payload).data?.state : undefined;
  return { event, login: name === undefined ? null : { name, providerAccountId } };
}

/** The word for the status that an event of an account tells. */
function statusIn(type: string): string {
  if (type === 'account.remove') return 'DELETED';
  if (type === 'account.add') return 'CREATION_SUCCESS';
  if (type === 'account.reconnect') return 'RECONNECTED';
  return type.replace(/^account\.(status\.)?/, '');
}

/** The seat tells who its owner is: Unipile does not flag each of the owner's own messages. */
async function readMessage(
  client: Unipile,
  { account, now, payload }: { account: Account; now: Date; payload: unknown },
): Promise<Received[]> {
  const row = messageSchema.safeParse(payload).data;
  if (!row) return [];
  const { memberId } = await client.readSeat(account.providerAccountId ?? '');
  const message = toMessage({ ...row, is_sender: isOwnRow(row, memberId) });
  return message ? receivedOf({ client, account, now }, [message]) : [];
}
