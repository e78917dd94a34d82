import { NoAnswerError, UnipileError } from './client.ts';
import type { Unipile } from './unipile.ts';

/** A conversation as Unipile shows it. */
export type ChatInfo = {
  id: string;
  /** The other person's id; null in a group. In the inbox of Sales Navigator it is another. */
  attendee: string | null;
  /** The name in the other person's profile address, where it is told. */
  slug: string | null;
  isGroup: boolean;
};

/** Up to so many conversations are read one by one, more of them as a list. */
const maxSingle = 20;

/**
 * Reads these conversations, the latest of an account, in few calls; those that cannot be read are
 * missing. @throws an error that is not of Unipile's client
 */
export async function readChats(
  client: Unipile,
  { accountId, chatIds }: { accountId: string; chatIds: ReadonlySet<string> },
): Promise<Map<string, ChatInfo>> {
  const found = new Map<string, ChatInfo>();
  const missing = () => [...chatIds].filter((id) => !found.has(id));
  try {
    if (chatIds.size > maxSingle) {
      for await (const items of client.listChats(accountId)) {
        for (const chat of items) if (chatIds.has(chat.id)) found.set(chat.id, chat);
        if (missing().length <= maxSingle) break;
      }
    }
    for (const id of missing().slice(0, maxSingle)) {
      const chat = await client.readChat(accountId, id).catch(ignoreAnswer);
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
