import { z } from 'zod';
import { minuteMs } from '../../../domain/time.ts';
import type { ChatInfo } from '../chats.ts';
import { type Client, isNotFound, nameText, UnipileError } from '../client.ts';
import { flag, instant, isOwnRow, type ListedMessage } from '../received.ts';
import type { ChatCalls, MessageCursor, MessagesRead, Unipile } from '../unipile.ts';
import { fresh, inAccount, pages } from './pages.ts';
import { inmailTypeOf } from './words.ts';

/** The inbox of the usual LinkedIn, the one from which conversations begin. */
const usualInbox = 'CLASSIC_PRIMARY';

const chatSchema = z.object({
  id: nameText,
  type: z.string().nullish().catch(null),
  is_group: flag.catch(false),
  user_id: nameText.nullish().catch(null),
  user: z
    .object({ public_identifier: nameText.nullish().catch(null) })
    .nullish()
    .catch(null),
  last_message_timestamp: instant.nullish().catch(null),
  updated_at: instant.nullish().catch(null),
});
type ChatRow = z.output<typeof chatSchema>;

const attachment = z
  .object({
    type: z.string(),
    voice_note: z.unknown().optional(),
    filename: z.unknown().optional(),
  })
  .transform(({ type, voice_note, filename }) => ({ type, voice_note, file_name: filename }));
/** A message, in the shape of version 1. Which are InMails is not told. */
export const messageSchema = z
  .object({
    id: nameText,
    chat_id: nameText,
    text: z.string().nullish(),
    sender_id: nameText.nullish(),
    timestamp: instant,
    is_sender: flag,
    is_event: flag,
    is_hidden: flag,
    is_deleted: flag,
    specifics: z.object({ subject: z.string().nullish() }).nullish().catch(null),
    attachments: z.array(z.unknown()).nullish().catch(null),
  })
  .transform(
    ({ is_hidden, is_deleted, specifics, attachments, ...row }): ListedMessage => ({
      ...row,
      subject: specifics?.subject ?? null,
      hidden: is_hidden,
      deleted: is_deleted,
      message_type: null,
      attachments: attachments?.map((one) => attachment.safeParse(one).data ?? one),
    }),
  );
/** Some ids come alone, some in a list: attachments go out as messages of their own. */
const messageId = z
  .union([nameText, z.array(nameText).transform((ids) => ids[0])])
  .nullish()
  .catch(null);
const started = z.object({ chat_id: nameText.nullish(), message_id: messageId });
const written = z.object({ id: messageId, message_id: messageId });

/** The copy of version 1 is up to a minute behind LinkedIn. */
const movedOverlapMs = 10 * minuteMs;
const chatPageSize = 20;
const maxChatPages = 10;
const maxMessagePages = 10;

export const chatCalls = (client: Client): ChatCalls => ({
  async readChat(accountId, chatId) {
    const path = inAccount(accountId, 'chats', chatId);
    return toInfo(await client.call('GET', path, { answer: chatSchema }));
  },
  async *listChats(accountId) {
    for await (const rows of chatRows(client, accountId, usualInbox)) yield rows.map(toInfo);
  },
  async startChat(accountId, { personKey, text, subject }) {
    const path = inAccount(accountId, 'inboxes', usualInbox, 'chats', 'send');
    const paid = { name: subject, specifics: { linkedin: { classic: { inmail: true } } } };
    const json = { text, users_ids: [personKey], ...(subject === null ? {} : paid) };
    const sent = await client
      .call('POST', path, { answer: started, json })
      .catch((error: unknown) => {
        throw subject === null ? error : asInmail(error);
      });
    return { chatId: sent.chat_id ?? null, messageId: sent.message_id ?? null };
  },
  async writeToChat(accountId, { chatId, text }) {
    const path = inAccount(accountId, 'chats', chatId, 'messages', 'send');
    const sent = await client
      .call('POST', path, { answer: written, json: { text } })
      .catch((error: unknown) => {
        throw asMissingChat(error);
      });
    return { chatId: null, messageId: sent.message_id ?? sent.id ?? null };
  },
  async newestMessages(accountId, overlapMs) {
    const first = await chatRows(client, accountId, usualInbox).next();
    const rows = first.value ?? [];
    const last = Math.max(...rows.map(changedAt).filter(Number.isFinite));
    if (!Number.isFinite(last)) return { upTo: null, seen: [], chats: [] };
    const recent = rows.filter((row) => changedAt(row) > last - overlapMs);
    const after = new Date(last - overlapMs);
    const read = await readChats(client, { accountId, chats: recent, after });
    return {
      upTo: new Date(last).toISOString(),
      seen: read.map(({ id }) => id),
      chats: recent.map(stateOf),
    };
  },
  messagesSince: (accountId, since) => messagesSince(client, accountId, since),
  async *ownMessagesTo(accountId, { ownerKey, after, ...sought }) {
    const { ids, isWhole } = await chatsWith(client, accountId, { ...sought, after });
    if (!isWhole) yield { rows: [], unreadable: 1 };
    for (const chatId of ids) {
      for await (const page of messagesOf(client, accountId, { chatId, after }))
        yield {
          rows: page.items.filter((row) => isOwnRow(row, ownerKey)),
          unreadable: page.unreadable,
        };
    }
  },
});

