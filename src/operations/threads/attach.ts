import { z } from 'zod';
import { filesOf } from '../../db/threads/attachments.ts';
import { lockThread } from '../../db/threads/threads.ts';
import { uuid } from '../../domain/text.ts';
import { keepDraft } from '../../engine/threads/write.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { addFiles, fileName } from './attachment-input.ts';
import { attachmentOnWire, attachmentOutput } from './wire.ts';

/** Media types by the ends of names that people attach most. */
const types: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  txt: 'text/plain',
  csv: 'text/csv',
  ics: 'text/calendar',
  zip: 'application/zip',
};

export const attachToThread = defineOperation({
  name: 'thread.attach',
  route: 'POST /api/threads/{id}/attachments',
  cli: 'thread attachment upload',
  summary: 'Put a file on the draft of a conversation',
  description: 'A form with `file`, up to 10 MB. It goes with the next message of the thread.',
  scope: 'write',
  status: 201,
  body: 'upload',
  input: z.object({ id: uuid }),
  output: z.object({ attachment: attachmentOutput }),
  errors: ['thread.not_found'],
  async run(context, { id }) {
    const { db, workspaceId } = context;
    const thread = await lockThread(db, { workspaceId, threadId: id });
    if (!thread) throw new AppError('thread.not_found');
    const { filename, bytes } = context.upload!;
    const name = fileName.catch('file').parse(filename.replace(/^.*[/\\]/, ''));
    const mime_type = types[name.split('.').at(-1)!.toLowerCase()] ?? 'application/octet-stream';
    const draft = await keepDraft(context, thread, {});
    const content_base64 = bytes.toString('base64');
    const [added] = await addFiles(context, draft, [{ name, mime_type, content_base64 }]);
    const files = await filesOf(db, workspaceId, { inbound: [], byHand: [draft.id] });
    return { attachment: attachmentOnWire(id, files.find((file) => file.id === added)!) };
  },
});
