import { z } from 'zod';
import { readFile } from '../../db/threads/attachments.ts';
import { uuid } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';

export const getAttachment = defineOperation({
  name: 'thread.attachment',
  route: 'GET /api/threads/{id}/attachments/{attachmentId}',
  cli: 'thread attachment',
  summary: 'Read a file that came or went with a message',
  description: 'Its content is base64; null when it was too large to be kept, or is forgotten.',
  scope: 'read',
  input: z.object({ id: uuid, attachmentId: uuid }),
  output: z.object({
    name: z.string(),
    mime_type: z.string(),
    size: z.int(),
    content_base64: z.string().nullable(),
  }),
  errors: ['attachment.not_found'],
  async run({ db, workspaceId }, { id, attachmentId }) {
    const file = await readFile(db, { workspaceId, threadId: id, id: attachmentId });
    if (!file) throw new AppError('attachment.not_found');
    const { name, type, size, bytes } = file;
    return { name, mime_type: type, size, content_base64: bytes?.toString('base64') ?? null };
  },
});
