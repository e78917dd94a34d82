import { type HandMessageRow, lockHandMessage } from '../../db/threads/hand-messages.ts';
import { findMessage } from '../../db/threads/timeline.ts';
import { uuid } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import type { Context } from '../../operation.ts';
import { requireThread, showMessages } from './read.ts';

/** Path members that name a message by hand. */
export const handMessageInput = { id: uuid.describe('Thread'), messageId: uuid };
export const handMessageErrors = ['thread_message.not_found', 'thread_message.state'] as const;

/**
 * The message, locked, in one of these states.
 * @throws thread_message.not_found, thread_message.state
 */
export async function requireMessage(
  { db, workspaceId }: Context,
  { id: threadId, messageId }: { id: string; messageId: string },
  states: readonly string[],
): Promise<HandMessageRow> {
  const row = await lockHandMessage(db, { workspaceId, threadId, id: messageId });
  if (!row) throw new AppError('thread_message.not_found');
  if (states.includes(row.state)) return row;
  throw new AppError('thread_message.state', `It is ${row.state}, not ${states.join(' or ')}.`);
}

/** The message as it is now. */
export async function showHandMessage(
  context: Context,
  { id, messageId }: { id: string; messageId: string },
) {
  const thread = await requireThread(context, id);
  const line = await findMessage(context.db, thread, messageId);
  return { message: (await showMessages(context, thread, [line!]))[0]! };
}
