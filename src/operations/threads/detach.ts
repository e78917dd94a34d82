import { z } from 'zod';
import { deleteFile } from '../../db/threads/attachments.ts';
import { readDraft } from '../../db/threads/hand-messages.ts';
import { uuid } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';

export const detachFromThread = defineOperation({
  name: 'thread.detach',
  route: 'DELETE /api/threads/{id}/attachments/{attachmentId}',
  cli: 'thread attachment delete',
  summary: 'Take a file off the draft of a conversation',
  scope: 'write',
  input: z.object({ id: uuid, attachmentId: uuid }),
  output: z.object({ deleted: z.literal(true) }),
  errors: ['attachment.not_found'],
  async run({ db, workspaceId }, { id, attachmentId }) {
    const draft = await readDraft(db, { workspaceId, threadId: id });
    const file = draft && { workspaceId, handMessageId: draft.id, id: attachmentId };
    if (!file || !(await deleteFile(db, file))) throw new AppError('attachment.not_found');
    return { deleted: true as const };
  },
});
