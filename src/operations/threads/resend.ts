import { z } from 'zod';
import { scheduleAgain } from '../../db/threads/hand-messages.ts';
import { defineOperation } from '../../operation.ts';
import {
  handMessageErrors,
  handMessageInput,
  requireMessage,
  showHandMessage,
} from './hand-message.ts';
import { messageOutput } from './wire.ts';

export const resendThreadMessage = defineOperation({
  name: 'thread_message.resend',
  route: 'POST /api/threads/{id}/messages/{messageId}/resend',
  cli: 'thread message resend',
  summary: 'Send a message by hand that did not go out once more',
  description: 'Only one that surely did not go out (failed). It stays the same message.',
  scope: 'send',
  input: z.object(handMessageInput),
  output: z.object({ message: messageOutput }),
  errors: [...handMessageErrors],
  async run(context, given) {
    const { db, workspaceId, now } = context;
    const { id } = await requireMessage(context, given, ['failed']);
    await scheduleAgain(db, { workspaceId, id, dueAt: now, now });
    return showHandMessage(context, given);
  },
});
