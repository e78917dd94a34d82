import { z } from 'zod';
import { type Client, nameText } from './client.ts';

/** A conversation as Unipile shows it. */
type ChatInfo = {
  /** The other person's id; null in a group. In the inbox of Sales Navigator it is another. */
  attendee: string | null;
  /** The name in the other person's profile address, where it is told. */
  slug: string | null;
  isGroup: boolean;
};

/** `type`: 0 is one to one, 1 a group, 2 a channel. */
const chatSchema = z.object({
  type: z.number().nullish().catch(null),
  attendee_provider_id: nameText.nullish(),
  attendee_public_identifier: nameText.nullish().catch(null),
});

/** Reads a conversation. @throws UnipileError, Unanswered */
export async function readChat(client: Client, chatId: string): Promise<ChatInfo> {
  const chat = await client.call('GET', `/chats/${encodeURIComponent(chatId)}`, {
    answer: chatSchema,
  });
  const isGroup = (chat.type ?? 0) !== 0;
  return {
    attendee: isGroup ? null : (chat.attendee_provider_id ?? null),
    slug: chat.attendee_public_identifier ?? null,
    isGroup,
  };
}

/** Reads each conversation once; null for one that cannot be read. */
export function chatReader(client: Client): (chatId: string) => Promise<ChatInfo | null> {
  const known = new Map<string, Promise<ChatInfo | null>>();
  return (chatId) => {
    const found = known.get(chatId) ?? readChat(client, chatId).catch(() => null);
    known.set(chatId, found);
    return found;
  };
}
