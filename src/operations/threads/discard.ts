import { z } from 'zod';
import { deleteDraft } from '../../db/threads/hand-messages.ts';
import { deleteThread, lockThread } from '../../db/threads/threads.ts';
import { uuid } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';

export const discardThread = defineOperation({
  name: 'thread.discard',
  route: 'DELETE /api/threads/{id}',
  cli: 'thread discard',
  summary: 'Discard a draft: with its thread, when that has no messages',
  description:
    'A thread with messages stays, and so does its draft unless draft_only is given; archive it.',
  scope: 'write',
  input: z.object({
    id: uuid,
    draft_only: z.boolean().default(false).describe('Drop the draft, keep the thread.'),
  }),
  output: z.object({ deleted: z.literal(true) }),
  errors: ['thread.not_found', 'thread.has_messages'],
  async run({ db, workspaceId }, { id, draft_only: draftOnly }) {
    const place = { workspaceId, threadId: id };
    if (!(await lockThread(db, place))) throw new AppError('thread.not_found');
    if (draftOnly) await deleteDraft(db, place);
    else if (!(await deleteThread(db, place))) throw new AppError('thread.has_messages');
    return { deleted: true as const };
  },
});