/** The pages of an inbox, those with the latest message first. */
async function* chatRows(
  client: Client,
  accountId: string,
  inbox: string,
): AsyncGenerator<ChatRow[], undefined> {
  const path = inAccount(accountId, 'inboxes', inbox, 'chats');
  const list = { item: chatSchema, query: { limit: chatPageSize }, max: maxChatPages };
  for await (const { items } of pages(client, path, list)) yield items;
}

/** When something came last, in ms; infinite where it is not told. */
const changedAt = ({ last_message_timestamp, updated_at }: ChatRow): number =>
  Date.parse(last_message_timestamp ?? updated_at ?? '') || Infinity;

const stateOf = (row: ChatRow): string => `${row.id} ${changedAt(row)}`;

/** Of each product of LinkedIn the first inbox; the others show parts of it (unread, archived). */
async function inboxesOf(client: Client, accountId: string): Promise<string[]> {
  const answer = z.object({
    data: z.array(z.object({ id: z.string(), disabled: z.boolean().nullish() })),
  });
  const { data } = await client.call('GET', inAccount(accountId, 'inboxes'), { answer });
  const own = data.filter(({ id, disabled }) => !disabled && /^[A-Z_]+_PRIMARY$/.test(id));
  return [...new Set([usualInbox, ...own.map(({ id }) => id)])];
}

/**
 * There is no list of all messages, so the conversations are walked by the instant of their last
 * message; one that did not change since is not read again.
 */
async function messagesSince(
  client: Client,
  accountId: string,
  { after, cursor, isThorough }: Parameters<Unipile['messagesSince']>[1],
): Promise<MessagesRead> {
  const known = new Set(cursor.chats ?? []);
  const start = cursor.chats ? after : startOfMoved(cursor);
  const since = start?.getTime() ?? -Infinity;
  const inboxes = isThorough ? await inboxesOf(client, accountId) : [usualInbox];
  const rows: ListedMessage[] = [];
  const states: string[] = [];
  for (const inbox of inboxes) {
    for await (const page of chatRows(client, accountId, inbox)) {
      const recent = page.filter((row) => changedAt(row) > since);
      states.push(...recent.filter((row) => Number.isFinite(changedAt(row))).map(stateOf));
      const chats = recent.filter((row) => !known.has(stateOf(row)));
      rows.push(...(await readChats(client, { accountId, chats, after: start })));
      if (recent.length < page.length) break;
    }
  }
  return { rows, chats: states };
}

/**
 * The cursor is of version 1. There messages have other ids, so that reading goes back only a
 * little, and few messages are read twice.
 */
const startOfMoved = ({ upTo }: MessageCursor): Date | null =>
  upTo === null ? null : new Date(Date.parse(upTo) - movedOverlapMs);

async function readChats(
  client: Client,
  { accountId, chats, after }: { accountId: string; chats: ChatRow[]; after: Date | null },
): Promise<ListedMessage[]> {
  const rows: ListedMessage[] = [];
  for (const { id: chatId } of chats)
    for await (const { items } of messagesOf(client, accountId, { chatId, after }))
      rows.push(...items);
  return rows;
}

function messagesOf(
  client: Client,
  accountId: string,
  { chatId, after }: { chatId: string; after: Date | null },
) {
  const path = inAccount(accountId, 'chats', chatId, 'messages');
  const query = { limit: 100, ...(after ? { after: after.toISOString() } : {}) };
  return pages(client, path, { item: messageSchema, query, max: maxMessagePages });
}

/**
 * The conversations with a person in which something was said since an instant, and others that are
 * known: Unipile may not tell them all by the person, so that the inbox is walked too. `isWhole`:
 * the walk came to its end.
 */
async function chatsWith(
  client: Client,
  accountId: string,
  { personKey, after }: { personKey: string; after: Date },
): Promise<{ ids: Set<string>; isWhole: boolean }> {
  const ids = new Set(await chatsOf(client, accountId, personKey));
  for await (const page of chatRows(client, accountId, usualInbox)) {
    const recent = page.filter((row) => changedAt(row) > after.getTime());
    for (const { id, user_id } of recent) if (user_id === personKey) ids.add(id);
    if (recent.length < chatPageSize) return { ids, isWhole: true };
  }
  return { ids, isWhole: false };
}

/** The conversations that Unipile finds for a person. */
async function chatsOf(client: Client, accountId: string, personKey: string): Promise<string[]> {
  const answer = z.object({ data: z.array(z.object({ chat_id: nameText })) });
  const path = inAccount(accountId, 'users', personKey, 'chat');
  try {
    const { data } = await client.call('GET', path, { answer, ...fresh });
    return data.map(({ chat_id }) => chat_id);
  } catch (error) {
    if (isNotFound(error)) return [];
    throw error;
  }
}

function toInfo({ id, type, is_group, user_id, user }: ChatRow): ChatInfo {
  const isGroup = is_group || (type ?? '1to1') !== '1to1';
  return {
    id,
    attendee: isGroup ? null : (user_id ?? null),
    slug: user?.public_identifier ?? null,
    isGroup,
  };
}

/** The refusal of an InMail, which is worded as that of a message. */
function asInmail(error: unknown): unknown {
  if (!(error instanceof UnipileError) || error.type !== 'invalid_recipient') return error;
  return new UnipileError(error.status, inmailTypeOf(error.message), error.message);
}

/** An id of version 1 is refused by its form: the conversation is not there. */
function asMissingChat(error: unknown): unknown {
  if (!(error instanceof UnipileError) || error.type !== 'invalid_parameters') return error;
  return new UnipileError(404, 'resource_not_found', error.message);
}
