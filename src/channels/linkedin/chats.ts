import { z } from 'zod';
import { type Client, NoAnswerError, nameText, pages, UnipileError } from './client.ts';

/** A conversation as Unipile shows it. */
export type ChatInfo = {
  /** The other person's id; null in a group. In the inbox of Sales Navigator it is another. */
  attendee: string | null;
  /** The name in the other person's profile address, where it is told. */
  slug: string | null;
  isGroup: boolean;
};

/** `type`: 0 is one to one, 1 a group, 2 a channel. */
const chatSchema = z.object({
  id: nameText,
  type: z.number().nullish().catch(null),
  attendee_provider_id: nameText.nullish(),
  attendee_public_identifier: nameText.nullish().catch(null),
});

/** Reads a conversation. @throws UnipileError, Unanswered */
export async function readChat(client: Client, chatId: string): Promise<ChatInfo> {
  const path = `/chats/${encodeURIComponent(chatId)}`;
  return toInfo(await client.call('GET', path, { answer: chatSchema }));
}

function toInfo(chat: z.output<typeof chatSchema>): ChatInfo {
  const isGroup = (chat.type ?? 0) !== 0;
  return {
    attendee: isGroup ? null : (chat.attendee_provider_id ?? null),
    slug: chat.attendee_public_identifier ?? null,
    isGroup,
  };
}

/** Up to so many conversations are read one by one, more of them as a list. */
const maxSingle = 20;
const maxPages = 20;

/**
 * Reads these conversations, the latest of an account, in few calls; those that cannot be read are
 * missing. @throws an error that is not of Unipile's client
 */
export async function readChats(
  client: Client,
  { accountId, chatIds }: { accountId: string; chatIds: ReadonlySet<string> },
): Promise<Map<string, ChatInfo>> {
  const found = new Map<string, ChatInfo>();
  const missing = () => [...chatIds].filter((id) => !found.has(id));
  try {
    if (chatIds.size > maxSingle) {
      const query = { account_id: accountId, limit: 250 };
      const list = { item: chatSchema, query, max: maxPages };
      for await (const items of pages(client, '/chats', list)) {
        for (const chat of items) if (chatIds.has(chat.id)) found.set(chat.id, toInfo(chat));
        if (missing().length <= maxSingle) break;
      }
    }
    for (const id of missing().slice(0, maxSingle)) {
      const chat = await readChat(client, id).catch(ignoreAnswer);
      if (chat) found.set(id, chat);
    }
  } catch (error) {
    ignoreAnswer(error);
  }
  return found;
}

function ignoreAnswer(error: unknown): null {
  if (error instanceof UnipileError || error instanceof NoAnswerError) return null;
  throw error;
}
