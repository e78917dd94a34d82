import { z } from 'zod';
import { findSender } from '../../db/accounts/senders.ts';
import { readTimeline } from '../../db/threads/timeline.ts';
import { uuid } from '../../domain/text.ts';
import { defineOperation } from '../../operation.ts';
import { accountOnWire, accountOutput } from '../senders/account.ts';
import { requireThread, showMessages, showThreads } from './read.ts';
import { messageOutput, threadOutput } from './wire.ts';

/** The newest messages that come with a thread; the route of its messages has them all. */
const maxMessages = 200;
const text = z.string().nullable();

export const getThread = defineOperation({
  name: 'thread.get',
  route: 'GET /api/threads/{id}',
  cli: 'thread',
  summary: 'Show a conversation with its newest messages',
  description:
    'The newest 200 messages, the oldest first. In difference to Puffle it stays unread: only ' +
    'PATCH with unread_count 0 marks it as read.',
  scope: 'read',
  input: z.object({ id: uuid }),
  output: z.object({
    thread: threadOutput,
    messages: z.array(messageOutput),
    participantDetails: z.object({ name: text, company: text, position: text, headline: text }),
    senderDisconnected: z.boolean().describe('Nothing can be sent by its sender for now.'),
    senderAccount: accountOutput.nullable(),
  }),
  errors: ['thread.not_found'],
  async run(context, { id }) {
    const { db, workspaceId } = context;
    const row = await requireThread(context, id);
    const page = { offset: 0, limit: maxMessages, newest: true };
    const { rows } = await readTimeline(db, row, page);
    const sender = await findSender(db, { workspaceId, senderId: row.sender_id });
    return {
      thread: (await showThreads(context, [row]))[0]!,
      messages: await showMessages(context, row, rows.toReversed()),
      participantDetails: {
        name: row.name,
        company: row.company,
        position: row.position,
        headline: row.headline,
      },
      senderDisconnected: sender?.status !== 'active',
      senderAccount: sender && accountOnWire(sender),
    };
  },
});
