import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { storable } from '../../domain/text.ts';
import type { Account, Received } from '../channel.ts';
import { readJson } from './http.ts';
import { isOneToOne, receivedOf } from './received.ts';

/** The header with the signature of a webhook's body. */
export const signatureHeader = 'x-twitter-webhooks-signature';

/**
 * A challenge that may be answered. The answer is signed with the secret that bodies are signed
 * with, so that no text is signed which could be the body of an event.
 */
export const challenge = z.string().regex(/^[\w.~:/+=-]{1,500}$/);

/** The signature of a challenge or a body (docs.x.com, Webhooks, Quickstart). */
export function signatureOf(text: string, consumerSecret: string): string {
  return `sha256=${createHmac('sha256', consumerSecret).update(text).digest('base64')}`;
}

/** Whether X has signed this body. */
export function isSigned(body: string, given: unknown, consumerSecret: string): boolean {
  const expected = Buffer.from(signatureOf(body, consumerSecret));
  const theirs = Buffer.from(typeof given === 'string' ? given : '');
  return theirs.length === expected.length && timingSafeEqual(theirs, expected);
}

const envelope = z.object({
  data: z.object({
    filter: z.object({ user_id: z.string().regex(/^\d{1,19}$/) }),
    event_type: z.string(),
    payload: z.unknown(),
  }),
});
const userId = z.string().regex(/^\d{1,19}$/);
const millis = z.coerce.number().int().min(0).max(8.64e15);
const directMessages = z.object({
  direct_message_events: z.array(z.unknown()).max(100),
  users: z.record(z.string(), z.unknown()).catch({}),
});
const author = z.object({ data: z.object({ username: z.string() }) });
const directMessage = z.object({
  id: userId,
  created_timestamp: millis,
  message_create: z.object({
    target: z.object({ recipient_id: userId }),
    sender_id: userId,
    message_data: z.object({ text: z.string().default('') }),
  }),
});
const chatMessage = z.object({
  id: z.string().min(1).max(200),
  created_at_msec: millis.optional().catch(undefined),
  sender_id: userId,
  conversation_id: z.string(),
});

/** An event of an account on X, sent by its webhook. */
export type XEvent = {
  providerAccountId: string;
  health: null;
  /** In mills (docs.x.com, Pricing). */
  cost: number;
  read: (account: Account, now: Date) => Promise<Received[]>;
};

/** The event in the body of a webhook; null when it does not concern us. */
export function readEvent(body: string): XEvent | null {
  const event = envelope.safeParse(readJson(body)).data?.data;
  if (!event) return null;
  const read = readers[event.event_type as keyof typeof readers];
  if (!read || !Object.hasOwn(readers, event.event_type)) return null;
  const own = event.filter.user_id;
  return {
    providerAccountId: own,
    health: null,
    cost: 10,
    read: async (_account, now) => read(event.payload, { own, now }),
  };
}

type Reading = { own: string; now: Date };

const readers = { 'dm.received': readDirectMessages, 'chat.received': readChatMessage };

function readDirectMessages(payload: unknown, { own }: Reading): Received[] {
  const told = directMessages.safeParse(payload).data;
  if (!told) return [];
  const { direct_message_events: rows, users } = told;
  return rows.flatMap((row) => {
    const { data } = directMessage.safeParse(row);
    if (!data) return [];
    const { sender_id, target, message_data } = data.message_create;
    if (sender_id === own || target.recipient_id !== own) return [];
    const message = {
      id: data.id,
      text: message_data.text,
      sender_id,
      dm_conversation_id: conversationOf(sender_id, own),
      created_at: new Date(data.created_timestamp),
    };
    return receivedOf(message, author.safeParse(users[sender_id]).data?.data.username);
  });
}

/** One-to-one conversations have the ids of both, the smaller one first. */
const conversationOf = (a: string, b: string): string =>
  BigInt(a) < BigInt(b) ? `${a}-${b}` : `${b}-${a}`;

/** Its words are encrypted. Who wrote it, and where, is all that it takes to stop. */
function readChatMessage(payload: unknown, { own, now }: Reading): Received[] {
  const { data } = chatMessage.safeParse(payload);
  if (!data || data.sender_id === own) return [];
  if (!isOneToOne(data.conversation_id, [data.sender_id, own])) return [];
  const { id, sender_id, created_at_msec: at } = data;
  return [
    {
      sourceKey: `x/chat/${storable(id)}`,
      key: `chat/${storable(id)}`,
      threadKey: null,
      from: sender_id,
      subject: null,
      text: 'A message in encrypted chat. X shows it to its recipient alone: read it on X.',
      receivedAt: at === undefined ? now : new Date(at),
      headers: {},
      facts: { references: [], identities: [sender_id] },
    },
  ];
}
