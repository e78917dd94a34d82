import { z } from 'zod';
import type { ChatInfo } from '../chats.ts';
import { type Client, nameText } from '../client.ts';
import { isOwnRow, messageSchema } from '../received.ts';
import type { ChatCalls } from '../unipile.ts';
import { pages } from './pages.ts';

/** `type`: 0 is one to one, 1 a group, 2 a channel. */
const chatSchema = z.object({
  id: nameText,
  type: z.number().nullish().catch(null),
  attendee_provider_id: nameText.nullish(),
  attendee_public_identifier: nameText.nullish().catch(null),
});
const written = z.object({ chat_id: nameText.nullish(), message_id: nameText.nullish() });

const maxChatPages = 20;
const maxMessagePages = 40;
const maxSearchedPages = 100;

export const chatCalls = (client: Client): ChatCalls => ({
  readChat: (_accountId, chatId) => readChat(client, chatId),
  async *listChats(account_id) {
    const query = { account_id, limit: 250 };
    const list = { item: chatSchema, query, max: maxChatPages };
    for await (const items of pages(client, '/chats', list)) yield items.map(toInfo);
  },
  async startChat(account_id, { personKey, text, subject }) {
    const paid = { 'linkedin[api]': 'classic', 'linkedin[inmail]': 'true' };
    const form = {
      account_id,
      attendees_ids: personKey,
      text,
      ...(subject === null ? {} : { subject, ...paid }),
    };
    return idsOf(await client.call('POST', '/chats', { answer: written, form }));
  },
  async writeToChat(account_id, { chatId, text }) {
    const path = `/chats/${encodeURIComponent(chatId)}/messages`;
    const form = { text, account_id };
    return idsOf(await client.call('POST', path, { answer: written, form }));
  },
  async newestMessages(account_id) {
    const query = { account_id, limit: 10 };
    const rows = await Array.fromAsync(
      pages(client, '/messages', { item: messageSchema, query, max: 1 }),
    );
    const newest = rows.flat();
    const upTo = newest.map(({ timestamp }) => timestamp).sort();
    const last = upTo.at(-1);
    return {
      upTo: last ? new Date(last).toISOString() : null,
      seen: newest.map(({ id }) => id),
    };
  },
  async messagesSince(account_id, { after }) {
    const query = { account_id, after: after?.toISOString(), limit: 250 };
    const list = { item: messageSchema, query, max: maxMessagePages };
    return { rows: (await Array.fromAsync(pages(client, '/messages', list))).flat() };
  },
  async *ownMessagesTo(account_id, { personKey, threadKey, ownerKey, after }) {
    const query = { account_id, after: after.toISOString(), limit: 250 };
    const list = { item: z.unknown(), query, max: maxSearchedPages };
    for await (const items of pages(client, '/messages', list)) {
      const messages = items.flatMap((row) => messageSchema.safeParse(row).data ?? []);
      const rows: typeof messages = [];
      for (const row of messages.filter((one) => isOwnRow(one, ownerKey))) {
        const isTheirs =
          row.chat_id === threadKey || (await readChat(client, row.chat_id)).attendee === personKey;
        if (isTheirs) rows.push(row);
      }
      yield { rows, unreadable: items.length - messages.length };
    }
  },
});

async function readChat(client: Client, chatId: string): Promise<ChatInfo> {
  const path = `/chats/${encodeURIComponent(chatId)}`;
  return toInfo(await client.call('GET', path, { answer: chatSchema }));
}

function toInfo(chat: z.output<typeof chatSchema>): ChatInfo {
  const isGroup = (chat.type ?? 0) !== 0;
  return {
    id: chat.id,
    attendee: isGroup ? null : (chat.attendee_provider_id ?? null),
    slug: chat.attendee_public_identifier ?? null,
    isGroup,
  };
}

const idsOf = ({ chat_id, message_id }: z.output<typeof written>) => ({
  chatId: chat_id ?? null,
  messageId: message_id ?? null,
});
