import { z } from 'zod';
import { noteHandSent } from '../../db/threads/hand-ledger.ts';
import { settleHandMessage } from '../../db/threads/hand-messages.ts';
import { defineOperation } from '../../operation.ts';
import {
  handMessageErrors,
  handMessageInput,
  requireMessage,
  showHandMessage,
} from './hand-message.ts';
import { messageOutput } from './wire.ts';

export const settleThreadMessage = defineOperation({
  name: 'thread_message.settle',
  route: 'POST /api/threads/{id}/messages/{messageId}/settle',
  cli: 'thread message settle',
  summary: 'Say of a message that nobody could tell about whether it went out',
  description: 'sent false makes it failed: then it can be sent again with …/resend.',
  scope: 'send',
  input: z.object({ ...handMessageInput, sent: z.boolean().describe('It stands in the mailbox.') }),
  output: z.object({ message: messageOutput }),
  errors: [...handMessageErrors],
  async run(context, { sent: went, ...given }) {
    const { db, workspaceId, now } = context;
    const row = await requireMessage(context, given, ['unknown']);
    // One that was on its way counts as sent already; one of a restored copy does not.
    const isNew = went && row.sent_at === null;
    await settleHandMessage(db, { workspaceId, id: row.id, went, now });
    if (isNew) await noteHandSent(db, { workspaceId, id: row.id });
    return showHandMessage(context, given);
  },
});
