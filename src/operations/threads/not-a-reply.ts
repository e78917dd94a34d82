import { z } from 'zod';
import { uuid } from '../../domain/text.ts';
import { goOnAfter } from '../../engine/people/not-a-reply.ts';
import { defineOperation } from '../../operation.ts';
import { showThread } from './read.ts';
import { threadOutput } from './wire.ts';

export const markNotAReply = defineOperation({
  name: 'thread.not_a_reply',
  route: 'POST /api/threads/{id}/not-a-reply',
  cli: 'thread not-a-reply',
  summary: 'Say of a received message that it is no reply: the person goes on',
  description:
    'The next touch is due at once, within hours and limits. Refused when the person has written ' +
    'anything else that stops them. Other campaigns that left the person out for the answer stay ' +
    'as they are.',
  scope: 'send',
  input: z.object({ id: uuid, message_id: uuid.describe('The received message.') }),
  output: z.object({
    thread: threadOutput,
    goes_on: z.boolean().describe('Whether a further touch goes out to the person.'),
  }),
  errors: ['thread_message.not_found', 'prospect.ended'],
  async run(context, { id: threadId, message_id: messageId }) {
    const { db, workspaceId, now, actor } = context;
    const action = { workspaceId, threadId, messageId, now, actor };
    const { goesOn } = await goOnAfter(db, action);
    return { thread: await showThread(context, threadId), goes_on: goesOn };
  },
});
