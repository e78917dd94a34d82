import { z } from 'zod';
import { cancelScheduled } from '../../db/threads/hand-messages.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { handMessageErrors, handMessageInput, requireMessage } from './hand-message.ts';

export const cancelThreadMessage = defineOperation({
  name: 'thread_message.cancel',
  route: 'DELETE /api/threads/{id}/messages/{messageId}',
  cli: 'thread message cancel',
  summary: 'Take back a message by hand that is scheduled, or that never tried to go out',
  scope: 'write',
  input: z.object(handMessageInput),
  output: z.object({ deleted: z.literal(true) }),
  errors: [...handMessageErrors],
  async run(context, given) {
    const { db, workspaceId } = context;
    const row = await requireMessage(context, given, ['scheduled', 'failed']);
    const isGone = await cancelScheduled(db, { workspaceId, id: row.id });
    if (!isGone) throw new AppError('thread_message.state', 'It has tried to go out before.');
    return { deleted: true as const };
  },
});
