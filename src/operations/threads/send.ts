import { z } from 'zod';
import { findMessage } from '../../db/threads/timeline.ts';
import { uuid } from '../../domain/text.ts';
import { sendByHand } from '../../engine/threads/write.ts';
import { defineOperation } from '../../operation.ts';
import { invalidRequest } from '../refusals.ts';
import { addFiles, inlineFiles } from './attachment-input.ts';
import { messageInput } from './draft-input.ts';
import { requireThread, showMessages, showThread } from './read.ts';
import { messageOutput, threadOutput } from './wire.ts';

const maxAheadMs = 366 * 24 * 60 * 60 * 1000;

export const sendThreadMessage = defineOperation({
  name: 'thread.send',
  route: 'POST /api/threads/{id}/messages',
  cli: 'thread message send',
  summary: 'Send a message by hand in a conversation',
  description:
    'It goes out once, from the sender of the thread, in the thread: within a moment, or at ' +
    'send_at. Hours and limits of campaigns do not hold it, but it counts in the limits of its ' +
    'sender. It is a message of the ledger: when nobody can tell whether it went out it is ' +
    '`unknown`, and is not sent again by guess. The draft of the thread goes with its files and ' +
    'is gone. A suppressed person is refused; one who wrote in this thread can be answered with ' +
    'despite_suppression. When the person writes before send_at, it does not go out.',
  scope: 'send',
  status: 201,
  bodyLimit: 20 * 1024 * 1024,
  input: z.object({
    id: uuid,
    ...messageInput,
    account_id: uuid.optional().describe('The sender of the thread; another one is refused.'),
    threading_mode: z
      .enum(['reply', 'new_thread'])
      .optional()
      .describe('reply, once there is a message: in the mail thread of the last one.'),
    reply_to_message_id: uuid.optional().describe('A received message; the last by default.'),
    send_at: z.iso.datetime({ offset: true }).optional().describe('Not before this instant.'),
    despite_suppression: z.boolean().default(false),
    attachments: inlineFiles,
  }),
  output: z.object({
    message: messageOutput,
    thread: threadOutput,
    sendInProgress: z.boolean().describe('It is on its way: ask for its state in a moment.'),
  }),
  errors: [
    'thread.not_found',
    'thread.not_sendable',
    'thread.suppressed',
    'thread.send_in_progress',
  ],
  async run(context, { id, ...given }) {
    const at = given.send_at === undefined ? undefined : new Date(given.send_at);
    if (at && at.getTime() - context.now.getTime() > maxAheadMs) {
      const message = 'A message is scheduled for at most a year.';
      throw invalidRequest([{ pointer: '/send_at', code: 'too_late', message }]);
    }
    const row = await sendByHand(context, id, {
      text: given.body_text,
      html: given.body_html,
      subject: given.subject,
      to: given.to,
      cc: given.cc,
      bcc: given.bcc,
      accountId: given.account_id,
      mode: given.threading_mode,
      answers: given.reply_to_message_id,
      at,
      despiteSuppression: given.despite_suppression,
    });
    await addFiles(context, row, given.attachments);
    const thread = await requireThread(context, id);
    const line = await findMessage(context.db, thread, row.id);
    const [message] = await showMessages(context, thread, [line!]);
    const isDue = row.due_at !== null && row.due_at <= context.now;
    return {
      message: message!,
      thread: await showThread(context, id),
      sendInProgress: isDue,
    };
  },
});
