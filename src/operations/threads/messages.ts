import { z } from 'zod';
import { countMessages, readTimeline } from '../../db/threads/timeline.ts';
import { offsetOf, pageLimit } from '../../domain/page.ts';
import { uuid } from '../../domain/text.ts';
import { defineOperation } from '../../operation.ts';
import { requireThread, showMessages } from './read.ts';
import { messageOutput } from './wire.ts';

export const listThreadMessages = defineOperation({
  name: 'thread.messages',
  route: 'GET /api/threads/{id}/messages',
  cli: 'thread message',
  summary: 'List the messages of a conversation, the oldest first',
  description:
    'Everything that went out and came in: touches of all campaigns, messages by hand, and ' +
    'received ones with what they were taken for. newest_first turns the order.',
  scope: 'read',
  input: z.object({
    id: uuid,
    newest_first: z.boolean().default(false),
    before: z.iso
      .datetime()
      .optional()
      .describe('With before_id: only messages before this one, which page does not count.'),
    before_id: uuid.optional(),
    page: z.int().min(1).max(1_000_000).default(1),
    limit: pageLimit(200, 50),
  }),
  output: z.object({
    messages: z.array(messageOutput),
    total: z.int(),
    page: z.int(),
    limit: z.int(),
    has_more: z.boolean(),
  }),
  errors: ['thread.not_found'],
  async run(context, { id, page, limit, newest_first: newest, before: at, before_id: beforeId }) {
    const row = await requireThread(context, id);
    const total = await countMessages(context.db, row);
    const offset = offsetOf({ page, limit }, total);
    const before = at && beforeId ? { at: new Date(at), id: beforeId } : undefined;
    const { rows, more } =
      offset === null
        ? { rows: [], more: false }
        : await readTimeline(context.db, row, { offset, limit, newest, before });
    const messages = await showMessages(context, row, rows);
    return { messages, total, page, limit, has_more: more };
  },
});
